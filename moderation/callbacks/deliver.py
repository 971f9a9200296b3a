"""The HTTP client of callbacks; the only file that opens connections to sites.

What this file decides
- Redirects are not followed, answers are read to 64 KiB, an attempt ends after 15 seconds.
- Private, loopback and link-local targets are refused unless the endpoint allows them. The name is resolved here and the
  connection goes to the very address that was checked, so that a second look-up cannot lead elsewhere (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx2

from moderation.errors import ModerationError

ANSWER_LIMIT: Final = 64 * 1024
SECONDS: Final = 15.0


class PrivateTarget(ModerationError):
    """the callback leads to a private address"""

    code = "private_target"
    hint = "allow it for this endpoint with `--allow-private` if the site is on your own network"


class Unreachable(ModerationError):
    """the callback could not be reached"""

    code = "unreachable"
    hint = "check the address and that the site answers"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said: HTTP status and the seconds it asks us to wait, if it does."""

    status: int
    retry_after: float | None = None


def check_target(url: str, *, allow_private: bool) -> str:
    """The IP address to connect to.

    Raises:
        PrivateTarget, Unreachable.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreachable("a callback address starts with http:// or https://")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(f"the name `{parts.hostname}` does not resolve") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and any(not _public(address) for address in addresses):
        raise PrivateTarget
    return addresses[0]


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_global and not ip.is_multicast


def deliver(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Answer:
    """One attempt.

    Raises:
        PrivateTarget, Unreachable.
    """
    address = check_target(url, allow_private=allow_private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = httpx2.URL(url).copy_with(host=address)
    sent = {**headers, "content-type": "application/json", "host": parts.netloc.rpartition("@")[2]}
    extensions = {"sni_hostname": host} if parts.scheme == "https" else {}
    try:
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", target, content=body, headers=sent, extensions=extensions) as answer,
        ):
            _read_some(answer)
            return Answer(answer.status_code, _seconds(answer.headers.get("retry-after")))
    except (httpx2.HTTPError, OSError, ValueError) as problem:
        raise Unreachable(f"the callback failed with {type(problem).__name__}") from None


def _read_some(answer: httpx2.Response) -> None:
    read = 0
    for chunk in answer.iter_raw():
        read += len(chunk)
        if read > ANSWER_LIMIT:
            return


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdigit() else None
