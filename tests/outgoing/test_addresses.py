"""No spelling of an inner address is let through, and no outer one is held back."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.config import Config
from konnektu.outgoing.api import InnerAddress, Unanswered, WrongAddress, checked_address
from konnektu.outgoing.logic import is_reachable, networks

INNER = """
    127.0.0.1 127.8.9.10 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
    100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1
    :: ::1 fe80::1 fc00::1 fd00:ec2::254 fd12:3456::1 ff02::1 fec0::1 100::1 2001:db8::1 3fff::1 5f00::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe ::127.0.0.1 ::10.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::a00:1
    2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2001:0:4136:e378:8000:63bf:f5ff:fffe 2001::1
""".split()
OUTER = """
    1.1.1.1 8.8.8.8 77.88.8.8 93.184.216.34 172.15.255.255 172.32.0.1 11.0.0.1 100.63.255.255 100.128.0.1
    169.253.255.255 2606:4700:4700::1111 2a02:6b8::feed:0ff ::ffff:8.8.8.8 64:ff9b::808:808
""".split()
HOSTS = """
    localhost localhost. LOCALHOST 127.1 127.0.1 2130706433 017700000001 0177.0.0.1 0x7f000001 0x7f.1
    0x7f.0x0.0x0.0x1 0300.0250.1.1 3232235777 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 0
    ::1 ::ffff:7f00:1 fe80::1%1 0:0:0:0:0:ffff:0a00:0001 １２７.0.0.1 ①②⑦.0.0.1
""".split()


@pytest.mark.parametrize("text", INNER)
def test_an_inner_address_is_refused(text):
    assert not is_reachable(ip_address(text), ())


@pytest.mark.parametrize("text", OUTER)
def test_an_outer_address_is_not(text):
    assert is_reachable(ip_address(text), ())


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_spells_an_inner_address_is_refused(host):
    with pytest.raises((InnerAddress, Unanswered, WrongAddress)):
        checked_address(host, 80, Config())


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "::1"])
def test_the_machine_itself_is_known_in_every_spelling(host):
    with pytest.raises(InnerAddress, match="KONNEKTU_OUTGOING_NETWORKS"):
        checked_address(host, 80, Config())


private = st.sampled_from(
    [*map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"))]
).flatmap(lambda network: st.integers(0, network.num_addresses - 1).map(lambda at: network[at]))
WRAPPED = {
    "mapped": lambda a: IPv6Address(0xFFFF << 32 | int(a)),
    "compatible": lambda a: IPv6Address(int(a)),
    "translated": lambda a: IPv6Address(int(IPv6Address("64:ff9b::")) | int(a)),
    "6to4": lambda a: IPv6Address(0x2002 << 112 | int(a) << 80 | 1),
    "teredo": lambda a: IPv6Address(0x20010000 << 96 | (int(a) ^ 0xFFFFFFFF)),
}


@given(private, st.sampled_from(sorted(WRAPPED)))
def test_no_wrapping_hides_an_inner_address(address, form):
    assert not is_reachable(WRAPPED[form](address), ())


@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 32))
def test_an_allowed_network_allows_its_addresses_and_no_others(address, prefix):
    network = IPv4Network((int(address), prefix), strict=False)
    assert is_reachable(address, [network])
    assert is_reachable(IPv6Address(0xFFFF << 32 | int(address)), [network])
    beside = ip_address(int(address) ^ 1 << 32 - prefix) if prefix else address
    assert is_reachable(beside, [network]) is (is_reachable(beside, []) or beside in network)


def test_networks_are_named_by_a_setting():
    assert checked_address("localhost", 80, Config(outgoing_networks=("127.0.0.0/8", "::1"))) in {
        "127.0.0.1",
        "::1",
    }
    with pytest.raises(InnerAddress):
        checked_address("127.0.0.1", 80, Config(outgoing_networks=("10.0.0.0/8",)))
    with pytest.raises(WrongAddress, match="outgoing_networks is wrong"):
        checked_address("127.0.0.1", 80, Config(outgoing_networks=("ten",)))
    assert networks(["10.1.2.3/8"]) == (IPv4Network("10.0.0.0/8"),)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_ports(port):
    with pytest.raises(WrongAddress):
        checked_address("1.1.1.1", port, Config())


def test_a_name_that_leads_outside_and_inside_is_refused_whole(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", answering("8.8.8.8", "10.0.0.1"))
    with pytest.raises(InnerAddress):
        checked_address("mixed.example", 80, Config())
    monkeypatch.setattr("socket.getaddrinfo", answering("8.8.8.8"))
    assert checked_address("plain.example", 80, Config()) == "8.8.8.8"


def answering(*addresses):
    """A resolver that knows one name."""
    return lambda *_, **__: [(2, 1, 6, "", (address, 80)) for address in addresses]
