"""Organisations that the records support as well: as far apart as chance would make them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import Study, alternatives, discover
from irrupt.discovery.arrivals.demand import Demand
from irrupt.discovery.kinds.attributes import CaseTable
from irrupt.discovery.kinds.variety import Variety
from irrupt.discovery.times.repeats import Again
from irrupt.discovery.times.sizes import Sizes
from irrupt.discovery.trust.alternatives import _beside, _brought, _or_as_at_first
from irrupt.engine import simulate
from irrupt.errors import UsageError
from irrupt.organisation import Client, Distribution, Organisation, to_dict

COUNT = 40


@pytest.fixture(scope="module")
def found(desk_log: Chronicle) -> Organisation:
    return discover(desk_log, fidelity=False)


@pytest.fixture(scope="module")
def others(desk_log: Chronicle, found: Organisation) -> tuple[Organisation, ...]:
    return alternatives(desk_log, found, count=COUNT)


@pytest.mark.slow
def test_numbers_of_cases_vary_as_those_of_another_sample_would(
    desk_log: Chronicle, found: Organisation, others: tuple[Organisation, ...]
) -> None:
    weeks = (desk_log.events["end"].max() - desk_log.events["end"].min()).days / 7
    for name, client in found.clients.items():
        rates = np.array([one.clients[name].cases_per_week for one in others])
        expected = np.sqrt(client.cases_per_week / weeks)
        assert 0.5 * expected < rates.std(ddof=1) < 1.8 * expected
        assert rates.mean() == pytest.approx(client.cases_per_week, abs=4 * expected / np.sqrt(COUNT))


def test_times_and_shares_vary_as_those_of_another_sample_would(
    found: Organisation, others: tuple[Organisation, ...]
) -> None:
    label = next(name for name in found.distributions if name.startswith("work: Work"))
    means = np.array([one.distributions[label].mean for one in others])
    cases = 52 * 80
    assert 0.4 < means.std(ddof=1) / (means.mean() * 0.5 / np.sqrt(cases)) < 2.5
    step = next(name for name, step in found.steps.items() if step.activity == "Work")
    routes = found.routes[step]
    shares = np.array([[route.share for route in one.routes[step]] for one in others])
    assert shares.sum(axis=1) == pytest.approx(1.0)
    spread = np.sqrt([route.share * (1 - route.share) / cases for route in routes])
    assert np.all(shares.std(axis=0, ddof=1) < 2.5 * spread)
    assert np.all(shares.std(axis=0, ddof=1) > 0.3 * spread)


def test_they_name_the_same_things(found: Organisation, others: tuple[Organisation, ...]) -> None:
    for one in others:
        assert one.steps.keys() == found.steps.keys()
        assert one.people.keys() == found.people.keys()
        assert one.clients.keys() == found.clients.keys()
        assert one.origin == found.origin


def test_the_same_seed_gives_the_same_ones(desk_log: Chronicle, found: Organisation) -> None:
    first, again = (alternatives(desk_log, found, count=2, seed=5) for _turn in range(2))
    assert [to_dict(one) for one in first] == [to_dict(one) for one in again]
    assert to_dict(first[0]) != to_dict(first[1])


@pytest.mark.parametrize("weekday", [1, 4])
def test_a_log_of_one_case_has_alternatives_too(desk_log: Chronicle, weekday: int) -> None:
    begins = desk_log.events.group_by("case", maintain_order=True).agg(pl.col("start").min())
    case = begins.filter(pl.col("start").dt.weekday() == weekday)["case"][0]
    short = desk_log.with_events(desk_log.events.filter(desk_log.events["case"] == case))
    found = discover(short, fidelity=False)
    assert len(alternatives(short, found, count=3)) == 3


@pytest.mark.slow
def test_what_cases_are_like_varies_as_that_of_another_sample_would(desk: Organisation) -> None:
    """Quantities, due dates and how many come at a time."""
    ames = replace(
        desk.clients["Ames"],
        at_a_time={1: 0.5, 6: 0.5},
        quantity=Distribution.gamma(8.0, 0.5),
        due=Distribution.uniform(86_400.0, 864_000.0),
    )
    bell = replace(desk.clients["Bell"], quantity=Distribution.gamma(8.0, 0.5), due=ames.due)
    steps = {**desk.steps, "Work": replace(desk.steps["Work"], per_unit=Distribution.fixed(100.0))}
    log = simulate(replace(desk, clients={"Ames": ames, "Bell": bell}, steps=steps), weeks=52, seed=5)
    found = discover(log, fidelity=False)
    drawn = [one.clients["Ames"] for one in alternatives(log, found, count=COUNT)]
    groups = 52 * 60 / 3.5
    expected = {"quantity": 4.0 / np.sqrt(52 * 60), "due": 864_000 * 0.9 / np.sqrt(12 * 52 * 60)}
    for name, error in expected.items():
        means = np.array([getattr(one, name).mean for one in drawn])
        assert 0.5 * error < means.std(ddof=1) < 2.0 * error
        assert means.mean() == pytest.approx(getattr(found.clients["Ames"], name).mean, abs=error)
    singles = np.array([one.at_a_time[1] for one in drawn])
    assert 0.5 < singles.std(ddof=1) / (0.5 / np.sqrt(groups)) < 2.0
    assert singles.mean() == pytest.approx(found.clients["Ames"].at_a_time[1], abs=0.5 / np.sqrt(groups))


def test_where_the_past_fades_numbers_vary_as_those_of_the_late_weeks_alone(desk_log: Chronicle) -> None:
    """As many more came of late as to halve what a week tells after three: all weeks alike said how sure that was."""
    events = desk_log.events
    begins = events.group_by("case").agg(pl.col("start").min())
    middle = begins["start"].min() + (begins["start"].max() - begins["start"].min()) / 2
    kept = begins.filter((pl.col("start") > middle) | (pl.col("case").hash(1) % 10 < 3))["case"]
    log = desk_log.with_events(events.filter(pl.col("case").is_in(kept.implode())))
    study = Study(log)
    half_life = study.found("typical")[0].demand.half_life
    assert half_life < 10
    found = discover(study, fidelity=False)
    drawn = alternatives(study, found, count=COUNT)
    fades = 0.5 ** (np.arange(52) / half_life)
    for name, client in found.clients.items():
        rates = np.array([one.clients[name].cases_per_week for one in drawn])
        expected = np.sqrt(client.cases_per_week * (fades**2).sum()) / fades.sum()
        assert 0.6 * expected < rates.std(ddof=1) < 1.6 * expected
        assert rates.mean() == pytest.approx(client.cases_per_week, abs=4 * expected / np.sqrt(COUNT))


@pytest.mark.parametrize(("luck", "as_others"), [(0.4, True), (0.6, False)])
def test_what_is_hardly_ever_done_again_takes_as_long_as_at_first_or_as_others_do(luck: float, as_others: bool) -> None:
    """One way as often as the other, where that is not known; where there is nothing to choose, luck is left alone."""
    sizes = Sizes(np.ones(2), {}, {}, {}, {}, None, again=Again({0: 0.5}, 0.5))
    variety = Variety(table=CaseTable(kinds=(), amounts={}, due=None), cells=None, sizes=sizes)
    random: Any = SimpleNamespace(random=lambda: luck)
    found = _or_as_at_first(variety, random).sizes
    assert found is not None
    assert found.again == Again({0: 0.5}, 0.5 if as_others else 1.0)
    nothing: Any = None
    for known in (None, sizes._replace(again=Again({0: 0.5}))):
        same = replace(variety, sizes=known)
        assert _or_as_at_first(same, nothing) is same


def test_what_was_fitted_is_fitted_as_much_in_each_alternative(found: Organisation) -> None:
    """A delay that was fitted to twice what was counted is drawn twice as long; what was not fitted, or is not known of
    both, stays as it is drawn. Whoever was given a second hand has it."""
    delays = {name: Distribution.exponential(mean) for name, mean in (("a", 10.0), ("b", 10.0), ("c", 10.0))}
    counted = replace(found, distributions={**found.distributions, **delays})
    fitted = {"a": Distribution.exponential(20.0), "c": Distribution.exponential(20.0)}
    hands = {name: replace(one, at_once=2) if name == "Ann" else one for name, one in found.people.items()}
    learned = replace(counted, distributions={**counted.distributions, **fitted}, people=hands)
    drawn = {name: Distribution.exponential(mean) for name, mean in (("a", 8.0), ("b", 9.0), ("d", 7.0))}
    made = replace(found, distributions={**found.distributions, **drawn})
    beside = _beside(made, counted, learned)
    means = {name: beside.distributions[name].mean for name in drawn}
    assert means == pytest.approx({"a": 16.0, "b": 9.0, "d": 7.0})
    assert {name: one.at_once for name, one in beside.people.items()} == {"Ann": 2, "Ben": 1, "Eve": 1, "Fay": 1}


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"count": -1}])
def test_a_wrong_seed_or_count_is_refused(desk_log: Chronicle, found: Organisation, wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        alternatives(desk_log, found, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("triples", "sizes"), [(3.0, {1: 0.25, 3: 0.75}), (1.0, {1: 0.5, 3: 0.5})])
def test_how_many_come_at_a_time_is_told_by_what_cases_count(triples: float, sizes: dict[int, float]) -> None:
    """A brings one case or three by turns, of which the latter count more or as much; B his alone, and C, of whom it
    is known that he brings two, too few for that to be seen again. Who is not known any more brings nothing."""
    alone = np.arange(100) * 4321.0
    come = np.concatenate([np.repeat(alone, [1, 3] * 50), alone[:40] + 77.0, alone[:5] + 99.0, [5.0]])
    client = np.repeat([0, 1, 2, 3], [200, 40, 5, 1])
    counts = np.where((client == 0) & (np.arange(246) % 4 > 0), triples, 1.0)
    log: Any = SimpleNamespace(clients=("A", "B", "C", "D"), client=client, start=come, begin=np.arange(246))
    known = {"A": {1: 0.9, 3: 0.1}, "B": {}, "C": {2: 1.0}}
    brings = {name: Client(cases_per_week=10.0, at_a_time=several) for name, several in known.items()}
    demand = Demand(clients=brings, half_life=np.inf, growth=0.0, risen=1.0, usual=30.0, bursts=0.0)
    random = np.random.default_rng(1)
    found = _brought(demand, log, counts, np.array([2.0, 0.5, 1.0, 1.0]), np.ones((4, 168)), random).clients
    assert {name: one.at_a_time for name, one in found.items()} == {**known, "A": pytest.approx(sizes)}
    assert {name: one.cases_per_week for name, one in found.items()} == {"A": 20.0, "B": 5.0, "C": 10.0}
    for one in found.values():
        assert sum(one.profile) == pytest.approx(sum(brings["A"].profile))
        assert len(set(one.profile)) == 168
