"""Jobs: work that takes long, when it is due, and what is broken. One process runs it, any number may."""
