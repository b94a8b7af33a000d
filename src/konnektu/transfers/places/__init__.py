"""Places: where files lie outside, behind one small protocol."""
