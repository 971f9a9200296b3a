"""What an authority is handed: only the fields in scope, each with the proof that it was logged then and not changed since.

- `records.json` and `.csv` hold the values, `openings.json` the salts that bind them to the log, `withheld.json` the names
  of what stays closed and why, never a value.
- One proof per record leads from the log's line to the checkpoint; the verifier travels with the package.
- The CSV is safe to open in a spreadsheet: a value that could be taken for a formula begins with an apostrophe.
- Nothing here reads a clock or a store: the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from moderation.evidence.canonical import Json, b64, moment, parse_moment
from moderation.evidence.certificate import Facts, ServerIdentity, as_html, as_pdf, bsa63_part_a, bsa63_part_b, generic
from moderation.evidence.note import Proof
from moderation.evidence.opening import OpenedRecord
from moderation.evidence.profile import Profile
from moderation.evidence.standalone import verify_script

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ProvenLine:
    """A line of the log with its way to the checkpoint."""

    index: int
    body: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a comment with the opening of its digest, when it has one."""

    revision: int
    text: str | None
    received_at: datetime
    decision: Mapping[str, Json]
    opening: tuple[Json, ...] = ()
    line: ProvenLine | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A comment whose text is in scope; `name` only if the name was asked for as well."""

    comment_id: str
    article_url: str
    name: str | None
    status: str
    revisions: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of custody, in the words of PREMIS."""

    type: str
    at: datetime
    agent: str
    outcome: str
    object: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """All that goes in."""

    id: str
    request: Mapping[str, Json]
    organisation: str
    contact: str
    profile: Profile
    opened: Sequence[OpenedRecord]
    lines: Mapping[str, ProvenLine]
    checkpoint: str
    policy: str
    made_at: datetime
    contents: Sequence[Content] = ()
    custody: Sequence[Event] = ()
    clock: Mapping[str, Json] = field(default_factory=dict)
    consistency: Mapping[int, Sequence[bytes]] = field(default_factory=dict)
    timestamp: bytes | None = None
    tsa_chain: bytes | None = None
    server: ServerIdentity = field(default_factory=ServerIdentity)
    solo: bool = True
    one_process: bool = True


def payload(package: Package) -> dict[str, bytes]:
    """Every file under `data/`."""
    files = {
        "request.json": _json(package.request),
        "records.json": _json([_record(opened, package) for opened in package.opened]),
        "records.csv": _csv(package),
        "openings.json": _json({o.record.id: [one.as_list() for one in o.openings] for o in package.opened}),
        "withheld.json": _json({o.record.id: [list(pair) for pair in o.withheld] for o in package.opened}),
        "log/checkpoint.txt": package.checkpoint.encode(),
        "log/policy.txt": package.policy.encode(),
        "clock/clock.json": _json(package.clock),
        "custody/custody.json": _json([_event(number, event) for number, event in enumerate(package.custody, 1)]),
        "verify/verify.py": verify_script(),
    }
    for opened in package.opened:
        files[f"proofs/{opened.record.id}.tlog-proof"] = _proof(package.lines[opened.record.id], package.checkpoint)
    for content in package.contents:
        files[f"content/{content.comment_id}.json"] = _json(_content(content))
        for wording in content.revisions:
            if wording.line is not None:
                name = f"proofs/{content.comment_id}-{wording.revision}.tlog-proof"
                files[name] = _proof(wording.line, package.checkpoint)
    for size, path in package.consistency.items():
        files[f"log/consistency/{size}.txt"] = "".join(f"{b64(step)}\n" for step in path).encode()
    if package.timestamp is not None:
        files["log/checkpoint.tsr"] = package.timestamp
    if package.tsa_chain is not None:
        files["log/tsa-chain.pem"] = package.tsa_chain
    files["README.en.txt"] = _readme(package, files["verify/verify.py"])
    files.update(_certificates(package, files))
    files["hash_report.txt"] = _hash_report(files, package.made_at)
    return files


def _record(opened: OpenedRecord, package: Package) -> Json:
    fields = {opening.name: opening.value for opening in opened.openings}
    told: dict[str, Json] = {
        "record_id": opened.record.id,
        "comment_id": opened.record.comment_id,
        "revision": opened.record.revision,
        "log_index": opened.record.leaf_idx,
        "opened_at_log_index": opened.lookup_idx,
        "fields": fields,
    }
    if isinstance(at := fields.get("at"), str):
        zone = ZoneInfo(package.profile.time_zone)
        told["local_time"] = f"{parse_moment(at).astimezone(zone).isoformat()} ({package.profile.time_zone})"
    return told


def _csv(package: Package) -> bytes:
    names = list(dict.fromkeys(opening.name for opened in package.opened for opening in opened.openings))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["record_id", "comment_id", "revision", "log_index", *names])
    for opened in package.opened:
        values = {opening.name: opening.value for opening in opened.openings}
        record = opened.record
        cells = [record.id, record.comment_id, record.revision, record.leaf_idx, *(values.get(n, "") for n in names)]
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _content(content: Content) -> Json:
    return {
        "comment_id": content.comment_id,
        "article_url": content.article_url,
        "name": content.name,
        "status": content.status,
        "revisions": [
            {
                "revision": wording.revision,
                "text": wording.text,
                "received_at": moment(wording.received_at),
                "decision": dict(wording.decision),
                "opening": list(wording.opening),
            }
            for wording in content.revisions
        ],
    }


def _event(number: int, event: Event) -> Json:
    return {
        "eventIdentifier": number,
        "eventType": event.type,
        "eventDateTime": moment(event.at),
        "linkingAgentIdentifier": event.agent,
        "eventOutcome": event.outcome,
        "linkingObjectIdentifier": event.object,
    }


def _proof(line: ProvenLine, checkpoint: str) -> bytes:
    return Proof(line.index, line.path, checkpoint, line.body).text().encode()


def _certificates(package: Package, files: Mapping[str, bytes]) -> dict[str, bytes]:
    hashed = tuple((f"data/{n}", hashlib.sha256(files[n]).hexdigest()) for n in ("records.json", "openings.json"))
    reference = package.request.get("id")
    facts = Facts(
        package=package.id,
        organisation=package.organisation,
        reference=str(reference or ""),
        hashes=hashed,
        made_at=package.made_at,
        server=package.server,
        solo=package.solo,
        one_process=package.one_process,
    )
    forms = {"generic": generic(facts)}
    if package.profile.certificate == "bsa63":
        forms |= {"bsa63-partA": bsa63_part_a(facts), "bsa63-partB": bsa63_part_b(facts)}
    pages = {f"certificate/{name}.html": as_html(form) for name, form in forms.items()}
    return {**pages, **{f"certificate/{name}.pdf": as_pdf(form, package.made_at) for name, form in forms.items()}}


def _hash_report(files: Mapping[str, bytes], at: datetime) -> bytes:
    lines = [f"Hash report, made {moment(at)} (UTC)", "bytes  sha256  sha1  file", ""]
    for name, content in sorted(files.items()):
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        lines.append(f"{len(content)}  {hashlib.sha256(content).hexdigest()}  {sha1}  data/{name}")
    return ("\n".join(lines) + "\n").encode()


def _json(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _readme(package: Package, script: bytes) -> bytes:
    count = len(package.opened)
    return f"""Package {package.id}, made by {package.organisation} on {moment(package.made_at)} (UTC).

It answers one request (request.json) with {count} record{"" if count == 1 else "s"} of who sent a comment. It holds the
fields that were asked for and nothing else; withheld.json names what stays closed.

HOW TO CHECK IT, offline

  1. sha256sum -c manifest-sha256.txt
         No file was changed.
  2. python3 data/verify/verify.py . --policy policy.txt
         The publisher's log held these records, with these values, when its checkpoint was signed.
         policy.txt names the log's public key. Take it from {package.contact or "the publisher"}, not from this package.
  3. Compare data/log/checkpoint.txt with the checkpoint that was published or printed, or give it to verify.py with
     --known-checkpoint.

The script needs Python 3.7 or later and nothing else. Its SHA-256 is
  {hashlib.sha256(script).hexdigest()}

WHAT IT SHOWS AND WHAT NOT
It shows that these values were recorded then and not changed since. It does not show that they were true when they were
recorded. An address names a connection, not a person: behind one address there may be thousands, so that the source port
and the time to the second are needed to find a subscriber.
""".encode()
