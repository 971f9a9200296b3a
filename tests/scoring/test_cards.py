import hashlib
import json

import pytest

from moderation.scoring.cards import checksum_file, read_card, read_verified
from moderation.scoring.scorer import ModelDamaged, ModelUnusable


def test_a_file_that_is_not_what_the_card_says_is_refused(tmp_path):
    (tmp_path / "w.bin").write_bytes(b"weights")
    entry = {"file": "w.bin", "sha256": hashlib.sha256(b"weights").hexdigest()}
    assert read_verified(tmp_path, entry) == b"weights"
    (tmp_path / "w.bin").write_bytes(b"weighty")
    with pytest.raises(ModelDamaged, match=r"w\.bin"):
        read_verified(tmp_path, entry)


@pytest.mark.parametrize(
    "entry", [None, {}, {"file": "../w.bin", "sha256": ""}, {"file": "/etc/passwd"}, {"file": "gone.bin"}]
)
def test_a_card_reaches_only_files_of_its_own_folder(tmp_path, entry):
    (tmp_path.parent / "w.bin").write_bytes(b"x")
    with pytest.raises(ModelDamaged):
        read_verified(tmp_path, entry)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}', "\xff"])
def test_a_broken_card_is_refused(tmp_path, content):
    (tmp_path / "card.json").write_text(content, encoding="latin-1")
    with pytest.raises(ModelDamaged):
        read_card(tmp_path / "card.json")


def test_a_missing_card_is_refused(tmp_path):
    with pytest.raises(ModelDamaged, match="missing"):
        read_card(tmp_path / "card.json")


def test_a_card_of_another_format_is_named(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"format": 9, "version": "1"}))
    with pytest.raises(ModelUnusable, match="9"):
        read_card(tmp_path / "card.json")


def test_checksum_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "f").write_bytes(b"abc")
    assert checksum_file(tmp_path / "f") == hashlib.sha256(b"abc").hexdigest()
