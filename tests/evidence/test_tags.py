from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from moderation.evidence.application_key import ApplicationKey, NotReadable, rotate
from moderation.evidence.secret_files import SecretsUnusable, create_once, ensure_folder, replace
from moderation.evidence.tags import PERIODS, NotAnAddress, TagKeys, TagPurpose, address_prefixes

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "secrets"


def test_same_value_has_the_same_tag_in_two_processes(folder):
    one, two = TagKeys(folder, rng=os.urandom), TagKeys(folder, rng=os.urandom)
    assert one.tag(TagPurpose.BAN, "x", AT) == two.tag(TagPurpose.BAN, "x", AT)
    assert len(one.tag(TagPurpose.BAN, "x", AT).value) == 16


def test_tags_of_two_purposes_never_match(folder):
    keys = TagKeys(folder, rng=lambda size: b"k" * size)
    assert len({keys.tag(purpose, "x", AT).value for purpose in TagPurpose}) == len(TagPurpose)


def test_tag_of_yesterday_is_among_todays_candidates_but_not_after_its_period(folder):
    keys = TagKeys(folder, rng=os.urandom)
    tag = keys.tag(TagPurpose.RATE, "203.0.113.7/32", AT)
    tomorrow = TagKeys(folder, rng=os.urandom).candidates(TagPurpose.RATE, "203.0.113.7/32", AT + timedelta(days=1))
    assert tag in tomorrow
    assert tomorrow[0] != tag
    assert tag not in keys.candidates(TagPurpose.RATE, "203.0.113.7/32", AT + timedelta(days=3))


@pytest.mark.parametrize("purpose", list(TagPurpose))
def test_key_is_deleted_once_nothing_tagged_with_it_counts(folder, purpose):
    keys = TagKeys(folder, rng=os.urandom)
    tag = keys.tag(purpose, "x", AT)
    assert keys.sweep(AT) == ()
    last = PERIODS[purpose].counts - PERIODS[purpose].mints
    assert keys.sweep(AT + last) == ()
    assert keys.sweep(keys.expires(purpose, AT) + timedelta(seconds=1)) == (tag.key_id,)
    assert list(folder.glob("*.key")) == []


def test_ban_is_recognised_for_months_and_at_most_two_hundred_and_ten_days(folder):
    keys = TagKeys(folder, rng=os.urandom)
    tag = keys.tag(TagPurpose.BAN, "x", AT)
    assert tag in TagKeys(folder, rng=os.urandom).candidates(TagPurpose.BAN, "x", AT + timedelta(days=150))
    assert keys.expires(TagPurpose.BAN, AT) - AT <= timedelta(days=210)


@pytest.mark.parametrize(
    ("ip", "prefixes"),
    [
        ("203.0.113.77", {"/32": "203.0.113.77/32", "/24": "203.0.113.0/24"}),
        ("::ffff:203.0.113.77", {"/32": "203.0.113.77/32", "/24": "203.0.113.0/24"}),
        ("2001:db8:1:2:3::4", {"/64": "2001:db8:1:2::/64", "/56": "2001:db8:1::/56", "/48": "2001:db8:1::/48"}),
        ("fe80::1%eth0", {"/64": "fe80::/64", "/56": "fe80::/56", "/48": "fe80::/48"}),
    ],
)
def test_address_is_counted_by_prefix(ip, prefixes):
    assert address_prefixes(ip) == prefixes


def test_what_is_no_address_is_a_named_error():
    with pytest.raises(NotAnAddress):
        address_prefixes("203.0.113.77:80")


def test_key_files_are_readable_by_their_owner_alone(folder):
    TagKeys(folder, rng=os.urandom).tag(TagPurpose.RATE, "x", AT)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


def test_folder_that_others_can_read_is_refused(folder):
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(SecretsUnusable, match="0755"):
        ensure_folder(folder)


def test_second_creation_gives_the_first_content_back(folder):
    assert create_once(folder / "a", b"one") == b"one"
    assert create_once(folder / "a", b"two") == b"one"
    replace(folder / "a", b"three")
    assert (folder / "a").read_bytes() == b"three"
    assert [p.name for p in folder.iterdir()] == ["a"]


def test_full_disk_keeps_the_former_file(folder, monkeypatch):
    create_once(folder / "a", b"one")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SecretsUnusable, match="No space left"):
        replace(folder / "a", b"two")
    assert (folder / "a").read_bytes() == b"one"
    assert [p.name for p in folder.iterdir()] == ["a"]


def test_closed_value_opens_in_its_own_row_only(folder):
    key = ApplicationKey.load(folder, rng=os.urandom)
    sealed = key.close("asha@reader.example", context="author|1")
    assert b"asha" not in sealed
    assert ApplicationKey.load(folder, rng=os.urandom).open(sealed, context="author|1") == "asha@reader.example"
    for changed in (sealed[:-1] + b"\0", b"", sealed[:5], b"\x02" + sealed[1:], sealed[:1] + b"\x09" + sealed[2:]):
        with pytest.raises(NotReadable):
            key.open(changed, context="author|1")
    with pytest.raises(NotReadable):
        key.open(sealed, context="author|2")


def test_rotated_key_closes_and_the_old_one_still_opens(folder):
    old = ApplicationKey.load(folder, rng=os.urandom)
    sealed = old.close("word", context="c")
    assert rotate(folder, rng=os.urandom) == 2
    new = ApplicationKey.load(folder, rng=os.urandom)
    assert new.open(sealed, context="c") == "word"
    assert new.close("word", context="c")[1] == 2
    with pytest.raises(NotReadable):
        old.open(new.close("word", context="c"), context="c")
