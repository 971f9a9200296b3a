"""Check a package of evidence with nothing but Python's standard library. No network, no installation.

    python3 verify.py PACKAGE --policy policy.txt [--known-checkpoint FILE] [--tsa-root FILE]

Exit code 0: all that was asked was checked and holds. 1: something is wrong; its file is named. 2: nothing is wrong, but
something could not be checked (no policy from outside, no root for the time stamp, `openssl` missing, a file that you
named cannot be read).

PACKAGE is the folder with `bagit.txt`. `policy.txt` names the log's public key: take it from the publisher's page or
newspaper, not from the package. What is checked, in order: the manifests; the signature over them; each proof from the
log's line to the signed checkpoint; each disclosed field against the digest in that line; the ids; the time stamp; that
the log continues the checkpoint you already knew.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from moderation.evidence.standalone.files import check_contents, check_manifests, check_records, read
from moderation.evidence.standalone.proofs import Wrong, continues, need, note_text, read_checkpoint, read_policy


class Unread(Exception):
    """Something that the reader brings cannot be read; that says nothing about the package."""


def outside(file: str) -> str:
    """The text of a file that the reader brings."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Unread(f"{file}: {getattr(error, 'strerror', None) or 'this is no text'}") from None


def read_outside_policy(file: str) -> tuple[str, bytes]:
    """The log's key, as the reader has it from the publisher."""
    text = outside(file)
    try:
        return read_policy(text)
    except (Wrong, ValueError, IndexError):
        raise Unread(f"{file}: this names no log and no key") from None


def check_signature(bag: str, log: tuple[str, bytes]) -> None:
    """The publisher's log signed the manifest."""
    text = note_text(read(bag, "manifest.sig").decode(), log, "manifest.sig")
    digest = hashlib.sha256(read(bag, "manifest-sha256.txt")).hexdigest()
    need(text.split("\n")[2:3] == [digest], "manifest.sig", "signs another manifest")


def check_time(bag: str, root: str | None) -> str:
    """The time stamp is over this checkpoint; gives what could not be checked."""
    stamp, data = Path(bag, "data/log/checkpoint.tsr"), Path(bag, "data/log/checkpoint.txt")
    if not stamp.exists():
        return ""
    imprint = hashlib.sha256(data.read_bytes()).digest()
    need(imprint in stamp.read_bytes(), "data/log/checkpoint.tsr", "stamps another checkpoint")
    if root is None:
        return "the time stamp's signature: give --tsa-root"
    openssl = shutil.which("openssl")
    if openssl is None:
        return "the time stamp's signature: `openssl` is not installed"
    chain = Path(bag, "data/log/tsa-chain.pem")
    extra = ["-untrusted", str(chain)] if chain.exists() else []
    command = [openssl, "ts", "-verify", "-data", str(data), "-in", str(stamp), "-CAfile", root, *extra]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed program, no shell
    need(done.returncode == 0, "data/log/checkpoint.tsr", "the time stamp does not verify")
    return ""


def check_known(bag: str, known: str | None, log: tuple[str, bytes], checkpoint: tuple[int, bytes]) -> str:
    """The log continues the checkpoint that the reader already knew."""
    if known is None:
        return ""
    text = outside(known)
    try:
        size, root = read_checkpoint(text, log, "the known checkpoint")
    except (ValueError, IndexError):
        raise Unread(f"{known}: this is no checkpoint") from None
    if size == checkpoint[0]:
        need(root == checkpoint[1], "data/log/checkpoint.txt", "is not the known checkpoint: the log was forked")
        return ""
    name = f"data/log/consistency/{size}.txt"
    if not Path(bag, name).exists():
        return f"the known checkpoint of size {size}: the package has no proof from it"
    path = [base64.b64decode(line, validate=True) for line in read(bag, name).decode().split()]
    need(
        continues(size, checkpoint[0], root, checkpoint[1], path),
        name,
        "the log does not continue the known checkpoint",
    )
    return ""


def check(bag: str, policy: str | None, known: str | None, root: str | None) -> list[str]:
    """Check everything; gives what could not be checked."""
    if not Path(bag).is_dir():
        raise Unread(f"{bag}: this is no folder")
    trusted = read_outside_policy(policy) if policy else None
    for file in filter(None, (known, root)):
        outside(file)
    files = check_manifests(bag)
    print(f"ok   {files} files are as the manifests say")
    missing = [] if policy else ["the log's key: give --policy with the key that the publisher prints"]
    log = trusted or read_policy(read(bag, "data/log/policy.txt").decode())
    check_signature(bag, log)
    print(f"ok   signed by {log[0]}")
    note = read(bag, "data/log/checkpoint.txt").decode()
    checkpoint = read_checkpoint(note, log, "data/log/checkpoint.txt")
    print(f"ok   checkpoint over {checkpoint[0]} lines")
    print(f"ok   {check_records(bag, checkpoint, note)} records are in the log, each field as committed")
    texts, unbound = check_contents(bag, checkpoint, note)
    print(f"ok   {texts} texts are in the log as committed")
    missing += [*unbound, *(gap for gap in (check_time(bag, root), check_known(bag, known, log, checkpoint)) if gap)]
    return missing


def main() -> int:
    """Read the arguments, check, tell."""
    parser = argparse.ArgumentParser(description="Check a package of evidence, offline.")
    parser.add_argument("package")
    parser.add_argument("--policy", help="the log's key as the publisher prints it")
    parser.add_argument("--known-checkpoint", help="a checkpoint that you kept or that was printed")
    parser.add_argument("--tsa-root", help="root certificates of the time-stamp authority (PEM)")
    given = parser.parse_args()
    try:
        missing = check(given.package, given.policy, given.known_checkpoint, given.tsa_root)
    except Unread as unread:
        print(f"???  not checked: {unread}")
        print("incomplete")
        return 2
    except Wrong as wrong:
        print(f"FAIL {wrong}")
        return 1
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
        print(f"FAIL the package is damaged: {type(error).__name__}: {error}")
        return 1
    for gap in missing:
        print(f"???  not checked: {gap}")
    print("incomplete" if missing else "all good")
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
