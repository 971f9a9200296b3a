"""The record of a decision's input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation.policy.record import RecordUnreadable, decode_input, encode_input, without_details
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
    "017d944b6e83301445b7823c0684cdaf61d6aea1b328aa5c8c2ac45769195455065d40275d470715d9104be97db6f9349122"
    "21221cf3b8efdee3b7173c4de25d7ac7b908a338816a52503de5ddd0a209c898bb09dd10b5e94fea804947758d2c5b808280"
    "8057d182e323fad77d1e6010a8042f568d3181963becaf65cfdcc017312dcc1ca0930a66cd5fd4f6adc5eaae53b6b8db0e75"
    "ed1a7fc95ae8816e23f46303001731aa593878e10529f9b10212ebc7a61fde96acc3134a056eb47044bdb62f47d9bc4219f7"
    "05d9fdcce927e7b8916013acce18e92e645064fa22a11725f0a6beb660f4385d4e89a3ab0aa908836b52422e1656129306c1"
    "1242ad3d5e2c333a36f020347bd0c000f452d3158da279ef3291000cea5f4c204b51a9f0b6f4a8e719c347b882c715457d40"
    "b1606710cbf6ecde771e3af58e6dd3f83d8d3fd3f98beee3ef74fe8457ffd045582bba08e216bad86a660e54e5de0ef5afc6"
    "1acba2d3e10f"
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
