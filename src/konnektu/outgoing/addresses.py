"""Names to addresses. In: a host and a port. Out: addresses that may be connected to, each checked.

Invariant: what is checked is what is connected to. A caller connects to an address given here, never to the
name again, so that a name server that changes its mind between the two changes nothing.
"""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

from konnektu.core.config import Config
from konnektu.outgoing.logic import Network, is_reachable, networks
from konnektu.outgoing.model import Address, InnerAddress, Unanswered, WrongAddress


def allowed_networks(config: Config) -> tuple[Network, ...]:
    """The inner networks that the installation allows. Raises `WrongAddress` where the setting is no list of them."""
    try:
        return networks(config.outgoing_networks)
    except ValueError as error:
        raise WrongAddress(
            f"outgoing_networks is wrong: {error}. Write networks such as 10.0.0.0/8, separated by commas."
        ) from error


def checked_addresses(host: str, port: int, allowed: Sequence[Network]) -> list[Address]:
    """Every address of a host. Raises `InnerAddress` where one lies inside, `Unanswered` where there is none.

    A name that leads outside and inside at once is refused whole: nobody has a good reason for one.
    """
    if not 0 < port < 65_536:
        raise WrongAddress(f"{port} is no port. Ports are 1 to 65535.")
    found = _resolved(host, port)
    if any(not is_reachable(address, allowed) for address in found):
        raise InnerAddress(
            f"{host} leads to an address inside a private network, which this installation does not allow. "
            "Whoever runs it may name the network in KONNEKTU_OUTGOING_NETWORKS."
        )
    return found


def checked_address(host: str, port: int, config: Config) -> str:
    """One address of a host to connect to, for protocols other than HTTP (SFTP, SQL).

    Connect to it and show the host's name where the protocol wants one (certificates, host keys). Raises
    `InnerAddress`, `WrongAddress`, `Unanswered`.
    """
    return str(checked_addresses(host, port, allowed_networks(config))[0])


def _resolved(host: str, port: int) -> list[Address]:
    try:
        # In whatever spelling a number comes (decimal, octal, hexadecimal), the resolver says which address it is.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise WrongAddress(f"{host[:100]!r} is no host name.") from error
    except OSError as error:
        raise Unanswered(f"{host} cannot be found: {error.strerror}. It will be tried again.") from error
    texts = dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found)
    return [ip_address(text) for text in texts]
