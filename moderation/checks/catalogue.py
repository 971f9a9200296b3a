"""The names of all signals that checks give, with the type of their value: what a policy may call `check.NAME`.

- One word per thing: the name here is the name in a Signal, in a policy, in the API and on the page.
- A check that found nothing, or was not given the fact that it needs, gives no signal: the value is then 0, 0.0, false
  or empty.
- Several fields of a comment may each give a signal of one name; a rule sees the greatest, spans say where.
- `file` is the module that gives it; when that module fails, its first name here is the signal that is unavailable.

How much a signal matters is the policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from moderation.vocabulary import PROTECTED_NAME


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One signal: the file that gives it, its name, the Python type of its value, and a line of help, which pages translate."""

    file: str
    name: str
    type: type
    help: str


SPECS: Final[tuple[CheckSpec, ...]] = (
    CheckSpec("words", "blocked_words", int, "words of the block lists, disguised spellings included"),
    CheckSpec("words", "suspect_words", int, "words of the suspect lists"),
    CheckSpec("words", "slurs", int, "slurs against a group of people, of either list"),
    CheckSpec("words", "caste_slurs", int, "slurs against a caste, of either list"),
    CheckSpec("words", "sexual_words", int, "obscene sexual words, of either list"),
    CheckSpec("words", "disguised_words", int, "listed words that were spelled to dodge a list"),
    CheckSpec("links", "links", int, "links in a field"),
    CheckSpec("links", "link_new_domain", int, "links to domains that no published comment of the site had"),
    CheckSpec("links", "link_shortener", int, "links through a shortener, which hides where they lead"),
    CheckSpec("links", "link_lookalike", int, "links to a domain that is made to look like another"),
    CheckSpec("links", "link_bare_address", int, "links to a numeric address"),
    CheckSpec("links", "link_disguised", int, "links written so that no link is seen, such as `example dot com`"),
    CheckSpec("links", "pirated_link", bool, "a link to pirated films, matches, software or books"),
    CheckSpec("contact", "private_email", int, "e-mail addresses that are not the author's own"),
    CheckSpec("contact", "private_phone", int, "telephone numbers"),
    CheckSpec("contact", "own_contact", int, "the author's own e-mail address in a public field"),
    CheckSpec("postal", "private_address", int, "postal addresses"),
    CheckSpec("numbers", "private_card", int, "payment card numbers with a right check digit"),
    CheckSpec("numbers", "private_national_id", int, "national identity numbers with a right check digit or form"),
    CheckSpec("numbers", "private_iban", int, "bank accounts with a right check sum"),
    CheckSpec("repeats", "repeat_same_sender", int, "earlier comments of this sender with the same text"),
    CheckSpec("repeats", "repeat_others", int, "comments of other senders with the same text"),
    CheckSpec("repeats", "near_duplicates", int, "comments that say nearly the same; the detail names their cluster"),
    CheckSpec("repeats", "repetition", float, "share of the text that repeats itself"),
    CheckSpec("flood", "flood_sender", int, "comments of this sender in the last minute, from the sixth on"),
    CheckSpec("flood", "flood_network", int, "comments from this network in the last minute, from the twentieth on"),
    CheckSpec("flood", "flood_article", int, "comments under this article in the last minute, from the thirtieth on"),
    CheckSpec("flood", "shared_address", int, "other people who wrote from this address lately"),
    CheckSpec("form", "honeypot", bool, "the field that people do not see was filled"),
    CheckSpec("form", "fill_seconds", float, "seconds between showing and sending the form"),
    CheckSpec("form", "token_missing", bool, "our own form came back without its token"),
    CheckSpec("standing", "author_banned", bool, "the account or e-mail address is banned"),
    CheckSpec("standing", "address_banned", bool, "the network address is banned"),
    CheckSpec("standing", "author_premoderated", bool, "all comments of this author wait for a person"),
    CheckSpec("standing", "first_comment", bool, "nothing by this author was published here before"),
    CheckSpec("standing", "rejected_share", float, "share of the author's latest comments that were rejected"),
    CheckSpec("standing", "names_of_email", int, "names that this e-mail address has used, from the second on"),
    CheckSpec("names", "staff_name", bool, "the author's name is that of the site or of its staff"),
    CheckSpec("names", "subject_name", bool, "the author's name is that of a person whom the article is about"),
    CheckSpec("official", "fake_official", bool, "the author's name is an office or a public body"),
    CheckSpec("oddities", "name_odd", bool, "a name that is a link, an address, only signs, or of mixed scripts"),
    CheckSpec("oddities", "invisible_characters", int, "characters that are invisible or turn the line around"),
    CheckSpec("oddities", "mixed_scripts", int, "words that mix look-alike letters of two scripts"),
    CheckSpec("oddities", "stacked_marks", int, "letters under a stack of marks"),
    CheckSpec("oddities", "no_words", bool, "a text without a single letter"),
    CheckSpec("shouting", "shouting", float, "share of capitals among the letters of a text that is not short"),
    CheckSpec("switches", "comments_switch", str, "`hold` or `close`: what the editor set for now"),
    CheckSpec("switches", "article_closed", bool, "the article takes no more comments"),
    CheckSpec(
        "sensitive", "article_sensitive", str, "the reason why the article is sensitive, as the editor or the site said"
    ),
    CheckSpec(
        "sensitive", PROTECTED_NAME, bool, "a name that the law or the editor protects, in any script or spelling"
    ),
    CheckSpec("victims", "victim_identity", bool, "words that point to who a protected victim or child is"),
    CheckSpec(
        "sub_judice",
        "sub_judice",
        bool,
        "guilt or innocence called in a matter before a court, or contempt of the court",
    ),
    CheckSpec("languages", "language", str, "the language that the text seems to be in"),
    CheckSpec("languages", "language_unfit", bool, "a language for which the model in use is not fit"),
    CheckSpec("overlap", "article_overlap", float, "share of the text that is taken from the article"),
    CheckSpec("overlap", "registered_text", float, "share of the text that is taken from a text the site registered"),
    CheckSpec("chain", "chain_message", bool, "a message that asks to be passed on to everybody"),
    CheckSpec("gathering", "gathering_call", bool, "a call to gather, with a time or a place"),
    CheckSpec("rumours", "rumour", bool, "a claim from the editor's list of unverified claims"),
    CheckSpec("self_harm", "self_harm", bool, "the writer may be about to hurt themselves"),
    CheckSpec("remarks", "personal_remark", bool, "a remark on a person's family, looks, marriage, caste or health"),
    CheckSpec("incitement", "communal_incitement", bool, "a call against a community"),
    CheckSpec("threats", "threat", bool, "a threat of violence in plain words"),
    CheckSpec("exit_polls", "exit_poll", bool, "results of an exit poll while the law forbids them"),
    CheckSpec("betting", "betting", bool, "an invitation to bet"),
    CheckSpec("doxxing", "doxxing_call", bool, "a call to find or publish where a person lives or works"),
    CheckSpec("pitches", "sales_pitch", int, "turns of phrase of advertising and fraud"),
)

CHECKS: Final[Mapping[str, CheckSpec]] = MappingProxyType({spec.name: spec for spec in SPECS})


def first_name(file: str) -> str:
    """The first signal of a file: the one that is unavailable when the file fails."""
    return next(spec.name for spec in CHECKS.values() if spec.file == file)
