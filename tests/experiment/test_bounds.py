"""Fewer pairs tell as much of the ends of plausible work as they can, beside those of the main result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.experiment import compare
from irrupt.experiment.bounds import controlled
from irrupt.organisation import Organisation
from irrupt.regulation import ImposedCheck

CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 0.9, 0.99]))
def test_who_goes_with_the_others_is_told_as_by_many_and_who_does_not_hardly_worse(seed: int, alike: float) -> None:
    """The error of 20 rows beside 1,000 is that of the part that does not go with them: over 400 columns."""
    luck = np.random.default_rng(seed)
    every = luck.normal(size=(1000, 400))
    some = alike * every[:20] + np.sqrt(1 - alike**2) * luck.normal(size=(20, 400))
    error = float((controlled(some, every[:20], every) ** 2).mean())
    assert error < 1.5 * ((1 - alike**2) / 20 * 19 / 18 + alike**2 / 1000)


def test_what_is_not_known_counts_nowhere() -> None:
    every = np.arange(24.0).reshape(12, 2)
    some = every[:10].copy()
    some[3, 0] = some[:, 1] = np.nan
    found = controlled(some, every[:10], every)
    assert found[0] == pytest.approx(11.0)
    assert np.isnan(found[1])


def test_the_same_organisation_at_an_end_finds_the_same(desk: Organisation) -> None:
    """From a twelfth of the pairs: what these happened to be off widened the range of what may be."""
    result = compare(desk, CHECK, bounds={"shortest": desk}, replications=96, weeks=2, warm_up_weeks=1, run_out_weeks=1)
    told = result.effects.drop_nulls("shortest")
    assert told.height > 50
    apart = (told["shortest"] - told["difference"]).abs()
    assert (apart <= 1e-6 * told["difference"].abs() + 1e-9).mean() > 0.9
