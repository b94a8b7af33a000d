"""Ways in: the tracking API, its clients' settings, and the one decoder of everything on the log."""
