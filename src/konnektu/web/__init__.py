"""Web: the application behind the public port: routing table, sign-in, management API, health and metrics."""
