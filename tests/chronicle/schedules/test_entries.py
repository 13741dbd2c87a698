"""Messages that were sent twice are told from those that are alike."""

from __future__ import annotations

import datetime as dt

from irrupt.chronicle.schedules.entries import Entry, Found


def entry(quantity: float) -> Entry:
    return Entry(
        client="A", plant=None, part="P", plan=None, issued=dt.datetime(2026, 1, 5), kind="plan", place="line 1",
        period=dt.datetime(2026, 1, 12), quantity=quantity,
    )  # fmt: skip


def test_messages_that_differ_are_both_taken_in_whatever_their_hashes() -> None:
    """In CPython, -1 and -2 have one hash."""
    assert hash(-1.0) == hash(-2.0)
    found = Found()
    for quantity in (-1.0, -2.0, -2.0):
        found.add([entry(quantity)])
    assert [one.quantity for one in found.settled()] == [-1.0, -2.0]
    assert (found.messages, found.repeated) == (3, 1)
