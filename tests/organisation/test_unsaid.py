"""What a file need not say is what it would have said."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.errors import ModelError
from irrupt.organisation import Organisation
from irrupt.organisation.described import organisation_in
from irrupt.organisation.unsaid import shares
from irrupt.yaml_marks import read_text

FULL = """\
name: Desk
origin: 2024-01-01
clients: {Shops: {cases per week: 40}}
steps:
  Take: {team: Desk, duration: 5 min}
  Bake: {team: Desk, duration: 20 min}
routes:
  start: [{to: Take, share: 1}]
  Take: [{to: Bake, share: 0.3, delay: 1 h, hours: office hours}, {to: end, share: 0.7}]
  Bake: [{to: end, share: 1}]
teams: {Desk: {}}
people:
  Ann: {teams: [Desk], calendar: office hours}
  Bob: {teams: [Desk], calendar: Mon-Sat 7-19}
calendars:
  office hours: Mon-Fri 09:00-17:00
  Mon-Sat 7-19: Mon-Sat 07:00-19:00
"""


def built(text: str) -> Organisation:
    return organisation_in(read_text(text, "desk.yaml"))


def test_a_short_file_is_the_same_organisation() -> None:
    short = FULL[: FULL.index("calendars:")]
    for said in (", share: 0.7", ", share: 1", "origin: 2024-01-01\n"):
        assert said in short
        short = short.replace(said, "")
    assert built(short) == built(FULL)
    assert built(short).origin == datetime(2024, 1, 1, tzinfo=UTC)


def test_hours_that_a_calendar_bears_as_its_name_are_that_calendar() -> None:
    other = FULL.replace("office hours: Mon-Fri 09:00-17:00", "office hours: Mon 09:00-10:00")
    assert built(other).calendars["office hours"].minutes_per_week == 60


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("calendar: Mon-Sat 7-19", 'no calendar "Mo-Sat 7-19"'),
        ("share: 0.7", "the shares sum to 1.1"),
    ],
)
def test_what_does_not_follow_is_told(written: str, told: str) -> None:
    wrong = {"calendar: Mon-Sat 7-19": "calendar: Mo-Sat 7-19", "share: 0.7": "share: 0.8}, {to: Take"}[written]
    with pytest.raises(ModelError, match=told):
        built(FULL.replace(written, wrong))


@given(st.lists(st.floats(0.01, 0.3), max_size=3), st.integers(1, 4))
def test_what_is_not_said_makes_up_for_the_rest(said: list[float], unsaid: int) -> None:
    found = shares([(None, one) for one in said] + [(None, None)] * unsaid)
    assert math.isclose(sum(found), 1.0)
    assert found[: len(said)] == said
    assert len(set(found[len(said) :])) == 1
