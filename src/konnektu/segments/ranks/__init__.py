"""Ranks on an installation: the order over everybody, computed at stated moments and stated on the log."""
