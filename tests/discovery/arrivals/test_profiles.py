"""When in the week a client's cases come is told by his own, and by those of others as far as clients are alike."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery.arrivals import profiles
from irrupt.discovery.log import HOURS

WEEKS = np.full((2, HOURS), 20.0)


def week(days, begin, end):
    """1 in the hours from *begin* to *end* of some *days*."""
    hours = np.zeros((7, 24))
    hours[list(days), begin:end] = 1.0
    return hours.ravel()


def told(true, cases, seed):
    """The profiles of clients who bring so many *cases* each in their *true* hours, as shares."""
    luck = np.random.default_rng(seed)
    counts = np.array([[luck.multinomial(cases // 2, one / one.sum()) for one in true] for _half in (0, 1)], float)
    everybody = profiles.shared(counts.sum(axis=(0, 1)), WEEKS.sum(axis=0))
    found = np.array([*profiles.of_clients(counts, WEEKS, everybody)])
    return found / found.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("cases", [200, 500])
def test_who_comes_on_three_mornings_is_not_taken_to_come_at_night_because_others_do(cases):
    """One case in seven was told to come at hours at which he never comes."""
    true = [week((1, 2, 3), 9, 15), *[week(range(7), 0, 24)] * 3, week(range(5), 7, 12)]
    assert np.mean([told(true, cases, seed)[0][true[0] == 0].sum() for seed in range(5)]) < 0.03


def test_of_clients_who_are_alike_all_tell_the_hours_of_each():
    """Thirty cases of his own tell little; Fridays are not as other days, which his days together do not show."""
    true = [week(range(4), 8, 18) + week((4,), 6, 10)] * 40
    share = true[0] / true[0].sum()
    apart = [np.abs(found - share).sum(axis=1).mean() / 2 for found in (told(true, 30, seed) for seed in range(3))]
    assert max(apart) < 0.22


def test_of_alike_clients_one_who_clearly_is_not_keeps_his_own_hours():
    true = [*[week(range(5), 8, 18)] * 12, week((5, 6), 18, 24)]
    found = told(true, 60, 1)[-1]
    assert found[true[-1] == 0].sum() < 0.25


def test_hours_that_are_not_in_the_log_are_as_those_of_others():
    others = week(range(7), 8, 18)
    seen = np.where(np.arange(HOURS) < 120, 20.0, 0.0) * np.ones((2, 1))
    (found,) = (np.array(one) for one in profiles.of_clients((others * seen)[:, None], seen, others))
    assert found[others == 0].sum() == pytest.approx(0.0)
    assert found[120:].max() == pytest.approx(found[:120].max(), rel=0.05)
