"""Whether a name, an e-mail address and a website can be what they claim to be.

What this file decides
- A name holds a letter and is neither a web address nor an e-mail address; one word and any script are fine.
- An e-mail address is well-formed (RFC 5321 and 5322, by `email-validator`) and its domain is not a disposable one.
- A website is an http or https address with a host.

Each function returns `(code, words)` of the first fault, or None. Whether a name imitates the staff is a check's matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_WEB: Final = re.compile(
    r"(?i)\b(?:https?://|www\.)\S|^\s*[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|in|co|io|biz|xyz)\s*$"
)


def name_fault(name: str) -> tuple[str, str] | None:
    """Why `name` is not a person's name."""
    if _ADDRESS.search(name):
        return "name_is_email", "this is an e-mail address; write your name"
    if _WEB.search(name):
        return "name_is_url", "this is a web address; write your name"
    if not any(c.isalpha() for c in name):
        return "name_is_symbols", "a name has letters; write your name"
    return None


def email_fault(email: str, domain_exists: Callable[[str], bool] | None = None) -> tuple[str, str] | None:
    """Why `email` cannot be an e-mail address that reaches its author. Asks the network only by `domain_exists`."""
    try:
        found = validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return "email_malformed", "this is not an e-mail address; check it for typing errors"
    domain = found.ascii_domain or found.domain
    if _disposable(domain.lower()):
        return "email_disposable", "this address is of a throw-away service; use your own"
    if domain_exists is not None and not domain_exists(domain):
        return "email_no_domain", "no mail server answers for this address; check it for typing errors"
    return None


def _disposable(domain: str) -> bool:
    known = _blocklist()
    labels = domain.split(".")
    return any(".".join(labels[i:]) in known for i in range(len(labels) - 1))


@cache
def _blocklist() -> frozenset[str]:
    # Imported on first use: the list takes a moment to load and the command line may not need it.
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


def website_fault(website: str) -> tuple[str, str] | None:
    """Why `website` is not a web address."""
    try:
        parts = urlsplit(website.strip())
        host = parts.hostname
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        return "website_malformed", "a website starts with http:// or https://"
    return None
