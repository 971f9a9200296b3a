"""Read one element of a forwarding header: X-Forwarded-For's and RFC 7239's forms of an address with or without a port.

- `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`, with or without quotes.
- A zone id is dropped, an IPv4-mapped address becomes IPv4; Teredo and 6to4 stay what they are.
- `unknown`, hidden names (`_x`) and everything else are no address: the caller stops there.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from moderation.errors import Invalid

MAX_ELEMENT: Final = 128
PAIR: Final = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*)\s*')
V6_PORT: Final = re.compile(r"\[([^\[\]]+)\](?::(_?[0-9A-Za-z._-]+))?")
V4_PORT: Final = re.compile(r"([0-9.]+):(_?[0-9A-Za-z._-]+)")


class BadElement(Invalid):
    """an element of the forwarding header is no address"""

    code = "bad_element"
    hint = "let the proxy write addresses into its header"


def read_node(text: str) -> tuple[str, int | None]:
    """Read an address and, where it is told, its port.

    Raises:
        BadElement: it is no address.
    """
    element = text.strip(" \t")
    if len(element) >= 2 and element[0] == element[-1] == '"':  # noqa: PLR2004 - both quotes
        element = element[1:-1]
    if not element or len(element) > MAX_ELEMENT:
        raise BadElement
    if match := V6_PORT.fullmatch(element):
        return _address(match[1], six=True), _port(match[2])
    if match := V4_PORT.fullmatch(element):
        return _address(match[1]), _port(match[2])
    return _address(element), None


def forwarded_nodes(header: str) -> list[str]:
    """The `for` values of a Forwarded header (RFC 7239), left to right.

    Raises:
        BadElement: the header has no such form, or an element does not say for whom it forwards.
    """
    nodes: list[str] = []
    at = 0
    found: str | None = None
    header = header.strip(" \t")
    while header:
        match = PAIR.match(header, at)
        if match is None:
            raise BadElement
        if match[1].lower() == "for":
            if found is not None:
                raise BadElement
            found = re.sub(r"\\(.)", r"\1", match[2])
        at = match.end()
        mark = header[at : at + 1]
        at += 1
        if mark == ";":
            continue
        if mark not in {",", ""} or found is None:
            raise BadElement
        nodes.append(found)
        found = None
        if not mark:
            break
    return nodes


def _address(text: str, *, six: bool = False) -> str:
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        raise BadElement from None
    if six and address.version == 4:  # noqa: PLR2004 - the version's number
        raise BadElement
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def _port(text: str | None) -> int | None:
    if text is None or text.startswith("_"):
        return None
    if not (text.isascii() and text.isdecimal()) or int(text[:6]) > 65535:  # noqa: PLR2004 - a port has 16 bits
        raise BadElement
    return int(text) or None
