"""Steps that a clock lets come are told, with their time and their cases; those of chance are not."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.sight import see


def closed(chronicle, fixed, seed=1):
    """Cases solved within hours, and closed after 120 hours in this share of them, else after some days."""
    random, made = np.random.default_rng(seed), []
    for case in range(150):
        begin = 10.0 * case
        after = 120.0 if random.random() < fixed else random.uniform(20, 300)
        for name, end in (("ask", 0.0), ("solve", random.uniform(1, 9)), ("close", 0.0)):
            begin = begin + (after if name == "close" else end)
            made.append({"case": f"{case:03d}", "activity": name, "end": begin, "team": "Desk", "resource": "Ann"})
    sight = see(chronicle(made), use_period=False)
    return sight, [one for one in sight.findings if one.kind == "fixed delay"]


@pytest.mark.parametrize("fixed", [0.4, 1.0])
def test_a_fixed_time_is_found_with_its_share_and_its_cases(chronicle, fixed):
    sight, (one,) = closed(chronicle, fixed)
    assert one.numbers["hours"] == pytest.approx(120.0, rel=0.001)
    share, low, high = one.numbers["share"]
    assert low <= fixed <= high
    assert len(one.cases) == round(share * sight.used_cases)
    assert one.text.startswith("“close” comes 5.0\u202fdays after “solve”")


def test_times_of_chance_are_not_told(chronicle):
    assert not any(closed(chronicle, 0.0, seed)[1] for seed in range(3))
