"""In: the peer of a connection, its forwarding headers, the proxies that are believed. Out: the sender's address."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

LONGEST = 100
"""Characters of an address with its zone; longer ones come from strangers and must not fill the cache."""


def sender_address(peer: str, forwarded: bytes, trusted: tuple[str, ...]) -> str:
    """The address of who sent the request; empty where it cannot be known.

    X-Forwarded-For is read from the right past believed proxies: what stands left of the first
    unbelieved address was written by strangers.
    """
    if not forwarded or not trusted or not is_inside(peer, trusted):
        return peer
    for hop in reversed([part.strip() for part in forwarded.decode("latin-1").split(",")]):
        if not is_inside(hop, trusted):
            return hop if _is_address(hop) else ""
    return peer


def is_inside(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks (addresses or CIDR ranges); unreadable ones lie nowhere."""
    return len(address) <= LONGEST and _is_inside(address, networks)


@lru_cache(maxsize=65_536)
def _is_inside(address: str, networks: tuple[str, ...]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in _networks(networks))


@lru_cache(maxsize=1_024)
def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    networks: list[IPv4Network | IPv6Network] = []
    for text in written:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            continue
    return tuple(networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
