"""When cases are due, by their class and by how much they ask for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import Distribution
from irrupt.organisation.distributions import NONE
from irrupt.organisation.files import from_dict, to_dict
from irrupt.organisation.promised import due_by, in_working_days

DAY = 86400.0


@pytest.mark.parametrize("reference", [False, True])
def test_each_case_is_due_by_its_class_and_its_quantity(make: SimpleNamespace, reference: bool) -> None:
    plain = counter(0.3, cases_per_week=50.0)
    (name,) = plain.clients
    client = replace(
        plain.clients[name],
        classes={"hard": 0.5, "easy": 0.5},
        due=Distribution.fixed(2.0 * DAY),
        due_by_class={"hard": Distribution.fixed(6.0 * DAY)},
    )
    rules = replace(plain, clients={name: client})
    rows = make.whole(rules, reference=reference)
    assert {*np.round((rows.due - rows.enabled) / DAY, 6).tolist()} == {2.0, 6.0}
    more = replace(client, quantity=Distribution.fixed(3.0), due_per_unit=Distribution.fixed(0.5 * DAY))
    rows = make.whole(replace(plain, clients={name: more}), reference=reference)
    assert {*np.round((rows.due - rows.enabled) / DAY, 6).tolist()} == {3.5, 7.5}


@pytest.mark.parametrize("reference", [False, True])
def test_working_days_are_counted_from_monday_to_friday(make: SimpleNamespace, reference: bool) -> None:
    """At 17:00 on the second working day after the one on which a case comes, as a calendar shows it."""
    plain = counter(0.3, cases_per_week=200.0)
    (name,) = plain.clients
    client = replace(plain.clients[name], due=Distribution.fixed(2 * DAY + 17 * 3600.0), due_from="working day")
    rows = make.whole(replace(plain, clients={name: client}), reference=reference)
    came = (rows.enabled // DAY).astype(int)
    monday = np.datetime64("2024-01-01")
    expected = np.busday_offset(monday + came, 2, roll="forward") - monday
    assert set(came % 7) == set(range(7))
    assert (rows.due == expected.astype(int) * DAY + 17 * 3600.0).all()


def test_what_is_due_after_no_working_day_is_due_that_day_or_on_monday() -> None:
    at_five = 17 * 3600.0
    for day, until in ((0, 0), (4, 4), (5, 7), (6, 7)):  # Of the day on which it comes, or of Monday.
        assert due_by("working day", day * DAY, at_five) == until * DAY + at_five
    assert due_by("working day", 4 * DAY + at_five + 60.0, at_five) == 4 * DAY + at_five + 60.0


@given(st.integers(0, 20), st.floats(0.0, 40 * DAY))
def test_counting_working_days_is_undone(day: int, after: float) -> None:
    due = due_by("working day", day * DAY, after) - day * DAY
    back = in_working_days(day, due)
    assert back == pytest.approx(after, abs=1e-4)
    assert due_by("working day", day * DAY, back) - day * DAY == pytest.approx(due, abs=1e-4)


def test_dates_are_written_and_read_again() -> None:
    plain = counter(0.3)
    (name,) = plain.clients
    client = replace(
        plain.clients[name],
        classes={"hard": 1.0},
        due=Distribution.fixed(DAY),
        due_by_class={"hard": Distribution.exponential(DAY)},
        due_per_unit=Distribution.fixed(60.0),
    )
    for one in (
        client,
        replace(client, due_from="day"),
        replace(client, due_from="working day"),
        replace(client, due=None, due_per_unit=NONE, due_from="day"),
    ):
        assert from_dict(to_dict(replace(plain, clients={name: one}))).clients[name] == one


def test_dates_of_what_is_not_there_are_refused(make: SimpleNamespace) -> None:
    plain = counter(0.3)
    (name,) = plain.clients
    wrong = replace(plain.clients[name], classes={"hard": 1.0}, due_by_class={"hart": Distribution.fixed(DAY)})
    with pytest.raises(ModelError, match=r"due by class > hart.*did you mean"):
        make.whole(replace(plain, clients={name: wrong}))
    alone = replace(plain.clients[name], due_per_unit=Distribution.fixed(DAY))
    assert alone.due_per_unit != NONE
    with pytest.raises(ModelError, match="due per unit"):
        make.whole(replace(plain, clients={name: alone}))
