"""Addresses that somebody wrote: whether they are any, and whether they lead into our network."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from ..sources import BadSource

VISIBLE = re.compile(r"[!-~]+")
PORTS = {"https": 443, "http": 80}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: where a network that has only IPv6 keeps the addresses of IPv4
TRANSLATED = IPv6Network("64:ff9b::/96")


def app_address(url: str) -> SplitResult:
    """Return the address of a live app in its parts. Raises :class:`BadSource`."""
    try:
        parts = urlsplit(url)
        host = key_of(parts)[1]
        host.encode("idna")
    except ValueError as error:
        raise BadSource(_("--url: this is no address.")) from error
    if not VISIBLE.fullmatch(url):
        raise BadSource(_("--url: write the address as a browser copies it, in ASCII alone."))
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not secure or not host:
        raise BadSource(_("The address has to begin with https://: a token goes there."))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadSource(_("--url: leave out the name before the host, and what follows the path."))
    return parts


def key_of(parts: SplitResult) -> tuple[str, str, int]:
    """Return scheme, host and port. Raises ``ValueError`` where the port is none."""
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def places_of(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host. Raises ``OSError`` where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    return [str(place[4][0]) for place in found]


def is_inside(host: str) -> bool:
    """Whether a host is this machine, or has an address in a private network.

    A host that can't be found is outside: nothing can be asked there anyway.
    """
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not all(is_public(place) for place in places_of(name, 0))
    except OSError:
        return False


def is_public(place: str) -> bool:
    """Whether an IP address is one of the internet at large, however it is written."""
    address = ip_address(place)
    if isinstance(address, IPv6Address):
        address = _carried(address) or address
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that stands in an IPv6 address."""
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
