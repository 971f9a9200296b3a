from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.evidence.bag import PackageThere, PackageUnwritten, make_bag, write_bag
from moderation.evidence.certificate import Facts, ServerIdentity, as_html, as_pdf, bsa63_part_a, bsa63_part_b, generic
from moderation.evidence.merkle import consistency_path, subtree_of
from moderation.evidence.note import policy_text
from moderation.evidence.package import _cell, payload
from moderation.evidence.signer import LogSigner
from moderation.evidence.standalone.signatures import signature_holds
from tests.evidence.epochs import NOON
from tests.evidence.office import TEXT, Office

NO_SOCKET = (
    "import runpy, sys; sys.argv = sys.argv[1:]\n"
    "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
    "finally:\n    assert 'socket' not in sys.modules"
)


class Made:
    def __init__(self, root) -> None:
        self.root = root
        self.office = Office(root)
        for number in range(1, 8):
            self.office.comment(number)
        self.known = self.office.checkpoint()
        old = len(self.office.log)
        req = self.office.approved("c2", "c5")
        opened = self.office.open(req, [self.office.records[1], self.office.records[4]])
        size = len(self.office.log)
        path = consistency_path(old, size, subtree_of([entry.hash for entry in self.office.log]))
        self.package = self.office.package(req, opened, texts=True, consistency={old: path})
        self.bag = self.build(self.package)
        (root / "policy.txt").write_text(policy_text(self.office.signer.key))
        (root / "known.txt").write_text(self.known)

    def build(self, package):
        info = {"Source-Organization": package.organisation}
        return make_bag(package.id, payload(package), info, at=package.made_at, sign=self.office.signer.sign_text)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Made(tmp_path_factory.mktemp("office"))


@pytest.fixture
def bag(made, tmp_path):
    folder = tmp_path / made.package.id
    write_bag(made.bag, folder)
    return folder


def verify(made, folder, *args, policy=True):
    given_ = ["--policy", str(made.root / "policy.txt")] if policy else []
    command = ["-I", "-S", "-c", NO_SOCKET, str(folder / "data/verify/verify.py"), str(folder), *given_, *args]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert "AssertionError" not in done.stderr
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_package_verifies_with_python_alone_and_without_a_socket(made, bag):
    code, out = verify(made, bag, "--known-checkpoint", str(made.root / "known.txt"))
    assert (code, out.splitlines()[-1]) == (0, "all good")
    assert "2 records are in the log, each field as committed" in out
    assert "2 texts are in the log as committed" in out


def test_package_without_a_policy_from_outside_is_incomplete(made, bag):
    code, out = verify(made, bag, policy=False)
    assert code == 2
    assert "give --policy" in out


def test_sha256sum_and_bagit_agree(bag):
    done = subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=bag, check=False)
    assert done.returncode == 0
    bagit.Bag(str(bag)).validate()


def test_nothing_that_was_not_asked_for_is_anywhere_in_the_bag(bag):
    whole = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    for word in (b"SecretBrowser", b"mail.example", b"reader2", b"203.0.113.3", b"203.0.113.1"):
        assert word not in whole
    assert b"203.0.113.2" in whole


def test_same_input_gives_the_same_bytes(made):
    again = made.build(made.package)
    assert {name: hashlib.sha256(content).hexdigest() for name, content in again.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in made.bag.items()
    }


def spoil(made, bag, name, old, new):
    """Change a file and write manifests that fit, as a forger would; the signature stays."""
    content = (bag / name).read_bytes()
    assert old in content
    (bag / name).write_bytes(content.replace(old, new, 1))


def remake(bag):
    for manifest, algorithm in (("manifest-sha256.txt", "sha256"), ("manifest-sha512.txt", "sha512")):
        files = sorted(p.relative_to(bag).as_posix() for p in (bag / "data").rglob("*") if p.is_file())
        rows = [f"{hashlib.new(algorithm, (bag / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
        (bag / manifest).write_text("".join(rows))
    tags = sorted(p.name for p in bag.iterdir() if p.is_file() and p.name != "tagmanifest-sha256.txt")
    rows = [f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(rows))


def sign_anew(made, bag):
    """What a publisher does who forges a package of their own."""
    remake(bag)
    digest = hashlib.sha256((bag / "manifest-sha256.txt").read_bytes()).hexdigest()
    (bag / "manifest.sig").write_text(made.office.signer.sign_text(f"moderation/package/v1\n{bag.name}\n{digest}\n"))
    remake(bag)


CHANGES = [
    ("data/records.json", b"203.0.113.2", b"203.0.113.9"),
    ("data/records.csv", b"203.0.113.2", b"203.0.113.9"),
    ("data/openings.json", b"203.0.113.2", b"203.0.113.9"),
    ("data/records.json", b'"comment_id": "c2"', b'"comment_id": "c3"'),
    ("data/records.json", b'"log_index": 3', b'"log_index": 5'),
    ("data/log/checkpoint.txt", b"news.example/log\n16", b"news.example/log\n17"),
    ("data/proofs/r2.tlog-proof", b"index 3", b"index 5"),
    ("data/content/c2.json", b"as written", b"as forged!"),
    ("manifest.sig", b"moderation/package/v1", b"moderation/package/v2"),
    ("bag-info.txt", b"Daily Example", b"Daily Forgery"),
]


@pytest.mark.parametrize(("name", "old", "new"), CHANGES)
def test_any_changed_file_is_named(made, bag, name, old, new):
    spoil(made, bag, name, old, new)
    code, out = verify(made, bag)
    assert code == 1
    assert f"FAIL {name}: was changed" in out


@pytest.mark.parametrize(("name", "old", "new"), [c for c in CHANGES if c[0].startswith("data/")])
def test_new_manifests_over_a_changed_file_do_not_carry_the_signature(made, bag, name, old, new):
    spoil(made, bag, name, old, new)
    remake(bag)
    code, out = verify(made, bag)
    assert (code, out.splitlines()[-1]) == (1, "FAIL manifest.sig: signs another manifest")


REFORGED = [
    ("data/records.json", b"203.0.113.2", b"203.0.113.9", "data/records.json: the fields of r2 differ"),
    ("data/openings.json", b"203.0.113.2", b"203.0.113.9", "data/openings.json: ip of r2 was not committed"),
    ("data/records.json", b'"comment_id": "c2"', b'"comment_id": "c3"', "data/records.json: r2 is another record"),
    ("data/records.json", b'"log_index": 3', b'"log_index": 5', "data/records.json: r2 has another index"),
    ("data/records.json", b'"revision": 1', b'"revision": 2', "data/records.json: r2 is another record"),
    ("data/proofs/r2.tlog-proof", b"index 3", b"index 5", "data/proofs/r2.tlog-proof: does not lead"),
    ("data/proofs/r2.tlog-proof", b"extra ey", b"extra fy", "data/proofs/r2.tlog-proof: does not lead"),
    (
        "data/content/c2.json",
        b'"text": "\xe0\xb2\x87',
        b'"text": "\xe0\xb2\x88',
        "data/content/c2.json: the text differs",
    ),
    ("data/log/checkpoint.txt", b"news.example/log\n16", b"news.example/log\n17", "data/log/checkpoint.txt"),
]


@pytest.mark.parametrize(("name", "old", "new", "words"), REFORGED)
def test_publisher_who_signs_a_false_package_still_fails_against_the_log(made, bag, name, old, new, words):
    spoil(made, bag, name, old, new)
    sign_anew(made, bag)
    code, out = verify(made, bag)
    assert code == 1
    assert words in out


def test_dropped_manifest_line_added_file_and_missing_file_are_named(made, bag):
    lines = (bag / "manifest-sha256.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha256.txt").write_text("".join(lines[1:]))
    assert "FAIL manifest-sha256.txt: was changed" in verify(made, bag)[1]
    (bag / "manifest-sha256.txt").write_text("".join(lines))
    (bag / "data/extra.txt").write_text("x")
    assert "FAIL data/extra.txt: is not in manifest-sha256.txt" in verify(made, bag)[1]
    (bag / "data/extra.txt").unlink()
    (bag / "data/records.csv").unlink()
    assert "FAIL data/records.csv: is missing" in verify(made, bag)[1]


def test_changed_salt_is_named(made, bag):
    opening = json.loads((bag / "data/openings.json").read_text())["r2"][0]
    spoil(made, bag, "data/openings.json", opening[0][:4].encode(), b"AAAA")
    sign_anew(made, bag)
    assert "was not committed" in verify(made, bag)[1]


def test_log_of_another_publisher_is_refused(made, bag, tmp_path):
    other = LogSigner(tmp_path / "other", origin="news.example/log", rng=os.urandom)
    (tmp_path / "other.txt").write_text(policy_text(other.key))
    code, out = verify(made, bag, "--policy", str(tmp_path / "other.txt"), policy=False)
    assert (code, out.splitlines()[-1]) == (1, "FAIL manifest.sig: not signed by news.example/log")


def test_forked_and_unprovable_known_checkpoints_are_told_apart(made, bag, tmp_path):
    from moderation.evidence.note import Checkpoint, sign_note

    private = made.office.signer._private
    for size, words, code in ((14, "does not continue", 1), (9, "has no proof from it", 2), (16, "forked", 1)):
        note = sign_note(Checkpoint("news.example/log", size, b"r" * 32).text(), "news.example/log", private)
        (tmp_path / "fork.txt").write_text(note)
        found = verify(made, bag, "--known-checkpoint", str(tmp_path / "fork.txt"))
        assert found[0] == code
        assert words in found[1]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"rubbish\n", b"log x\n"])
def test_what_the_reader_brings_and_cannot_be_read_is_unchecked_and_no_fault_of_the_package(
    made, bag, tmp_path, content
):
    brought = tmp_path / "brought"
    if content is not None:
        brought.write_bytes(content)
    code, out = verify(made, bag, "--policy", str(brought), policy=False)
    assert (code, out.splitlines()[-1]) == (2, "incomplete")
    assert "FAIL" not in out
    assert str(brought) in out
    if content in {None, b"\xff\xfe"}:
        for option in ("--known-checkpoint", "--tsa-root"):
            assert verify(made, bag, option, str(brought))[0] == 2


def test_folder_that_is_no_package_is_told_from_a_damaged_one(made, bag):
    script = [sys.executable, "-I", "-S", str(bag / "data/verify/verify.py")]
    done = subprocess.run([*script, str(bag / "nowhere")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (2, "incomplete")
    (bag / "bagit.txt").unlink()
    assert verify(made, bag)[0] == 1


def test_text_that_nothing_binds_to_the_log_is_told(made, bag):
    path = bag / "data/content/c2.json"
    told = json.loads(path.read_bytes())
    told["revisions"][0]["opening"] = []
    path.write_text(json.dumps(told))
    sign_anew(made, bag)
    code, out = verify(made, bag)
    assert code == 2
    assert "data/content/c2.json: a text without a line in the log" in out


@pytest.mark.parametrize(
    "name", ["manifest-sha256.txt", "data/records.json", "data/proofs/r2.tlog-proof", "manifest.sig"]
)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"a" * 10])
def test_damaged_file_is_a_failure_and_never_a_crash(made, bag, name, content):
    (bag / name).write_bytes(content)
    code, out = verify(made, bag)
    assert code == 1
    assert out.splitlines()[-1].startswith("FAIL")
    if name != "manifest-sha256.txt":  # writing that one again is writing the true one
        remake(bag)
        assert verify(made, bag)[0] == 1


@settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_plain_python_signatures_agree_with_the_library(seed, message):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert signature_holds(public, message, signature)
    assert not signature_holds(public, message + b"x", signature)
    assert not signature_holds(public, message, signature[:32] + bytes([signature[32] ^ 1]) + signature[33:])


def test_package_is_never_overwritten_and_a_full_disk_leaves_nothing(made, bag, tmp_path, monkeypatch):
    with pytest.raises(PackageThere):
        write_bag(made.bag, bag)
    from pathlib import Path

    real, calls = Path.write_bytes, []

    def full(path, content):
        calls.append(path)
        if len(calls) > 5:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PackageUnwritten, match="No space left"):
        write_bag(made.bag, tmp_path / "other")
    assert sorted(p.name for p in tmp_path.iterdir()) == [bag.name]


def test_every_file_is_in_the_hash_report(bag):
    report = (bag / "data/hash_report.txt").read_text()
    for path in (bag / "data").rglob("*"):
        if path.is_file() and path.name != "hash_report.txt":
            name = path.relative_to(bag).as_posix()
            assert (
                f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {hashlib.sha1(path.read_bytes()).hexdigest()}  {name}"
                in report
            )


def test_times_are_told_in_utc_and_in_local_time(bag):
    record = json.loads((bag / "data/records.json").read_text())[0]
    assert record["fields"]["at"] == "2026-11-24T12:00:00.000000Z"
    assert record["local_time"] == "2026-11-24T17:30:00+05:30 (Asia/Kolkata)"


def test_csv_reads_back_and_cannot_become_a_formula(bag):
    (first, _) = csv.DictReader(io.StringIO((bag / "data/records.csv").read_text()))
    assert (first["ip"], first["port"]) == ("203.0.113.2", "40002")
    for value in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        assert _cell(value).startswith("'")


def test_text_in_scope_is_there_as_written(bag):
    assert json.loads((bag / "data/content/c2.json").read_text())["revisions"][0]["text"] == TEXT


FACTS = Facts(
    "REQ-1-P1", "Daily Example ಪತ್ರಿಕೆ", "REQ-1", (("data/records.json", "ab" * 32),), NOON, ServerIdentity("Acme R1")
)
SCHEDULE = [
    "Name", "Son / daughter / spouse of", "Residing at / employed at", "Computer / Storage Media", "DVR", "Mobile",
    "Flash Drive", "CD/DVD", "Server", "Cloud", "Other", "Make & Model", "Colour", "Serial Number",
    "IMEI / UIN / UID / MAC / Cloud ID", "SHA1", "SHA256", "MD5", "Other (legally acceptable standard)",
    "DD/MM/YYYY", "IST", "Place", "signature", "hash report",
]  # fmt: skip


@pytest.mark.parametrize("part", [bsa63_part_a, bsa63_part_b])
def test_indian_certificate_has_every_field_of_the_schedule(part):
    from html import unescape

    page = unescape(as_html(part(FACTS)).decode())
    for word in SCHEDULE:
        assert word in page
    assert "ab" * 32 in page


def test_part_a_states_control_and_what_the_office_is():
    page = as_html(bsa63_part_a(FACTS)).decode()
    for word in (
        "Owned",
        "Maintained",
        "Managed",
        "Operated",
        "working properly",
        "24/11/2026 at 17:30:00 IST",
        "solo mode",
        "signer shares the process of the service",
    ):
        assert word in page


@pytest.mark.parametrize("form", [bsa63_part_a, bsa63_part_b, generic])
def test_pdf_is_the_same_bytes_twice_and_holds_latin_words(form):
    one, two = as_pdf(form(FACTS), NOON), as_pdf(form(FACTS), NOON)
    assert one == two
    assert one.startswith(b"%PDF-")


def test_hostile_organisation_name_is_only_text():
    page = as_html(generic(Facts("p", "<script>x</script>", "r", (), NOON))).decode()
    assert "<script>" not in page


def test_copy_of_the_bag_elsewhere_verifies_too(made, bag, tmp_path):
    shutil.move(bag, tmp_path / "usb")
    assert verify(made, tmp_path / "usb")[0] == 0
