"""Reasons in sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt import i18n
from irrupt.experiment.model import Reason
from irrupt.reporting.sections.why import reason

KINDS = [
    Reason(kind="order", client="A", teams=("Desk", "Lab"), steps=3.0, wait=2.0, behind=1.0, cycle=40.0),
    Reason(kind="order", client="A", teams=("Desk",), steps=3.0, wait=2.0, behind=1.0, cycle=40.0, share=0.3),
    Reason(
        kind="order", client="A", teams=("Desk",), steps=3.0, wait=2.0, behind=1.0, cycle=40.0, share=0.3, passing=0.2
    ),
    Reason(kind="order", client="A", teams=("Desk",), steps=3.0, wait=2.0, behind=0.0, cycle=40.0),
    Reason(kind="order", client="A", teams=("Desk",), steps=3.0, wait=0.0, behind=0.0, cycle=40.0),
    Reason(kind="order", client="all clients", teams=("Desk",), steps=0.0, wait=0.0, behind=0.0),
    Reason(
        kind="order", client="A", teams=("Desk",), steps=3.0, wait=2.0, behind=0.0, cycle=40.0, ours=9.0, unqueued=7.0
    ),
    Reason(kind="people", teams=("Desk",), share=0.045),
    Reason(kind="hours", teams=("Desk",), share=0.045),
    Reason(kind="still follows", client="A", activities=("Ask",), then="Answer", spent=0.5, passes=70.0, worked=False),
    Reason(kind="still follows", client="A", activities=("Ask",), then="Dry", spent=0.001, passes=70.0),
    Reason(kind="nothing comes", client="A", activities=("Check",)),
    Reason(kind="nothing comes", client="A"),
    Reason(kind="none done", client="A", activities=("Check",)),
    Reason(kind="none done", client="A", teams=("Desk",)),
    Reason(kind="none done", client="A"),
    Reason(kind="hardly comes", client="A", activities=("Check",), share=0.01),
    Reason(kind="goes there anyway", client="A", activities=("Check",), then="Repair", share=0.97),
    Reason(kind="no order by date", client="A"),
    Reason(kind="as often", activities=("Repair",)),
    Reason(kind="open ends", client="A", cycle=520.0, share=0.24),
    Reason(kind="never met"),
    Reason(kind="so already"),
    Reason(kind="nothing differs"),
]


@pytest.mark.parametrize("one", KINDS)
def test_each_reason_is_told_in_both_languages(one: Reason) -> None:
    english = reason(one)
    i18n.use("fr")
    try:
        french = reason(one)
    finally:
        i18n.use("en")
    assert english.endswith(".")
    assert french.endswith(".")
    assert english != french
    assert "{" not in english + french
    assert "nan" not in english + french


def test_what_passes_in_no_queue_is_told_where_it_is_most_of_the_wait() -> None:
    *_others, long = [one for one in KINDS if one.kind == "order"]
    assert "These cases wait for us 9.00\u202fh in all, 7.00\u202fh of it in no queue" in reason(long)
    assert "no queue" not in reason(replace(long, unqueued=4.0))
    assert "no queue" not in reason(replace(long, wait=8.0))


def test_where_nobody_is_passed_work_in_hand_may_be_what_is_waited_for() -> None:
    """Of people who are always on duty it was said that their hours had not begun."""
    assert "until work in hand is done, or somebody's hours begin" in reason(KINDS[3])
