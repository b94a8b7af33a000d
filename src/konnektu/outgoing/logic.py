"""Which addresses lie outside. In: an address and the networks that are allowed. Out: whether it may be reached.

Special-purpose ranges: RFC 6890 with the registries of IANA, as Python's `ipaddress` knows them; forms of
IPv6 that carry an IPv4 address inside are judged by both.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from konnektu.outgoing.model import Address

Network = IPv4Network | IPv6Network

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""RFC 6052 and RFC 8215: a gateway turns the last four bytes into an IPv4 address."""
COMPATIBLE = IPv6Network("::/96")
"""IPv4-compatible addresses of RFC 4291, deprecated and still routed by some systems."""
NEVER_OUTSIDE: tuple[Network, ...] = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # shared between carriers; a cloud's metadata answers at 100.100.100.200
    IPv4Network("168.63.129.16/32"),  # a public address that a cloud answers from within every machine
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("100::/64"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)
"""Ranges that a version of `ipaddress` may take for global, beside those that all versions refuse."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks in CIDR notation. Raises `ValueError` for what is none."""
    return tuple(ip_network(text, strict=False) for text in texts)


def is_reachable(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether an address, and each address that it carries inside, lies outside or in an allowed network."""
    allowed = tuple(allowed)
    return all(_is_outside(one) or _is_within(one, allowed) for one in _faces(address))


def _faces(address: Address) -> Iterator[Address]:
    """The addresses a packet may end at. Mapped and compatible ones end at the IPv4 address alone."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    is_compatible = address in COMPATIBLE and int(address) > 1
    yield IPv4Address(int(address)) if is_compatible else address
    yield from _carried(address)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if any(address in network for network in NAT64):
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def _is_outside(address: Address) -> bool:
    is_translated = any(address in network for network in NAT64)
    is_special = address.is_multicast or address.is_reserved or address.is_link_local or address.is_loopback
    is_plain = address.is_global and not is_special and not _is_within(address, NEVER_OUTSIDE)
    return is_plain or is_translated  # what a translated one carries is judged by itself


def _is_within(address: Address, of: Iterable[Network]) -> bool:
    return any(address in network for network in of)
