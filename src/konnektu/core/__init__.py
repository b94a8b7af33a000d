"""Words without I/O: what every slice says and no slice owns."""
