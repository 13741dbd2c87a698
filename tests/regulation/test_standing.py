"""Which rules still hold: what multiplies a value or adds to it leaves standing what others made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from irrupt.organisation import Distribution, Organisation, amended
from irrupt.regulation import Act, History, acts

NOW = datetime(2024, 1, 29, tzinfo=UTC)


def told(rules: Organisation, *several: Act) -> History:
    """What comes of *several* acts, one each day."""
    founding, changes = rules, []
    for day, act in enumerate(several):
        made = act.changes(rules, NOW + timedelta(days=day))
        rules, changes = amended(rules, made), [*changes, *made]
    return History(founding=founding, changes=tuple(changes))


def ended(history: History) -> list[int | None]:
    """After how many days each rule ended; None: it holds."""
    table = history.rules(NOW + timedelta(days=30))
    return [None if row["valid_to"] is None else (row["valid_to"] - NOW).days for row in table.to_dicts()]


CERTIFIED = acts.Certification(activity="Resolve", added="5 min")
QUICKER = acts.Shortcut(team="Network", activity="Resolve", times=0.5)
POINTS = Distribution.quantiles((60.0, 600.0, 3600.0))


@pytest.mark.parametrize("duration", [Distribution.exponential(3300.0), POINTS], ids=lambda one: one.kind)
@pytest.mark.parametrize("several", [(QUICKER, CERTIFIED), (CERTIFIED, CERTIFIED), (CERTIFIED, QUICKER, QUICKER)])
def test_who_multiplies_or_adds_leaves_standing_what_others_made_of_it(
    desk: Organisation, several: tuple[Act, ...], duration: Distribution
) -> None:
    """Work went on in half the time, and the shortcut was said to have ended with a certification."""
    steps = {name: replace(step, duration=duration) for name, step in desk.steps.items()}
    history = told(replace(desk, steps=steps), *several)
    assert ended(history) == [None] * len(several)
    assert history.rules(NOW + timedelta(days=9))["set_anew_by"].to_list() == [[]] * len(several)
    assert history.lives(NOW + timedelta(days=9))["ended"].sum() == 0
    resolve = history.in_force(NOW + timedelta(days=9)).filter(part="steps")
    assert resolve.height >= len(several)


def test_who_sets_a_value_whatever_it_was_ends_what_others_made_of_it(desk: Organisation) -> None:
    more, many = acts.Volume(client="Hospital A", change=0.2), acts.Volume(client="Hospital A", cases_per_week=50)
    assert ended(told(desk, more, many)) == [1, None]
    assert ended(told(desk, more, many, more)) == [1, None, None]


def test_who_takes_back_what_was_multiplied_ends_it(desk: Organisation) -> None:
    """And nothing that was there before it."""
    half, twice = (acts.Shortcut(team="Network", activity="Resolve", times=times) for times in (0.5, 2.0))
    assert ended(told(desk, half, twice)) == [1, None]
    assert ended(told(desk, replace(half, times=0.0), CERTIFIED)) == [None, None]
    assert ended(told(desk, half, replace(half, times=0.0))) == [1, None]


def test_shares_that_are_multiplied_go_on(desk: Organisation) -> None:
    """An audit takes some of the cases behind an activity, of which a client's are as often sent back as he had it."""
    dearer = acts.Price(client="Hospital A", change=0.05)
    priced = {**desk.clients, "Hospital A": replace(desk.clients["Hospital A"], price=90.0)}
    assert ended(told(replace(desk, clients=priced), dearer, dearer)) == [None, None]
    fewer = acts.Audit(client=None, after="Resolve", share=0.1, team="Network", activity="Look")
    assert ended(told(desk, fewer, replace(fewer, activity="Look again"))) == [None, None]


def test_relays_of_two_teams_both_hold_and_one_that_is_set_anew_does_not(desk: Organisation) -> None:
    first = acts.Relay(client="Hospital A", team="First line", at="Network", discretion=0.4)
    other = acts.Relay(client="Hospital A", team="Servers", at="Network", discretion=0.5)
    history = told(desk, first, other, replace(first, restraint=0.5))
    one, two, three = history.rules(NOW + timedelta(days=9)).to_dicts()
    assert [one["set_anew_by"], two["set_anew_by"]] == [[three["rule"]], [three["rule"]]]
    assert told(desk, first, other).rules(NOW + timedelta(days=9))["set_anew_by"].to_list() == [[], []]


def test_that_a_change_is_relative_is_saved_with_it(desk: Organisation, tmp_path: Path) -> None:
    history = told(desk, QUICKER, CERTIFIED)
    history.save(tmp_path / "history.json")
    assert ended(History.load(tmp_path / "history.json")) == [None, None]
