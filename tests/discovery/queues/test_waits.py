"""How long a client waits is told by his own waits, and by those of others as far as clients are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery import alternatives, discover
from irrupt.discovery.queues.survival import Law
from irrupt.discovery.queues.waits import Borne, Unlike, Waits, borne, told
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Patience, Route, Step

pytestmark = pytest.mark.usefixtures("few_steps")

HOUR = 3600.0


def waits(cases: Mapping[str, tuple[int, float]], seed: int = 1, mean_wait: float = HOUR) -> Waits:
    """Waits of clients with so many cases, each of whom bears so many seconds in the mean."""
    random = np.random.default_rng(seed)
    client = np.repeat(np.arange(len(cases)), [count for count, _mean in cases.values()])
    bears = random.exponential(size=len(client)) * np.array([mean for _count, mean in cases.values()])[client]
    served = random.exponential(mean_wait, len(client))
    return Waits(
        at="Work",
        activity="Client gives up",
        clients=tuple(cases),
        client=client,
        case=np.arange(len(client)),
        logs=np.log(np.minimum(bears, served)),
        lost=bears < served,
        again=np.zeros(len(client), bool),
    )


def means(found: Waits) -> dict[str, float]:
    return {
        str(rule.client): rule.lasts.mean
        for rule in told([borne(found)]).values()
        if not isinstance(rule.lasts, str | None)
    }


@pytest.mark.slow
def test_a_client_with_few_cases_is_much_like_the_others_where_they_are_alike() -> None:
    """His own cases alone would be off by a third or so."""
    alike = {"A": (2000, 10 * HOUR), "B": (1500, 10 * HOUR), "C": (1000, 10 * HOUR), "small": (100, 10 * HOUR)}
    off, alone = [], []
    for seed in range(10):
        found = waits(alike, seed)
        off.append(np.log(means(found)["small"] / (10 * HOUR)))
        his = found.client == 3
        alone.append(np.log(np.exp(found.logs[his]).sum() / max(found.lost[his].sum(), 1) / (10 * HOUR)))
    assert np.sqrt(np.mean(np.square(off))) < 0.6 * np.sqrt(np.mean(np.square(alone)))


def test_a_client_who_differs_has_a_patience_of_his_own() -> None:
    unlike = {"A": (2000, 4 * HOUR), "B": (1500, 40 * HOUR), "C": (1000, 12 * HOUR)}
    found = means(waits(unlike))
    assert found == pytest.approx({name: mean for name, (_count, mean) in unlike.items()}, rel=0.25)


def test_who_loses_nobody_where_many_were_to_be_expected_never_gives_up() -> None:
    """Of whose few cases hardly one would have been lost, nothing is known: he is as the others are."""
    found = means(waits({"A": (2000, 5 * HOUR), "stays": (500, 1e9), "new": (3, 1e9)}))
    assert set(found) == {"A", "new"}


def test_a_client_who_never_gives_up_leaves_the_law_of_others_as_it_is() -> None:
    assert means(waits({"A": (2000, 5 * HOUR), "B": (1000, 1e9)}))["A"] == pytest.approx(5 * HOUR, rel=0.08)


@pytest.mark.slow
def test_alternatives_differ_as_much_as_what_is_known_is_unsure() -> None:
    """The true patience lies about as far from what is found as alternatives do."""
    cases = {"A": (1500, 10 * HOUR), "B": (600, 6 * HOUR), "C": (400, 15 * HOUR), "D": (150, 10 * HOUR)}
    far = []
    for seed in range(12):
        found = borne(waits(cases, seed))
        random = np.random.default_rng(seed)
        drawn = [dict(found.drawn(random.exponential(size=2650), random)) for _turn in range(20)]
        for name, rule in told([found]).items():
            spread = np.std([np.log(one[name].lasts.mean) for one in drawn])  # type: ignore[union-attr]
            far.append(np.log(rule.lasts.mean / cases[str(rule.client)][1]) / spread)  # type: ignore[union-attr]
    assert 0.6 < np.sqrt(np.mean(np.square(far))) < 1.4


@pytest.mark.slow
def test_waits_for_the_same_activity_are_told_together_wherever_cases_come_from(desk: Organisation) -> None:
    """Each client has one patience there, of all his waits."""
    lasts = Distribution.exponential(4 * HOUR)
    rules = {"all": Patience(at="Work", lasts=lasts, activity="Client gives up")}
    ways = {
        "Register": (Route(to="Work", share=0.7), Route(to="Phone", share=0.3)),
        "Phone": (Route(to="Work", share=1.0),),
    }
    steps = {**desk.steps, "Phone": Step(activity="Phone", duration=Distribution.fixed(600.0))}
    made = replace(desk, steps=steps, routes={**desk.routes, **ways}, client_routes={}, patience=rules)
    log = simulate(made, weeks=52, seed=2)
    found = discover(log, fidelity=False)
    assert {rule.client for rule in found.patience.values()} == {"Ames", "Bell"}
    for rule in found.patience.values():
        assert found.distribution(rule.lasts).mean == pytest.approx(4 * HOUR, rel=0.15)
    drawn = [one.patience for one in alternatives(log, found, count=3)]
    assert all(one.keys() == found.patience.keys() and one != found.patience for one in drawn)


@pytest.mark.parametrize("gone", ["Client gives up", "Caller leaves"])
def test_a_wait_is_given_up_before_what_it_was_for_though_something_else_mostly_comes_next(
    desk: Organisation, gone: str
) -> None:
    """Most go from registering to the desk, where hardly anybody waits; those who leave waited for the expert."""
    rules = {"all": Patience(at="Repair", lasts=Distribution.exponential(6 * HOUR), activity=gone)}
    ways = {
        "Register": (Route(to="Work", share=0.7), Route(to="Repair", share=0.3)),
        "Work": (Route(to="Close", share=1.0),),
    }
    steps = {name: step for name, step in desk.steps.items() if name != "Ask"}
    routes = {name: route for name, route in (desk.routes | ways).items() if name != "Ask"}
    people = {**desk.people, "Eve": replace(desk.people["Eve"], speed=0.8)}
    made = replace(desk, steps=steps, routes=routes, client_routes={}, people=people, patience=rules)
    log = simulate(made, weeks=40, seed=2)
    found = discover(log, fidelity=False)
    assert {rule.at for rule in found.patience.values()} == {"Repair"}
    again = simulate(found, weeks=40, seed=3)
    shares = [one.events.filter(activity=gone).height / one.cases for one in (log, again)]
    assert 0.03 < shares[0] < 0.3
    assert shares[1] == pytest.approx(shares[0], rel=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("again", [True, False])
def test_whether_who_had_it_done_once_still_leaves_is_told(desk: Organisation, again: bool) -> None:
    rules = {
        "all": Patience(at="Work", lasts=Distribution.exponential(4 * HOUR), activity="Client gives up", again=again)
    }
    ways = {"Work": (Route(to="Ask", share=0.4), Route(to="Close", share=0.6)), "Ask": (Route(to="Work", share=1.0),)}
    made = replace(desk, routes={**desk.routes, **ways}, client_routes={}, patience=rules)
    log = simulate(made, weeks=52, seed=5)
    found = discover(log, fidelity=False)
    assert {rule.again for rule in found.patience.values()} == {again}
    assert found.learned is not None
    assert any("waits to have it done again" in note for note in found.learned.notes) == (not again)
    assert {rule.again for one in alternatives(log, found, count=2) for rule in one.patience.values()} == {again}
    for rule in found.patience.values():
        assert found.distribution(rule.lasts).mean == pytest.approx(4 * HOUR, rel=0.2)


def test_how_many_would_give_up_is_expected_of_each_client_by_himself() -> None:
    """Where only the patient one comes, few do, though half of all cases elsewhere are of one who is not."""
    elsewhere = waits({"A": (2000, 40 * HOUR), "B": (2000, 2 * HOUR)})
    here = waits({"A": (2000, 40 * HOUR), "B": (1, 2 * HOUR)}, seed=2)
    lost, expected = here.beside(elsewhere)
    assert expected == pytest.approx(lost, rel=0.3)


def test_patience_is_drawn_by_what_cases_count_and_as_others_may_be() -> None:
    """A gives up after ten minutes, in a case that counts twice, and waits for twenty; B bears all twice as long. Four
    more losses, of twice as many as expected, stand for what others tell: half as many again of A, half of B."""
    seconds = np.array([600.0, 1200.0, 2000.0, 3000.0])
    seen = Waits(
        at="Work",
        activity="Client gives up",
        clients=("A", "B"),
        client=np.array([0, 0, 1, 1]),
        case=np.arange(4),
        logs=np.log(seconds),
        lost=np.array([True, False, True, False]),
        again=np.zeros(4, bool),
    )
    unlike = Unlike(mean=np.array([1.0, 2.0]), worth=np.array([9.0, 4.0]), chance=np.array([0.0, 1.0]))
    found = Borne(
        waits=seen,
        law=Law("exponential", np.log(900.0), 1.0),
        later=np.log([1.0, 2.0]),
        unlike=unlike,
        clients=np.arange(2),
        again=False,
    )
    luck: Any = SimpleNamespace(
        choice=lambda _size, p: int(np.argmax(p)), gamma=lambda worth, size: worth * np.linspace(1.5, 0.5, size)
    )
    mean = (2 * 600.0 + 1200.0 + 2000.0 / 2 + 0.5 * 3000.0 / 2) / 3
    ratios = (2 + 6) / ((2 * 600.0 + 1200.0) / mean + 4 / 2), (1 + 2) / ((2000.0 + 0.5 * 3000.0) / mean + 4 / 2)
    drawn = dict(found.drawn(np.array([2.0, 1.0, 1.0, 0.5]), luck))
    for name, ratio in zip(("A", "B"), ratios, strict=True):
        lasts = Distribution.exponential(round(mean / ratio, 1))
        rule = Patience(at="Work", lasts=lasts, activity="Client gives up", client=name, again=False)
        assert drawn.pop(f"{name} before Work") == rule
    assert not drawn


@pytest.mark.parametrize(
    ("cases", "mean", "told"),
    [(400, 1e9, True), (400, 16 * HOUR, True), (400, 5 * HOUR, False), (400, 2 * HOUR, False), (4, 1e9, False)],
)
def test_that_who_had_it_done_once_never_leaves_is_told_where_many_would(cases: int, mean: float, told: bool) -> None:
    """A quarter of those to be expected at most, and no fewer than could be by chance."""
    first, later = waits({"A": (600, 2 * HOUR)}), waits({"A": (cases, mean)}, seed=2)
    assert first.joined(replace(later, again=np.ones(cases, bool))).ends_when_done == told
    assert not first.ends_when_done
