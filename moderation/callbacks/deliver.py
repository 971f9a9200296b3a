"""The HTTP client of callbacks; the only file that opens connections to sites.

What this file decides
- The whole exchange, from the look-up of the name to the last byte read, ends after 15 seconds: a receiver that drips holds up
  nobody for longer.
- Redirects are not followed, answers are read to 64 KiB, no proxy of the environment is used.
- Targets that are not public are refused unless the endpoint allows them. The name is resolved here and the connection goes to
  the very address that was checked, so that a second look-up cannot lead elsewhere (DNS rebinding); the certificate is still
  the name's.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx2

from moderation.callbacks.targets import is_public
from moderation.errors import Invalid, ModerationError

ANSWER_LIMIT: Final = 64 * 1024
SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
MOST_ADDRESSES: Final = 4
PORTS: Final = {"http": 80, "https": 443}
Resolve = Callable[[str, int], Sequence[str]]

# A look-up cannot be stopped, only no longer waited for: these threads are not the event loop's, which would wait for them.
_resolvers: Final = ThreadPoolExecutor(32, thread_name_prefix="resolve")


class PrivateTarget(Invalid):
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


def resolve_name(host: str, port: int) -> list[str]:
    """The addresses of a name, as the machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_target(url: str, *, allow_private: bool, resolve: Resolve = resolve_name) -> list[str]:
    """The addresses to connect to, in the resolver's order.

    Raises:
        PrivateTarget: one of them is not public; a name with a public and a private address is an attack.
        Unreachable: there is none.
    """
    parts = _split(url)
    host = parts.hostname or ""
    try:
        found = list(resolve(host, parts.port or PORTS[parts.scheme]))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Unreachable(f"the name `{host}` does not resolve") from None
    if not allow_private and not all(is_public(address) for address in found):
        raise PrivateTarget
    return found[:MOST_ADDRESSES]


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise Unreachable("a callback address starts with http:// or https://")
    return parts


def deliver(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    resolve: Resolve = resolve_name,
    seconds: float = SECONDS,
) -> Answer:
    """One attempt.

    Raises:
        PrivateTarget, Unreachable.
    """
    attempt = _attempt(url, body, headers, partial(check_target, url, allow_private=allow_private, resolve=resolve))
    return asyncio.run(_in_time(attempt, seconds))


async def _in_time(attempt: Coroutine[None, None, Answer], seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            return await attempt
    except TimeoutError:
        raise Unreachable(f"the callback took longer than {seconds:g} seconds") from None


async def _attempt(url: str, body: bytes, headers: Mapping[str, str], check: Callable[[], list[str]]) -> Answer:
    addresses = await asyncio.get_running_loop().run_in_executor(_resolvers, check)
    failed = ""
    for address in addresses:
        try:
            return await _post(url, address, body, headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as problem:
            failed = type(problem).__name__  # nothing was sent: the name's next address may answer
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as problem:
            failed = type(problem).__name__
            break
    raise Unreachable(f"the callback failed with {failed}")


async def _post(url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    parts = urlsplit(url)
    target = httpx2.URL(url).copy_with(host=address, username=None, password=None)
    sent = {**headers, "content-type": "application/json", "host": parts.netloc.rpartition("@")[2]}
    extensions = {"sni_hostname": parts.hostname} if parts.scheme == "https" else {}
    timeout = httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS)
    async with (
        httpx2.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False, verify=_trust()) as client,
        client.stream("POST", target, content=body, headers=sent, extensions=extensions) as answer,
    ):
        await _read_some(answer)
        return Answer(answer.status_code, _seconds(answer.headers.get("retry-after")))


@cache
def _trust() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


async def _read_some(answer: httpx2.Response) -> None:
    read = 0
    async for chunk in answer.aiter_raw():
        read += len(chunk)
        if read >= ANSWER_LIMIT:
            return


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdigit() else None
