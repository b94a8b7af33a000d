"""The operator's desk: a customer who calls is found, verified, and seen as far as the call needs."""
