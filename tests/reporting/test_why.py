"""Reasons in sentences."""

from __future__ import annotations

import pytest

from irrupt import i18n
from irrupt.experiment.model import Reason
from irrupt.reporting.sections.why import reason

KINDS = [
    Reason(kind="order", client="A", teams=("Desk", "Lab"), steps=3.0, wait=2.0, behind=1.0, cycle=40.0),
    Reason(kind="order", client="A", teams=("Desk",), steps=3.0, wait=2.0, behind=0.0, cycle=40.0),
    Reason(kind="order", client="A", teams=("Desk",), steps=3.0, wait=0.0, behind=0.0, cycle=40.0),
    Reason(kind="order", client="all clients", teams=("Desk",), steps=0.0, wait=0.0, behind=0.0),
    Reason(kind="people", teams=("Desk",), share=0.045),
    Reason(kind="nothing comes", client="A", activities=("Check",)),
    Reason(kind="nothing comes", client="A"),
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
