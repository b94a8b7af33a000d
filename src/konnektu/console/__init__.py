"""What people arrange for themselves and for each other in the console, and finding things in it."""
