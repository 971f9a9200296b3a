from __future__ import annotations

import ctypes

import pytest

from moderation.evidence import clock
from moderation.evidence.clock import ClockStatus, read_clock


def test_kernel_says_whether_the_clock_is_steered():
    status = read_clock()
    assert status.synchronised is None or status.max_error_us >= 0


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ClockStatus(None), "unknown"),
        (ClockStatus(synchronised=False, max_error_us=16000000), "not synchronised"),
        (ClockStatus(synchronised=True, max_error_us=900), "synchronised, at most 900 us wrong"),
    ],
)
def test_status_is_told_in_words(status, words):
    assert str(status) == words


def test_kernel_that_cannot_be_asked_is_unknown_not_assumed(monkeypatch):
    def missing(*_args, **_kw):
        raise OSError("no such library")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert read_clock() == ClockStatus(None)
    monkeypatch.setattr(clock.sys, "platform", "darwin")
    assert read_clock() == ClockStatus(None)


def test_sealed_record_says_how_sure_its_time_is(tmp_path):
    from moderation.evidence.seal import Compartment, Place
    from moderation.evidence.sender import unpack
    from moderation.storage.senders import records_of
    from tests.evidence.newsroom import SITE, Newsroom

    room = Newsroom(tmp_path)
    (cid,) = room.send(1)
    (record,) = records_of(room.database, SITE, [cid])
    plain = room.vault.unlock().open(record.ct_net, Place(SITE, record.id, cid, Compartment.NETWORK))
    told = {opening.name: opening.value for opening in unpack(plain)}
    assert told["clock"] == str(read_clock()) or "synchronised" in told["clock"]
    room.close()
