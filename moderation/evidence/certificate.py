"""The papers that people sign: filled with what the machine knows, with lines for what only a person can say.

- India: Bharatiya Sakshya Adhiniyam 2023, section 63(4)(c), Schedule, Part A (the party) and Part B (the expert).
- Elsewhere: one general statement on how the record was made, kept and copied.
- Each is written as a page (HTML, every script of the world) and as PDF. The PDF's own fonts know Latin letters only:
  others stand there as escapes, and the page is to be printed instead.
- Nothing is ticked or signed by the machine. The same facts give the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

BLANK: Final = "______________________________"
IST: Final = ZoneInfo("Asia/Kolkata")
SOURCES: Final = (
    "Computer / Storage Media", "DVR", "Mobile", "Flash Drive", "CD/DVD", "Server", "Cloud", "Other",
)  # fmt: skip
CONTROL: Final = ("Owned", "Maintained", "Managed", "Operated")
STYLE: Final = (
    "body{font:11pt/1.5 serif;max-width:46rem;margin:2rem auto}table{width:100%;border-collapse:collapse}"
    "td{border:1px solid #777;padding:.3rem .5rem;vertical-align:top}td:first-child{width:38%}"
)


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """The device that held the record, as the operator set it; empty fields become lines to fill in."""

    make_and_model: str = ""
    colour: str = ""
    serial_number: str = ""
    identifier: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the machine knows for a certificate."""

    package: str
    organisation: str
    reference: str
    hashes: tuple[tuple[str, str], ...]
    made_at: datetime
    server: ServerIdentity = field(default_factory=ServerIdentity)
    solo: bool = True
    one_process: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A paper: a title, and parts that are a sentence or a (label, value) row."""

    title: str
    parts: tuple[str | tuple[str, str], ...]


def bsa63_part_a(facts: Facts) -> Form:
    """Part A, to be filled and signed by the party."""
    return Form(
        "Certificate under section 63(4)(c), Bharatiya Sakshya Adhiniyam, 2023 - Part A (to be filled by the Party)",
        (
            ("Name", BLANK),
            ("Son / daughter / spouse of", BLANK),
            ("Residing at / employed at", f"{facts.organisation}, {BLANK}"),
            "do hereby solemnly affirm and sincerely state and submit as follows:",
            "I have produced electronic record / output of the digital record taken from the following device / digital "
            "record source (tick mark):",
            ("Source", _boxes(SOURCES)),
            *_device(facts.server),
            "The digital device or the digital record source was under the lawful control for regularly creating or "
            "processing information for the purposes of carrying out regular activities and during this period, the "
            "computer or the communication device was working properly and the relevant information was regularly fed "
            "into the computer during the ordinary course of business. If the computer / digital device at any point of "
            "time was not working properly or out of operation, then it has not affected the electronic / digital record "
            "or its accuracy. The digital device or the source of the digital record is:",
            ("Control (tick mark)", _boxes(CONTROL)),
            *_hashes(facts),
            *_signature("Name and signature"),
            *_limits(facts),
        ),
    )


def bsa63_part_b(facts: Facts) -> Form:
    """Part B, to be filled and signed by the expert."""
    return Form(
        "Certificate under section 63(4)(c), Bharatiya Sakshya Adhiniyam, 2023 - Part B (to be filled by the Expert)",
        (
            ("Name", BLANK),
            ("Son / daughter / spouse of", BLANK),
            ("Residing at / employed at", BLANK),
            "do hereby solemnly affirm and sincerely state and submit as follows:",
            "The produced electronic record / output of the digital record are obtained from the following device / "
            "digital record source (tick mark):",
            ("Source", _boxes(SOURCES)),
            *_device(facts.server),
            *_hashes(facts),
            *_signature("Name, designation and signature"),
        ),
    )


def generic(facts: Facts) -> Form:
    """One general statement for courts that prescribe no form."""
    return Form(
        "Certificate of authenticity of a record kept by an electronic process",
        (
            ("Organisation", facts.organisation),
            ("Reference of the request", facts.reference or BLANK),
            ("Package", facts.package),
            "I am responsible for, or familiar with, the system that made and kept these records. They were made at or "
            "near the time of the event by an automatic process, kept in the course of a regularly conducted activity, and "
            "making them was a regular practice of that activity.",
            "The copies in this package were made from the records by a process of digital identification: each file has "
            "the hash value below, and each record is bound by a proof to a signed log. The process and how to repeat the "
            "check are described in README.en.txt of the package.",
            ("The system was working properly", BLANK),
            *_hashes(facts),
            *_signature("Name, position and signature", zone="UTC"),
            *_limits(facts),
        ),
    )


def as_html(form: Form) -> bytes:
    """The paper as a page to print."""
    rows: list[str] = []
    table = False
    for part in form.parts:
        if isinstance(part, tuple) != table:
            table = not table
            rows.append("<table>" if table else "</table>")
        if isinstance(part, tuple):
            rows.append(f"<tr><td>{html.escape(part[0])}</td><td>{html.escape(part[1])}</td></tr>")
        else:
            rows.append(f"<p>{html.escape(part)}</p>")
    body = "\n".join([*rows, *(["</table>"] if table else [])])
    title = html.escape(form.title)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


def as_pdf(form: Form, at: datetime) -> bytes:
    """The paper as PDF; `at` is its date of making."""
    from fpdf import FPDF
    from fpdf.enums import WrapMode, XPos, YPos

    pdf = FPDF(format="A4")
    pdf.set_creation_date(at)
    pdf.set_title(_latin(form.title))
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()
    pdf.set_font("Times", "B", 14)
    pdf.multi_cell(0, 7, _latin(form.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for part in form.parts:
        pdf.ln(2)
        if isinstance(part, tuple):
            pdf.set_font("Times", "B", 11)
            pdf.multi_cell(0, 6, _latin(part[0]), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            pdf.set_font("Courier" if _is_hash(part[1]) else "Times", "", 10)
            pdf.multi_cell(0, 6, _latin(part[1]), new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)
        else:
            pdf.set_font("Times", "", 11)
            pdf.multi_cell(0, 6, _latin(part), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(pdf.output())


def _boxes(names: Sequence[str]) -> str:
    return "   ".join(f"[  ] {name}" for name in names)


def _device(server: ServerIdentity) -> tuple[tuple[str, str], ...]:
    return (
        ("Make & Model", server.make_and_model or BLANK),
        ("Colour", server.colour or BLANK),
        ("Serial Number", server.serial_number or BLANK),
        ("IMEI / UIN / UID / MAC / Cloud ID", server.identifier or BLANK),
        ("Any other relevant information about the device / digital record", server.other or BLANK),
    )


def _hashes(facts: Facts) -> tuple[str | tuple[str, str], ...]:
    return (
        "I state that the HASH value(s) of the electronic / digital record(s) is / are as follows, obtained through the "
        "following algorithm (tick mark); the hash report is enclosed (data/hash_report.txt):",
        ("Algorithm", "[  ] SHA1   [X] SHA256   [  ] MD5   [  ] Other (legally acceptable standard)"),
        *((f"SHA256 of {name}", digest) for name, digest in facts.hashes),
    )


def _signature(label: str, zone: str = "IST") -> tuple[tuple[str, str], ...]:
    return (
        (f"Date (DD/MM/YYYY) and time ({zone}, 24 hours)", f"{BLANK} / ____:____"),
        ("Place", BLANK),
        (label, BLANK),
    )


def _limits(facts: Facts) -> tuple[str, ...]:
    made = facts.made_at.astimezone(IST)
    notes = [
        f"The package {facts.package} was made on {made:%d/%m/%Y} at {made:%H:%M:%S} IST "
        f"({facts.made_at:%Y-%m-%dT%H:%M:%SZ}).",
        "What the log proves: that these values were recorded when the log says, and were not changed since. It does not "
        "prove that a value was true when it was recorded, and an address names a connection, not a person.",
    ]
    if facts.solo:
        notes.append("The vault that opened the records is held by one office (solo mode), not by several custodians.")
    if facts.one_process:
        notes.append(
            "In the one-process mode the log's signer shares the process of the service, so that whoever owns that process "
            "can sign; checkpoints kept by others bound this."
        )
    return tuple(notes)


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)  # noqa: PLR2004 - SHA-256 in hex


def _latin(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("latin-1")
