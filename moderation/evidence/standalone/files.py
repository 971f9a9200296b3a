"""The files of a package: the manifests, and what the records and texts in them rest on."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from moderation.evidence.standalone.proofs import HEAD, included, need


def read(bag: str, name: str) -> bytes:
    """A file of the package."""
    path = Path(bag, *name.split("/"))
    need(path.is_file(), name, "is missing")
    return path.read_bytes()


def check_manifests(bag: str) -> int:
    """Every file is listed in the manifests and unchanged."""
    listed = {}
    for manifest, algorithm in (
        ("tagmanifest-sha256.txt", "sha256"),
        ("manifest-sha256.txt", "sha256"),
        ("manifest-sha512.txt", "sha512"),
    ):
        seen = set()
        for line in read(bag, manifest).decode().splitlines():
            digest, _, name = line.partition("  ")
            need(name and ".." not in name.split("/") and not name.startswith("/"), manifest, "a line is damaged")
            need(hashlib.new(algorithm, read(bag, name)).hexdigest() == digest, name, f"was changed ({manifest})")
            seen.add(name)
        listed[manifest] = seen
    there = {path.relative_to(bag).as_posix() for path in Path(bag).rglob("*") if path.is_file() or path.is_symlink()}
    for name in sorted(there):
        if name.startswith("data/"):
            for manifest in ("manifest-sha256.txt", "manifest-sha512.txt"):
                need(name in listed[manifest], name, f"is not in {manifest}")
        elif name != "tagmanifest-sha256.txt":
            need(name in listed["tagmanifest-sha256.txt"], name, "is not in tagmanifest-sha256.txt")
    return len(there)


def digest_of(opening: list[object]) -> str:
    """The digest of a field; canonical JSON of three simple values is what Python writes without spaces."""
    plain = json.dumps(opening, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(hashlib.sha256(plain.encode()).digest()).decode()


def check_proof(bag: str, name: str, checkpoint: tuple[int, bytes], note: str) -> tuple[int, dict[str, object]]:
    """A proof leads from its line to the checkpoint; gives index and line."""
    head, mark, own = read(bag, name).decode().partition("\n\n")
    lines = head.split("\n")
    need(
        mark and lines[0] == HEAD and lines[1].startswith("extra ") and lines[2].startswith("index "),
        name,
        "is damaged",
    )
    need(own == note, name, "rests on another checkpoint")
    body = base64.b64decode(lines[1][6:], validate=True)
    path = [base64.b64decode(line, validate=True) for line in lines[3:]]
    leaf = hashlib.sha256(b"\x00" + body).digest()
    need(included(leaf, int(lines[2][6:]), checkpoint[0], path, checkpoint[1]), name, "does not lead to the checkpoint")
    return int(lines[2][6:]), json.loads(body)


def check_records(bag: str, checkpoint: tuple[int, bytes], note: str) -> int:
    """Every disclosed value is the one that was committed in the log."""
    records = json.loads(read(bag, "data/records.json"))
    openings = json.loads(read(bag, "data/openings.json"))
    need(set(openings) == {record["record_id"] for record in records}, "data/openings.json", "names other records")
    for record in records:
        rid = record["record_id"]
        index, line = check_proof(bag, f"data/proofs/{rid}.tlog-proof", checkpoint, note)
        data = line["d"]
        good = line["t"] == "sender.logged" and data["rid"] == rid and data["cid"] == record["comment_id"]  # type: ignore[index]
        need(good and data["rev"] == record["revision"], "data/records.json", f"{rid} is another record in the log")  # type: ignore[index]
        need(index == record["log_index"], "data/records.json", f"{rid} has another index in the log")
        digests = set(data["sd_net"]) | set(data["sd_ident"])  # type: ignore[index]
        for opening in openings[rid]:
            need(digest_of(opening) in digests, "data/openings.json", f"{opening[1]} of {rid} was not committed")
        fields = {opening[1]: opening[2] for opening in openings[rid]}
        need(record["fields"] == fields, "data/records.json", f"the fields of {rid} differ from their openings")
    return len(records)


def check_contents(bag: str, checkpoint: tuple[int, bytes], note: str) -> tuple[int, list[str]]:
    """Every wording of a comment is the one that was committed in the log; gives those that nothing binds to it."""
    count, unbound = 0, []
    for file in sorted(Path(bag, "data", "content").glob("*")):
        name = f"data/content/{file.name}"
        comment = json.loads(read(bag, name))
        for wording in comment["revisions"]:
            if not wording.get("opening"):
                unbound += [f"{name}: a text without a line in the log"] if wording["text"] is not None else []
                continue
            proof = f"data/proofs/{comment['comment_id']}-{wording['revision']}.tlog-proof"
            _, line = check_proof(bag, proof, checkpoint, note)
            data = line["d"]
            good = line["t"] == "comment.submitted" and data["cid"] == comment["comment_id"]  # type: ignore[index]
            need(good and data["rev"] == wording["revision"], name, "is another comment in the log")  # type: ignore[index]
            need(data.get("text") == digest_of(wording["opening"]), name, "the text was not committed")  # type: ignore[attr-defined]
            need(wording["text"] == wording["opening"][2], name, "the text differs from its opening")
            count += 1
    return count, unbound
