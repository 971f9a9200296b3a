"""Which addresses a callback may lead to: the public internet, and what hides inside an address is looked at too.

What this file decides
- Without leave only globally routed unicast passes. Private, loopback, link-local, shared (CGNAT), documentation, multicast and
  reserved ranges do not: an address typed by a site's admin must not become a way into the operator's own network.
- IPv6 can carry an IPv4 address, and a gateway on the way would unpack it: mapped, compatible and translated forms, NAT64, 6to4,
  Teredo and ISATAP are judged by the address inside as well.
- Outside 2000::/3 nothing of IPv6 is routed, so nothing there passes but the NAT64 prefix, by what it carries (RFC 6052).
"""

from __future__ import annotations

import ipaddress
from typing import Final

ROUTED: Final = ipaddress.IPv6Network("2000::/3")
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
TRANSLATED: Final = ipaddress.IPv6Network("::ffff:0:0:0/96")
COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
NEVER6: Final = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
NEVER4: Final = tuple(ipaddress.IPv4Network(net) for net in ("192.88.99.0/24", "100.64.0.0/10", "192.0.0.0/24"))
ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
LOW: Final = 0xFFFFFFFF


def is_public(address: str) -> bool:
    """Whether an address, as a resolver gives it, is on the public internet; what is no address is not."""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return _public4(ip) if isinstance(ip, ipaddress.IPv4Address) else _public6(ip)


def _public4(ip: ipaddress.IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in NEVER4)


def _public6(ip: ipaddress.IPv6Address) -> bool:
    if not all(_public4(inner) for inner in carried(ip)):
        return False
    if ip.ipv4_mapped or ip.sixtofour or ip in NAT64:
        return True
    return ip in ROUTED and ip.is_global and not any(ip in net for net in NEVER6)


def carried(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses inside an IPv6 address."""
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    whole = int(ip)
    if ip in NAT64 or ip in TRANSLATED or ip in COMPATIBLE or (whole >> 32) & LOW in ISATAP:
        found.append(ipaddress.IPv4Address(whole & LOW))
    return [one for one in found if one is not None]
