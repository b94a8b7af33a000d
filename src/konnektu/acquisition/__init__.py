"""Where people come from: marketing sources, and how an event is recognised as theirs."""
