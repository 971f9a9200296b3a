"""Spellings that dodge a list, and the proof that one of them spells a listed word.

- Only doubtful tokens are looked at: signs or digits inside a word, a stretched letter, single letters in a row, a mask.
- Each is tried as leet, with its signs as gaps, and with its digits as gaps too; what is joined begins and ends where a
  piece of the token does, so `as sess` never becomes a word inside another.
- Candidates meet listed words by their skeleton (stretches once, `l` as `i`, since `1` and `!` stand for both); then
  every letter is proved: none may be missing, and one that is too many must be stretched as people stretch letters.
- A mask (`f**k`, `f---`) is as long as what it hides; one star alone may hide more.

Which words are listed is the matcher's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from moderation.text.disguise import LEET, MARKS

EITHER: Final = "\x01"
LEET_LETTERS: Final = {**LEET, "1": EITHER, "!": EITHER, "|": EITHER}
SKELETON: Final = str.maketrans({EITHER: "i", "l": "i"})
REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
LONGEST: Final = 26
LONG_WORD: Final = 6
SHORT_TOKEN: Final = 3
STRETCH: Final = 3
PREFIXES: Final = (3, 5, 8, 12)
# Letters that English never doubles, and Indian languages in Roman letters only as a long vowel.
NEVER_DOUBLED: Final = frozenset("aiuhjkqvwxy")
OFTEN_DOUBLED: Final = frozenset("eflosz")  # at the end of honest words
TOKEN: Final = re.compile(r"\S+")
OPENERS: Final = "\"'([{-…/~.,"
ENDS: Final = ".,;:?!\"'()[]{}-…/~"
MARK: Final = re.compile(f"[{MARKS}]")
PART: Final = re.compile(f"(?:[^\\W_]|[{MARKS}{EITHER}])+")
PLAIN: Final = re.compile(f"(?:[^\\W\\d_]|[{MARKS}])+(?:'(?:s|t|re|ll|ve|d|m))?")
DOUBLED: Final = re.compile(r"([^\W\d_])\1")
# Texts without these have no sign in a word: letters `a`, digits `0`, signs `.`, signs that are letters in leet `$` and `!`.
SHAPES: Final = str.maketrans(
    {chr(code): "." for code in range(33, 127)}
    | {chr(code): "a" for code in range(ord("a"), ord("z") + 1)}
    | dict.fromkeys("0123456789", "0")
    | dict.fromkeys("@$*#", "$")
    | dict.fromkeys("!|", "!")
    | {"'": "'", "\n": " "}
)
ODD_SHAPES: Final = ("a.a", "a..a", "a...a", "a$", "$a", "a0", "0a", " .a0", "0.a", "a.0", "0'a", "'$", "!a", "a'a'")
# Two of these beside each other are two words (`as shown`, `pen is`), however they read when joined.
COMMON_WORDS: Final = (
    "a aap ab abp act add adv age ages agm ago aid air all ally am an and ants any apr are as ask ass at ate aug"
    " aur avg bad bag ban bar bas be bed bet bhai bhi big bit bjp bus but buy by can cap car cbi cc ceo cid cm con"
    " cop cow cr cry crz cum cup cut dad dam day dc de dgp did die dig dim do dog don dono dot dr dry due ear eat"
    " ed edc egg ego ek em emi end era etc ev eve ex eye fan far fat fda feb fee few fir fit fix fly fog for fri"
    " ft fun gas gdp get gmc goa god got gst gun guy ha had hai half has hat hc he hell hen her hers hey hi hid"
    " him hip his hit hits ho hole hot how hr hrs i ias ice icu id if ii iii iit ill in inr ion ions ipl ips is it"
    " its ja jab jam jan jaw jet ji jo job joy jul jun just ka kar ke key kg ki kid km kms ko kya la lab lap law"
    " lay le led leg let lic lid lie lip lit lo log lot low lpg lt ltd mad madam man map mar mat may me mein men"
    " met min mix mla mob mom mon mou mp mr mrs ms mud my na nahi nan nd nda net new ngo nh nhi nil nit no nod non"
    " nor not nov now npp nu nut obc oct of off oh oil ok ola old on one or ott our ours out own pa pan par pay"
    " pdf pe pen per pet pie pig pin pit pits pm pop pot ppe pro pub put pwd rag ram ran rant rap rat rate raw rbi"
    " rd re red rest rid rob rod row rs rti rto rub run sab sad sat saw say sc se sea sec see sen sep set sex she"
    " shot shy sin sip sir sit six sky smc sms so son sop sp spy st sub sum sun tab tak tan tap tar tax te tea ten"
    " tens th the ti tie tip tit tmc to toe ton too top toy try tu tub tv two uk un up upi us usa use vah van vat"
    " via vip vo vp vs wa war was way we web wet who why win wit wo woh won ye yeh yes yet you zoo"
)
COMMON: Final = frozenset(COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Letters that may spell a listed word, where they stand, and how they stood: `pieces`, and `split` in two by a space."""

    letters: str
    start: int
    end: int
    pieces: int
    split: bool = False


def skeleton(letters: str) -> str:
    """What all stretched and leet spellings of a word have in common."""
    return REPEATED.sub(r"\1", letters.translate(SKELETON))


def beginnings_of(bones: Iterable[str]) -> frozenset[str]:
    """How skeletons of listed words begin, so that a candidate is given up as soon as none begins so."""
    return frozenset(bone[:length] for bone in bones for length in PREFIXES if len(bone) >= length)


def _may_begin(bones: str, beginnings: frozenset[str]) -> bool:
    """Whether some listed word begins as these letters do."""
    return all(bones[:length] in beginnings for length in PREFIXES if len(bones) >= length)


def find_candidates(text: str, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Readings of the doubtful tokens of a folded text whose skeletons begin as some listed word does."""
    if may_be_signed(text):
        for match in TOKEN.finditer(text):
            token = match[0]
            core = token if token.isalpha() else token.lstrip(OPENERS).rstrip(ENDS)
            if not (core.isalpha() or PLAIN.fullmatch(core)):
                yield from _read_token(token, match.start(), beginnings)
    yield from _read_stretched(text, beginnings)
    yield from _read_short(text, beginnings)


def may_be_signed(text: str) -> bool:
    """Whether any token can hold signs or digits between or beside letters; a cheap no for most texts."""
    if not text.isascii():
        return True
    shape = f" {text.translate(SHAPES)} "
    return any(odd in shape for odd in ODD_SHAPES)


def _read_stretched(text: str, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Words with a letter stretched or doubled that begin as a listed word does."""
    done = 0
    for double in DOUBLED.finditer(text):
        if double.start() < done:
            continue
        start = max(text.rfind(" ", 0, double.start()), text.rfind("\n", 0, double.start())) + 1
        token = text[start : start + LONGEST * STRETCH].split(None, 1)[0]
        done = start + len(token)
        for part in PART.finditer(token):
            if _may_begin(skeleton(part[0]), beginnings):
                yield Candidate(part[0], start + part.start(), start + part.end(), 1)


def _read_token(token: str, at: int, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """A token as leet, with signs as gaps, and with digits as gaps too."""
    edge = len(token.rstrip("!|+,.;:?"))
    leet = "".join([LEET_LETTERS.get(c, c) if i < edge else c for i, c in enumerate(token)])
    gaps = "".join([LEET_LETTERS.get(c, " ") if c.isdigit() else c for c in token])
    bare = "".join([" " if c.isdigit() else c for c in token])
    for spelled in dict.fromkeys((leet, gaps, bare)):
        yield from _join_pieces(spelled, at, beginnings, alone=spelled != token)


def _read_short(text: str, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Runs of short tokens: single letters (`i d i o t`, `f u ck`), or a word cut in two (`fu ck`)."""
    tokens = text.split()
    odd = [at for at, t in enumerate(tokens) if len(t) <= SHORT_TOKEN and t.strip(ENDS) not in COMMON]
    if not odd:
        return
    spans = [match.span() for match in TOKEN.finditer(text)]
    done = -1
    for at in odd:
        for first in (at - 1, at):
            if 0 <= first < len(spans) - 1 and spans[first + 1][0] == spans[first][1] + 1:
                yield from _join_two(text, spans[first], spans[first + 1], beginnings)
        if at > done:
            first, done = _widen(tokens, spans, at)
            yield from _join_run(text, spans[first : done + 1], beginnings)


def _widen(tokens: list[str], spans: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """The first and last token of the run of short tokens that a token stands in; the last may be longer."""
    first = last = at
    while first and len(tokens[first - 1]) <= SHORT_TOKEN and spans[first][0] - spans[first - 1][1] <= SHORT_TOKEN:
        first -= 1
    while last < len(tokens) - 1 and spans[last + 1][0] - spans[last][1] <= SHORT_TOKEN:
        if len(tokens[last]) > SHORT_TOKEN or len(tokens[last + 1]) > LONG_WORD:
            break
        last += 1
    return first, last


def _join_run(text: str, run: list[tuple[int, int]], beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Short tokens joined, when at least two are single letters; as they stand and as leet."""
    singles = sum(_is_single(text[start:end]) for start, end in run)
    if singles > 1 and not all(text[start:end] in COMMON for start, end in run):
        stretch = text[run[0][0] : run[-1][1]]
        leet = "".join([LEET_LETTERS.get(c, c) for c in stretch])
        for spelled in dict.fromkeys((stretch, leet)):
            yield from _join_pieces(spelled, run[0][0], beginnings, alone=False)


def _is_single(token: str) -> bool:
    """Whether a token is one letter, with the vowel signs that an Indic one may have."""
    return len(token) == 1 or len(MARK.sub("", token)) == 1


def _join_two(
    text: str, first: tuple[int, int], second: tuple[int, int], beginnings: frozenset[str]
) -> Iterator[Candidate]:
    """Two neighbouring tokens as one word, unless both are words themselves."""
    one, two = text[first[0] : first[1]], text[second[0] : second[1]].rstrip(ENDS)
    if len(one) > LONG_WORD or len(two) > LONG_WORD:
        return
    cut = not (one in COMMON and two in COMMON) and one.isalpha() and two.isalpha()
    if cut and text[max(0, first[0] - 1)] != "'" and _may_begin(skeleton(one + two), beginnings):
        yield Candidate(one + two, first[0], second[0] + len(two), 2, split=True)


def _join_pieces(letters: str, at: int, beginnings: frozenset[str], *, alone: bool) -> Iterator[Candidate]:
    """Neighbouring pieces joined while a listed word may begin so; a piece `alone` only when leet or digits changed it."""
    pieces = [(match[0], at + match.start(), at + match.end()) for match in PART.finditer(letters)]
    for first, (begin, *_) in enumerate(pieces):
        if first and len(begin) == 1 and pieces[first - 1][0] == begin:
            continue  # a stretched letter: the candidate that began with it has it all
        joined = ""
        for count, (piece, _, end) in enumerate(pieces[first:], 1):
            joined += piece
            bones = skeleton(joined)
            if len(joined) > 2 * LONGEST or not _may_begin(bones, beginnings):
                break
            if count > 1 and all(one in COMMON for one, *_ in pieces[first : first + count]):
                continue
            if count > 1 or alone:
                yield Candidate(joined, pieces[first][1], end, count)


def spells(candidate: str, word: str) -> bool:
    """Whether a candidate with a word's skeleton is that word, leet and stretches allowed."""
    match = _spelling(word).fullmatch(candidate)
    if match is None:
        return False
    if len(word) >= LONG_WORD:
        return True
    runs = [
        (len(given), len(list(run)), given[0]) for given, (_, run) in zip(match.groups(), groupby(word), strict=True)
    ]
    if len(word) == LONG_WORD - 1 and runs[-1][1] == 1 and runs[-1][2] not in OFTEN_DOUBLED:
        runs.pop()
    return all(given == count or given >= STRETCH or letter in NEVER_DOUBLED for given, count, letter in runs)


@lru_cache(maxsize=4096)
def _spelling(word: str) -> re.Pattern[str]:
    """All stretched and leet spellings of a word."""
    runs = [(re.escape(letter), len(list(run))) for letter, run in groupby(word)]
    return re.compile("".join(f"([{letter}{EITHER if letter in 'il' else ''}]{{{count},}})" for letter, count in runs))
