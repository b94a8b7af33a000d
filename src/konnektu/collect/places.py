"""Places. In: an IP address as text. Out: the country it is used in, from the tables bundled with geoip2fast.

Private, reserved and unreadable addresses have no place. The tables know countries; cities come only as stated.
"""

from functools import cache, lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

from geoip2fast import GeoIP2Fast

_LONGEST_ADDRESS: Final = 45
_COUNTRY_LETTERS: Final = 2


@lru_cache(maxsize=1 << 16)
def country(ip: str) -> str:
    """ISO 3166-1 alpha-2 of the country an address is used in; empty where it is not known. Total."""
    try:
        address = ip_address(ip.strip()[:_LONGEST_ADDRESS])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global:
        return ""
    code = _tables().lookup(str(address)).country_code
    return code if len(code) == _COUNTRY_LETTERS and code.isalpha() else ""


@cache
def _tables() -> GeoIP2Fast:
    return GeoIP2Fast(geoip2fast_data_file="geoip2fast-ipv6.dat.gz")
