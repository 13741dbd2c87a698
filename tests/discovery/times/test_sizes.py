"""How fast people are, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.times.sizes import Sizes, _each, _factors, _speeds, learn, with_passing


def test_speeds_are_drawn_together_by_as_much_as_people_are_alike() -> None:
    """Of two who did fifty like steps each, one takes half as much again; times of both vary by a factor of 1.35 either
    way. Speeds are the means of one-way analysis of variance with random effects."""
    away, within, each = np.log(1.5) / 2.0, np.log(1.35), 50
    spread = (2 * each * away**2 - within**2) / each
    slow = away * spread / (spread + within**2 / each)
    logs = np.tile([within, -within], each) + np.repeat([-away, away], each)
    log: Any = SimpleNamespace(person=np.repeat([0, 2], each), people=("Ann", "Bob", "Cy"))
    found = _speeds(log, np.zeros(2 * each, np.int64), 600.0 * np.exp(logs), np.arange(2 * each))
    assert found == {0: pytest.approx(np.exp(slow), abs=1e-4), 2: pytest.approx(np.exp(-slow), abs=1e-4)}


def test_people_who_only_vary_by_chance_are_as_fast() -> None:
    work = 600.0 * np.exp(np.tile([0.3, -0.3], 50))
    log: Any = SimpleNamespace(person=np.repeat([0, 1], 50), people=("Ann", "Bob"))
    assert _speeds(log, np.zeros(100, np.int64), work, np.arange(100)) == {0: 1.0, 1: 1.0}


def test_everybody_has_a_speed_whose_work_is_known() -> None:
    """Also the first of all; neither whom nobody names nor what takes no time."""
    log: Any = SimpleNamespace(
        case=np.arange(6),
        folds=np.arange(6) % 2,
        client=np.zeros(6, np.int64),
        person=np.array([0, 1, 1, -1, 2, 2]),
        people=("Ann", "Bob", "Cy"),
    )
    table: Any = SimpleNamespace(kinds=(), amounts={})
    work = np.array([60.0, 60.0, 60.0, 60.0, 0.0, 60.0])
    judged = np.array([True] * 5 + [False])
    assert learn(log, np.zeros(6, np.int64), work, judged, table, ()).speeds == {0: 1.0, 1: 1.0}


def test_what_each_unit_takes_is_told_where_it_is_known_of_most_and_both_halves_tell_it() -> None:
    """Ten minutes, and two for each unit. Where a tenth of it is not known, it is told all the same; where more is, or
    few of one half are left, or all ask for as much, it is not."""
    asked, fold = 1.0 + np.arange(200) % 7, np.arange(200) % 2
    work = 600.0 + 120.0 * asked
    each, size, better = _each(work, asked, fold)
    assert each == pytest.approx(0.2, abs=1e-6)
    assert size == pytest.approx(1.0 + 0.2 * asked)
    assert better > 0.0
    known = np.where(np.arange(200) < 20, np.nan, asked)
    each, size, _better = _each(work, known, fold)
    assert (each, size[:20].tolist()) == (pytest.approx(0.2, abs=1e-6), [1.0] * 20)
    less = np.where(np.arange(200) < 21, np.nan, asked)
    alike, uneven = np.full(200, 3.0), (np.arange(200) < 2).astype(np.int64)
    for told in (
        _each(work, less, fold),
        _each(work, alike, fold),
        _each(work, asked, uneven),
        _each(work, None, fold),
    ):
        assert (told[0], told[1].tolist(), told[2]) == (0.0, [1.0] * 200, 0.0)


def test_classes_of_which_one_half_has_few_tell_nothing() -> None:
    number, work = np.arange(200) % 2, 600.0 * (1.0 + np.arange(200) % 2)
    found, better = _factors(work, number, np.arange(200) // 100, 2)
    assert found is not None
    assert found == pytest.approx([2 / 3, 4 / 3], rel=0.02)
    assert better > 0.0
    assert _factors(work, number, (np.arange(200) < 2).astype(np.int64), 2) == (None, 0.0)


def test_what_passes_takes_longer_for_a_client_and_a_class() -> None:
    """Twice as long for the second client, and thrice for the second class; a kind of step that is seldom, or that
    takes all as long, stays as it is."""
    at = np.arange(820)
    client, of_case = at // 2 % 2, at % 2
    kinds = np.where(at < 400, 2, np.where(at < 800, 3, 4))
    lasting = 3600.0 * np.where(kinds == 3, 1.0, (1.0 + client) * (1.0 + 2.0 * of_case))
    log: Any = SimpleNamespace(case=at, folds=at // 4 % 2, client=client, clients=("A", "B"))
    classes = (
        Attribute(name="colour", values=("red", "blue"), of_case=at // 8 % 2),
        Attribute(name="size", values=("small", "large"), of_case=of_case),
    )
    plain = Sizes(np.ones(820), {}, {}, {}, {}, None)
    found = with_passing(plain, log, kinds, lasting, at, classes)
    assert found.kinds == {2: classes[1]}
    assert found.factors == {2: {"small": pytest.approx(0.5, rel=0.01), "large": pytest.approx(1.5, rel=0.01)}}
    ((symbol, (steps, told)),) = found.clients.items()
    assert (symbol, steps.tolist()) == (2, list(range(400)))
    assert told[client[:400] == 1] == pytest.approx(2.0 * told[client[:400] == 0][0], rel=0.01)
    assert found.relative[400:].tolist() == [1.0] * 420
    assert found.relative[:400] == pytest.approx(lasting[:400] / lasting[:400].mean(), rel=0.02)
