"""Files become rows: the format is found, a bad row is a value, memory does not grow with the file."""
