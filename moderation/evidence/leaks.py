"""Find addresses beside the system: access logs that hold in clear what the database seals.

- A line leaks when it holds an IPv4 or IPv6 address that is neither loopback nor unspecified.
- An nginx configuration leaks when an active `access_log` uses a format with the client's address, or the default one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

V4: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
V6: Final = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
LOG_FORMAT: Final = re.compile(r"log_format\s+(\w+)\s+(?:escape=\w+\s+)?((?:'[^']*'\s*|\"[^\"]*\"\s*)+);")
ACCESS_LOG: Final = re.compile(r"(?:^|(?<=[{;}]))\s*access_log\s+([^;]+);", re.MULTILINE)
CLIENT: Final = re.compile(
    r"\$(remote_addr|binary_remote_addr|http_x_forwarded_for|proxy_add_x_forwarded_for|realip_remote_addr)\b"
)


def addresses_in(line: str) -> list[str]:
    """The addresses of others in a line."""
    found = []
    for text in [*V4.findall(line), *V6.findall(line)]:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not address.is_loopback and not address.is_unspecified:
            found.append(text)
    return found


def leaking_lines(lines: Iterable[str]) -> int:
    """How many lines hold an address."""
    return sum(1 for line in lines if addresses_in(line))


def nginx_leaks(config: str) -> list[str]:
    """What in an nginx configuration writes addresses to disk, as sentences."""
    plain = re.sub(r"#[^\n]*", "", config)
    formats = {match[1]: bool(CLIENT.search(match[2])) for match in LOG_FORMAT.finditer(plain)}
    logs = [match[1].split() for match in ACCESS_LOG.finditer(plain)]
    if not logs:
        return [
            "nginx writes its default access log, with the client's address: set `access_log off;` or a format without it"
        ]
    faults = []
    for words in logs:
        name = words[1] if len(words) > 1 and "=" not in words[1] else "combined"
        if words[0] != "off" and formats.get(name, name == "combined"):
            faults.append(f"`access_log {words[0]}` uses the format `{name}`, which holds the client's address")
    return faults
