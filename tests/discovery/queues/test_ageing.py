"""Ranks that rise with waiting are found again, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery import discover
from irrupt.discovery.queues import ageing
from irrupt.discovery.queues.ageing import Standing, Waits
from irrupt.discovery.queues.choices import Choices, explained, made, outranked
from irrupt.engine import simulate
from irrupt.i18n import use
from irrupt.organisation import Organisation, Team
from irrupt.units import DAY, HOUR

pytestmark = pytest.mark.usefixtures("few_steps")


@pytest.fixture(scope="module")
def busy(desk: Organisation) -> Organisation:
    """The desk with a fifth more cases, of two classes: there are queues to choose from."""
    clients = {
        name: replace(one, cases_per_week=1.2 * one.cases_per_week, classes={"large": 0.3, "small": 0.7})
        for name, one in desk.clients.items()
    }
    return replace(desk, clients=clients)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("team", "times"),
    [
        (Team(priority={"Bell": 1}, ageing=2 * HOUR), {2 * HOUR}),
        (Team(class_priority={"small": 1}, ageing=8 * HOUR), {4 * HOUR, 8 * HOUR}),  # Nobody waits for 4 h in a day.
        (Team(class_priority={"small": 1}, ageing=16 * HOUR), {16 * HOUR}),
        (Team(class_priority={"small": 1}), {None}),
        (Team(class_priority={"small": 1}, ageing=5 * DAY), {None}),  # Nobody waits as long.
        (Team(), {None}),
    ],
    ids=["a client, 2 h", "a class, 8 h", "a class, 16 h", "ranks that stay", "ranks that hardly rise", "no ranks"],
)
def test_the_time_in_which_ranks_rise_is_found_again(busy: Organisation, team: Team, times: set[float | None]) -> None:
    log = simulate(replace(busy, teams={"Desk": team, "Experts": Team()}), weeks=40, seed=7)
    found = discover(log, fidelity=False)
    assert replace(found.teams["Desk"], ageing=None) == replace(team, ageing=None)
    rises = found.teams["Desk"].ageing
    assert any(rises == (one and pytest.approx(one, abs=120.0)) for one in times)
    assert found.teams["Experts"] == Team()


def test_a_note_tells_in_which_time_ranks_rise(busy: Organisation) -> None:
    team = Team(priority={"Bell": 1}, ageing=2 * HOUR)
    log = simulate(replace(busy, teams={"Desk": team, "Experts": Team()}), weeks=40, seed=7)
    told = {}
    for language in ("en", "fr"):
        use(language)
        try:
            notes = discover(log, fidelity=False).learned.notes  # type: ignore[union-attr]
        finally:
            use(None)
        told[language] = next(note for note in notes if "Desk (" in note)
    assert told["en"].endswith("Desk (Bell first; a rank higher for each 2 h of waiting).")
    assert told["fr"].endswith("(Bell d’abord; un rang de plus par 2 h d’attente).")


def queue(time: float, seed: int = 3, size: int = 3_000) -> tuple[Choices, Floats, Floats, Ints]:
    """Choices of one server, who takes whoever has the highest rank, a third one, which rises in so much *time*."""
    luck = np.random.default_rng(seed)
    came, rank = np.cumsum(luck.exponential(1.0, size)), (luck.random(size) < 1 / 3).astype(np.int64)
    work, begun, now = luck.exponential(0.95, size), np.full(size, np.nan), 0.0
    waiting: list[int] = []
    at = 0
    for _turn in range(size):
        if not waiting:
            now = max(now, float(came[at]))
        while at < size and came[at] <= now:
            waiting.append(at)
            at += 1
        one = min(waiting, key=lambda case: (-(rank[case] + np.floor((now - came[case]) / time)), came[case]))
        waiting.remove(one)
        begun[one], now = now, now + work[one]
    return made(3600.0 * came, 3600.0 * begun), 3600.0 * came, 3600.0 * begun, rank


def found_in(time: float, standings: list[Ints] | None = None) -> tuple[int, float] | None:
    choices, came, begun, rank = queue(time)
    nothing = np.zeros_like(rank)
    waits = Waits.of(choices, came, begun)
    tried = [Standing(one, nothing) for one in standings or [rank]]
    return ageing.rising(choices, came, waits, tried, outranked(choices, rank, came))


@pytest.mark.parametrize("time", [3.0, 7.3, 12.0])
def test_a_queue_of_its_own_tells_the_time(time: float) -> None:
    """Simulated here, without the loop: to a fiftieth, and a usual time to the second."""
    found = found_in(time)
    assert found is not None
    assert found[1] == (3600.0 * time if time.is_integer() else pytest.approx(3600.0 * time, rel=0.02))


def test_of_several_ranks_those_that_rise_are_chosen() -> None:
    rank = queue(3.0)[3]
    assert found_in(3.0, [1 - rank, rank])[0] == 1  # type: ignore[index]


def test_what_chance_breaks_is_no_rise() -> None:
    """A fifth of the choices go to somebody else, whoever waited how long."""
    choices, came, begun, rank = queue(1e9)
    luck = np.random.default_rng(5)
    at = np.flatnonzero(luck.random(len(rank)) < 0.2)
    mixed = rank.copy()
    mixed[at] = luck.permutation(rank[at])
    broken = outranked(choices, mixed, came)
    assert (1.0 - explained(choices, broken)) * choices.size > 100
    standing = Standing(mixed, np.zeros_like(mixed))
    assert ageing.rising(choices, came, Waits.of(choices, came, begun), [standing], broken) is None


def test_a_rise_in_one_half_of_the_weeks_only_is_none() -> None:
    early, late = queue(3.0), queue(1e9, seed=4)
    size = len(early[3])
    came, begun = (np.append(early[at], late[at] + 1e7 + early[2].max()) for at in (1, 2))  # type: ignore[operator]
    rank = np.append(early[3], late[3])
    choices = made(came, begun)
    assert (choices.taken < size).any()
    standing = Standing(rank, np.zeros_like(rank))
    broken = outranked(choices, rank, came)
    assert ageing.rising(choices, came, Waits.of(choices, came, begun), [standing], broken) is None
