"""Outgoing: the only door to addresses outside. Inner addresses are refused unless the installation allows them."""
