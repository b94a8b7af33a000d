"""One module a file format: columns and rows in, bytes or a file out."""
