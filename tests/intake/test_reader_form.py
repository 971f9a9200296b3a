"""What a site may set for its form."""

from __future__ import annotations

import pytest

from moderation.errors import Invalid
from moderation.intake.reader_form import read_origin, read_quiet


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Gazette.example", "https://gazette.example"),
        ("https://gazette.example/", "https://gazette.example"),
        ("https://gazette.example:443", "https://gazette.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://ಸುದ್ದಿ.example", "https://xn--bscx5b8bwbp.example"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(text: str, origin: str) -> None:
    if "xn--" in origin:
        assert read_origin(text).startswith("https://xn--")
        assert read_origin(text).isascii()
    else:
        assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "gazette.example",
        "ftp://x.example",
        "https://x.example/path",
        "https://u@x.example",
        "https://x:y",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_origin(text)


@pytest.mark.parametrize(
    ("text", "zone"), [("22-07", "UTC"), ("25:00-07:00", "UTC"), ("22:00-22:00", "UTC"), ("22:00-07:00", "Mars/Base")]
)
def test_hours_that_say_nothing_are_refused(text: str, zone: str) -> None:
    with pytest.raises(Invalid):
        read_quiet(text, zone)


def test_quiet_hours_are_written_as_they_are_read() -> None:
    assert str(read_quiet("7:05 – 22:30", "Asia/Kolkata")) == "07:05-22:30"
