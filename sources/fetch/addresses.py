"""Which network addresses may be connected to, checked after DNS and at connection time.

A name is resolved once, each address is judged, and the connection goes to a judged
address: a second answer of a hostile DNS server is never asked for. Every redirect
opens its connection here too.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

#: Metadata services that are not on link-local addresses: Azure's has a public number,
#: Alibaba's a shared one, Oracle's and Amazon's (IPv6) private ones.
_METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)
#: RFC 6052 and 8215: an IPv4 address in the last 32 bits; ::/96 is its obsolete ancestor.
_CARRIES_IPV4 = (ip_network("64:ff9b::/96"), ip_network("::/96"))
#: Local by their use, though not every Python says so: protocol assignments (a cloud's
#: metadata among them), translation of local use, and what RFC 3879 withdrew.
_LOCAL = (ip_network("192.0.0.0/24"), ip_network("64:ff9b:1::/48"), ip_network("fec0::/10"))


class PrivateAddressError(httpcore.ConnectError):
    """A name leads only to addresses that may not be connected to."""


class ResolutionError(httpcore.ConnectError):
    """A name leads nowhere."""


def may_connect(address: str, *, allow_private: bool) -> bool:
    """Whether an IP address may be connected to.

    Public unicast addresses may. With `allow_private` also loopback, private and shared
    ones; never link-local ones, where clouds keep their metadata, multicast, broadcast or
    the unspecified address. IPv4
    addresses inside IPv6 ones (mapped, NAT64, 6to4, Teredo) count as what they lead to.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return all(_may(each, allow_private) for each in _unwrap(found))


def _unwrap(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address) or address.is_loopback or address.is_unspecified:
        return [address]
    if address.teredo:
        return list(address.teredo)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and any(address in network for network in _CARRIES_IPV4):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return [inner or address]


def _may(address: Address, allow_private: bool) -> bool:
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if address in _METADATA or address == ip_address("255.255.255.255"):
        return False
    if allow_private:
        return True
    if any(address in network for network in _LOCAL):
        return False
    return address.is_global


async def resolve_in(executor: Executor, host: str, port: int) -> list[str]:
    """The addresses of a host in the system's order, asked for in a thread of `executor`.

    Raises ResolutionError.
    """
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            executor,
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
        )
    except (OSError, UnicodeError) as error:
        # what it says without the number that the system has for it
        said = getattr(error, "strerror", None) or error
        raise ResolutionError(f"the name {host} has no address: {said}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
