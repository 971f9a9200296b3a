"""The record of a decision's input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation.policy.record import RecordUnreadable, decode_decisive, decode_input, encode_input, without_details
from moderation.vocabulary import (
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Label,
    Scores,
    SenderFacts,
    Signal,
    Span,
)

GIVEN = DecisionInput(
    now=datetime(2026, 11, 24, 5, 3, 1, 123456, tzinfo=UTC),
    signals=(
        Signal("link_count", 1, Field.TEXT, (Span(3, 30, "link"),), detail="a domain never seen here"),
        Signal("first_comment", value=True),
        Signal("overlap", 0.25),
        Signal("language", "kn", Field.TEXT),
        Signal("flood", value=False, unavailable=True),
    ),
    scores={
        Field.TEXT: Scores(
            {Label.INSULT: 0.125, Label.THREAT: 1e-7},
            "ngrams",
            "1.2",
            "ab12",
            "c1",
            {Label.INSULT: 0.5},
            (Span(0, 4, "insult"),),
            "kn",
            fit=False,
            cut=True,
            factors={"imputation": 0.3},
        ),
        Field.NAME: Scores({}, "ngrams", "1.2", unavailable="past its deadline"),
    },
    comment=CommentFacts(312, 60, 3, has_title=False, is_reply=True, door="api", language="kn"),
    author=AuthorFacts(known=True, published=12, recent_rejected=1),
    article=ArticleFacts("a-1", "Tram", "city", ("A. Body", "ಒಬ್ಬರು"), age_days=0.5, comments=3),
    sender=SenderFacts("reported_by_site", others_on_address=4, cluster="c-9"),
)
# Written by version 1 of the record; it must stay readable for ever.
OLDEST = bytes.fromhex(
    "017d944d6e83301085f73d05f21a10b6f969b26bcfd09d55552ed00a85e0282d8baacaa207e8a6e7e8a22217e2287d03c609"
    "89120981b04623cffbde1b257896268bec967321e3240519baebea29376d03609cd8c1ba3095edca8681e9d80058ad37cc8f"
    "4291d0819bc6c71803f597da98c28a855e289a9cf079c48f8be4c096974194ed467d4956f41dcd0610561558dcab909fa2d4"
    "05097baebde4c2a99f42112bbf8451acc727892fe1c0005771a0ffc91ab06a5780c574c08165c2f5b085e18e910d06c7815d"
    "046ca9d85de8dd9be203657df7d377bffdfe9bdedd5fbfff820833c450eb80585e478cd231f8b8551e2cd0ff6cb7b065bc7b"
    "bc510e8d52d297a3682b929669af306b5d355838408e355536d8875be8eeaba6ad6b97f2d9cf2cf2b342b2c131ff8446a8d6"
    "9bf6dd4511532915f9b18b39dda37985906f188187026ffdcce99393d4c035f9123eb1993da947d9f04cd1fd07"
)


def test_a_record_gives_back_what_decide_was_given() -> None:
    assert decode_input(encode_input(GIVEN)) == GIVEN


def test_the_article_s_body_is_not_recorded() -> None:
    told = replace(GIVEN, article=replace(GIVEN.article, body="the whole article"))
    assert decode_input(encode_input(told)) == GIVEN


def test_a_record_of_the_first_version_stays_readable() -> None:
    assert decode_input(OLDEST) == GIVEN


def test_a_common_record_is_small() -> None:
    assert len(encode_input(GIVEN)) < 600


def test_a_replay_reads_only_what_decides() -> None:
    lean = decode_decisive(encode_input(GIVEN))
    assert [(one.check, one.value, one.unavailable) for one in lean.signals] == [
        (one.check, one.value, one.unavailable) for one in GIVEN.signals
    ]
    assert {name: one.values for name, one in lean.scores.items()} == {
        name: one.values for name, one in GIVEN.scores.items()
    }
    assert (lean.now, lean.comment, lean.author, lean.article, lean.sender) == (
        GIVEN.now,
        GIVEN.comment,
        GIVEN.author,
        GIVEN.article,
        GIVEN.sender,
    )


def test_details_can_be_taken_out_when_a_text_is_erased() -> None:
    bare = decode_input(without_details(encode_input(GIVEN)))
    assert {signal.detail for signal in bare.signals} == {""}
    assert bare.scores == GIVEN.scores


@pytest.mark.parametrize("damaged", [b"", b"\x02abc", b"\x01", encode_input(GIVEN)[:-20], b"\x01" + bytes(40)])
def test_a_damaged_record_is_refused_with_our_own_error(damaged: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        decode_input(damaged)


def test_any_single_damaged_byte_gives_an_answer_or_our_own_error() -> None:
    whole = encode_input(GIVEN)
    for at in range(0, len(whole), 3):
        damaged = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        try:
            decode_input(damaged)
        except RecordUnreadable:
            continue
