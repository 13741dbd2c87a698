"""Who leads a change: alone, first, or nobody; and seldom somebody by chance."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.sight.leading import leading


def shares(seed, moments, weeks=40, before=0.1, after=0.5, cases=12):
    """Binomial hits of parties that change in the weeks *moments* (None: never)."""
    random = np.random.default_rng(seed)
    chances = random.poisson(cases, (len(moments), weeks)).astype(float)
    since = [weeks if moment is None else moment for moment in moments]
    share = np.where(np.arange(weeks) >= np.array(since)[:, None], after, before)
    return random.binomial(chances.astype(int), share).astype(float), chances


@pytest.mark.parametrize("seed", range(5))
def test_who_changes_first_leads_and_the_others_follow(seed):
    found = leading(*shares(seed, [24, 16, 24, 24]), clients=[0, 1, 2])
    assert found is not None
    assert found.at == 1
    assert found.his.first <= 16 <= found.his.last
    assert found.others is not None
    assert found.others.first <= 24 <= found.others.last


@pytest.mark.parametrize("seed", range(5))
def test_who_changes_alone_leads_and_nobody_follows(seed):
    found = leading(*shares(seed, [None, None, 20, None]), clients=[0, 1, 2])
    assert found is not None
    assert found.at == 2
    assert found.others is None
    assert found.his.first <= 20 <= found.his.last


def test_nobody_leads_a_change_that_all_make_at_once():
    found = [leading(*shares(seed, [20] * 5), clients=[0, 1, 2, 3]) for seed in range(60)]
    assert sum(one is not None for one in found) <= 7, "5 % by chance: 8 or more in one of a hundred such tests"


def test_cases_on_their_way_when_a_rule_changes_lead_nobody():
    """Some cases come weeks before the rule changes, and meet it: of a client of few cases, all may seem earlier."""
    weeks, told = np.arange(40), 0
    on_the_way = np.clip((weeks - 17) / 4, 0, 1)
    for seed in range(40):
        random = np.random.default_rng(seed)
        chances = random.poisson([[20.0], [8.0], [4.0], [3.0], [3.0]], (5, 40)).astype(float)
        hits = random.binomial(chances.astype(int), 0.9 * np.broadcast_to(on_the_way, chances.shape)).astype(float)
        told += leading(hits, chances, [0, 1, 2, 3, 4], passage=3) is not None
    assert told <= 5


@pytest.mark.parametrize("days", [1, 2, 4, 6, 7])
def test_the_dates_hold_the_weeks_on_a_day_of_which_he_and_the_others_change(days):
    """Of the week of a change, so many days come after it."""
    weeks = np.arange(40)
    for seed in range(4):
        random = np.random.default_rng(seed)
        chances = random.poisson(12, (4, 40)).astype(float)
        share = np.array([0.02 + 0.88 * np.clip(weeks - week + days / 7, 0, 1) for week in (23, 15, 23, 23)])
        found = leading(random.binomial(chances.astype(int), share).astype(float), chances, clients=[0, 1, 2])
        assert found is not None
        assert found.others is not None
        assert found.his.first <= 15 <= found.his.last
        assert found.others.first <= 23 <= found.others.last


@pytest.mark.parametrize("seed", range(3))
def test_a_rule_that_spreads_is_told_client_by_client(seed):
    """Who begins leads, also where a larger client follows; the last one is all others."""
    hits, chances = shares(seed, [18, 10, 26, 22, 14], before=0.0, after=0.9)
    size = np.array([[3.0], [1], [1], [1], [1]])
    found = leading(size * hits, size * chances, clients=[0, 1, 2, 3, 4], passage=1)
    assert found is not None
    assert [found.at, *(at for at, _date in found.then)] == [1, 4, 0, 3]
    assert found.his.first <= 10 <= found.his.last
    assert [date.week for _at, date in found.then] == [14, 18, 22]
    assert found.others is not None
    assert found.others.week == 26


@pytest.mark.parametrize("seed", range(3))
def test_who_follows_while_the_rest_never_does(seed):
    found = leading(*shares(seed, [None, 12, 20, None]), clients=[0, 1, 2])
    assert found is not None
    assert (found.at, [at for at, _date in found.then], found.others) == (1, [2], None)


def test_a_small_client_is_not_said_to_lead_because_others_are_too_few_to_tell():
    random = np.random.default_rng(1)
    told = 0
    for _ in range(60):
        chances = np.vstack([random.poisson(4, (1, 40)), random.poisson(1, (4, 40))]).astype(float)
        share = np.where(np.arange(40) >= 20, 0.4, 0.1)
        told += leading(random.binomial(chances.astype(int), share).astype(float), chances, [0, 1, 2, 3, 4]) is not None
    assert told <= 7


def test_steps_that_go_together_do_not_make_a_leader():
    """Ten steps of a case fall into the same hours: as many hits, but a tenth of the evidence."""
    found = []
    for seed in range(40):
        hits, chances = shares(seed, [20] * 5, before=0.3, after=0.5, cases=4)
        found.append(leading(10 * hits, 10 * chances, clients=[0, 1, 2, 3]))
    assert sum(one is not None for one in found) <= 6


def test_too_little_leads_nowhere():
    assert leading(np.zeros((1, 40)), np.ones((1, 40)), [0]) is None
    assert leading(np.zeros((3, 5)), np.ones((3, 5)), [0]) is None
    assert leading(np.zeros((3, 40)), np.ones((3, 40)), []) is None
    assert leading(np.zeros((3, 40)), np.zeros((3, 40)), [0, 1]) is None


@pytest.mark.parametrize("seed", range(4))
def test_one_case_that_went_otherwise_leads_nobody(seed):
    """A client with a case now and then, one of which went the new way weeks before all: he may have had to wait."""
    weeks, early, change, random = np.arange(80), 33, 40, np.random.default_rng(seed)
    his = (weeks % 3 == 0) & ((weeks <= early) | (weeks >= change))
    chances = np.vstack([his, np.full(80, 12)]).astype(float)
    share = np.where(np.vstack([weeks >= early, weeks >= change]), 0.9, 0.02)
    hits = random.binomial(chances.astype(int), share).astype(float)
    hits[0, early] = 1.0
    assert leading(hits, chances, clients=[0]) is None
