"""What the demonstration project is filled with: real purchases as history, a made-up shop's year as live traffic."""
