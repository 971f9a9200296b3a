"""Links of a field: how many, where they lead, and whether they hide it.

- A link is a web address with a scheme, with `www.`, or a bare domain under a known public suffix; the site's own are not counted.
- New is a domain that no published comment of the site had; a shortener hides where it leads.
- A look-alike domain folds to a well-known one or the site's own without being it, or is written in another script's
  look-alikes; an honest domain in an Indian script is none.
- Links written so that no link is seen (`example dot com`) count as disguised.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from moderation.checks.reading import judged_fields
from moderation.text.fold import fold_letters
from moderation.vocabulary import Comment, Facts, Field, Signal, SiteFacts, Span

if TYPE_CHECKING:
    from tldextract import TLDExtract

NAME = "links"
DOTTED: Final = re.compile(r"\w\.\w|://")
LINK: Final = re.compile(
    r"(?i)(?<![\w@.])(?:(?:https?|ftp|hxxps?)://[^\s<>\"]{2,2000}|www\.[^\s<>\"]{2,500}|(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?::\d{2,5})?(?:/[^\s<>\"]{0,500})?(?![\w@]))"
)
DISGUISED: Final = re.compile(
    r"\b[\w-]{3,40}\s?(?:\(dot\)|\[dot\]|\{dot\}|\sdot\s|\[\.\]|\(\.\))\s?(?:com|net|org|in|info|xyz|co|io|biz|me|site|online|shop|club|top)\b"
)
SHORTENERS: Final = frozenset(
    "bit.ly tinyurl.com t.co goo.gl ow.ly is.gd buff.ly cutt.ly rb.gy shorturl.at tiny.cc rebrand.ly bl.ink lnkd.in s.id t.ly v.gd"
    " adf.ly shorte.st bc.vc ouo.io linktr.ee soo.gd clck.ru qr.ae trib.al dlvr.it".split()
)
PIRATES: Final = re.compile(
    r"(?:tamilrockers|tamilblasters|movierulz|filmyzilla|filmywap|isaimini|bolly4u|9xmovies|kuttymovies|khatrimaza|moviesda|skymovies|vegamovies"
    r"|hdhub4u|123movies|fmovies|putlocker|yts|piratebay|1337x|torrent|libgen|z-lib|crackstream|streameast|hesgoal|modapk|crackedapk)"
)
PIRATED_WORDS: Final = re.compile(
    r"(?i)(?:free|full|hd|1080p|720p|camrip|dvdrip|cracked?)\W+(?:\w+\W+){0,3}?(?:download|torrent|stream|movie|match|pdf|apk|software|ebook)"
)
WELL_KNOWN: Final = (
    "google facebook youtube instagram whatsapp twitter amazon flipkart paytm phonepe hdfcbank icicibank sbi onlinesbi axisbank irctc netflix"
    " microsoft apple paypal telegram linkedin uidai incometax gmail yahoo"
).split()


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """What the links of each field are."""
    for field, text in judged_fields(comment).items():
        if field is not Field.NAME:
            yield from _of_field(field, text, facts.site)


def _of_field(field: Field, text: str, site: SiteFacts) -> Iterator[Signal]:
    found = list(_links(text, site)) if DOTTED.search(text) else []
    groups = {
        "links": [span for span, _, _ in found],
        "link_new_domain": [span for span, domain, _ in found if domain and domain not in site.known_domains],
        "link_shortener": [span for span, domain, _ in found if domain in SHORTENERS],
        "link_lookalike": [span for span, _, host in found if looks_like_another(host, site.own_domains)],
        "link_bare_address": [span for span, domain, _ in found if not domain],
        "link_disguised": [Span(*match.span(), "link_disguised") for match in DISGUISED.finditer(text)]
        if "dot" in text or "[.]" in text or "(.)" in text
        else [],
    }
    for name, spans in groups.items():
        if spans:
            named = tuple(Span(span.start, span.end, name) for span in spans)
            yield Signal(name, len(named), field, named)
    pirated = [span for span, _, host in found if PIRATES.search(host)]
    if not pirated and found and PIRATED_WORDS.search(text):
        pirated = [found[0][0]]
    if pirated:
        yield Signal("pirated_link", value=True, field=field, spans=tuple(pirated))


def linked_domains(texts: Iterable[str]) -> frozenset[str]:
    """The registered domains that these texts link to, the site's own among them."""
    plain = SiteFacts()
    return frozenset(d for text in texts if DOTTED.search(text) for _, d, _ in _links(text, plain) if d)


def _links(text: str, site: SiteFacts) -> Iterator[tuple[Span, str, str]]:
    """Each link with its registered domain (empty for a bare address) and its host; the site's own are left out."""
    for match in LINK.finditer(text):
        host = host_of(match[0])
        if _joins_sentences(match[0]):
            continue
        domain = registered(host)
        if domain is None or domain in site.own_domains or host in site.own_domains:
            continue
        yield Span(match.start(), match.start() + len(match[0].rstrip(".,;:!?)'")), "links"), domain, host


def _joins_sentences(link: str) -> bool:
    """Whether a bare domain is the end of one sentence and the beginning of the next (`like it.As soon`)."""
    before, _, after = link.rpartition(".")
    return "/" not in link and (after[:1].isupper() and before[-1:].islower())


def host_of(link: str) -> str:
    """The host of a link, in lower case."""
    bare = link.split("://", 1)[-1]
    host = re.split(r"[/?#\\]", bare, maxsplit=1)[0].rsplit("@", 1)[-1]
    return host.split(":")[0].rstrip(".,;:!?)'").lower().removeprefix("www.")


def registered(host: str) -> str | None:
    """The registered domain of a host; empty for a numeric address, None for what is no domain (`e.g`, `Rs.500`)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return ""
    found = _suffixes()(host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else None


@cache
def _suffixes() -> TLDExtract:
    # Imported on first use; the snapshot that ships with the library is used, the network is never asked.
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def looks_like_another(host: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a host imitates a well-known one or the site's own: by look-alike letters, or as `paytm.com.win-prize.xyz`."""
    plain = show_host(host)
    found = _suffixes()(plain)
    known = {*WELL_KNOWN, *(name.split(".")[0] for name in own)}
    if found.domain in known:
        return False
    folded = fold_letters(found.domain)
    if folded.isascii() and any(_is_foreign(letter) for letter in found.domain):
        return True
    if folded.replace("0", "o").replace("1", "l").replace("rn", "m").replace("vv", "w") in known:
        return True
    return any(label in known for label in f"{found.subdomain}.{found.domain}".replace("-", ".").split("."))


def show_host(host: str) -> str:
    """A host as it is shown: `xn--` labels in their own letters."""
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def _is_foreign(letter: str) -> bool:
    """Whether a letter is of another script than Latin."""
    return letter.isalpha() and not letter.isascii() and not unicodedata.name(letter, "").startswith("LATIN")
