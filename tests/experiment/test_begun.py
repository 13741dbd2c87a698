"""Acts on a learned organisation come where its records stop; on others after the warm-up from where its file says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from irrupt.engine.examples import counter
from irrupt.experiment import compare, rigidity, sweep
from irrupt.experiment.begun import begun, in_week_of, with_past
from irrupt.organisation import Client, Organisation
from irrupt.organisation.learned import Learned
from irrupt.regulation.acts import Volume

FROM, PEAK = datetime(2026, 6, 1, tzinfo=UTC), dict.fromkeys(range(1, 8), 5.0)


def closing(learned: bool) -> Organisation:
    """Five times as many cases come in the first week of each month as in the others: on average twice."""
    records = Learned(source="desk.csv", cases=100, events=300, begin=FROM, end=FROM, starts="measured")
    clients = {"Public": Client(cases_per_week=20.0, days_of_month=PEAK, growth=0.01)}
    return replace(counter(0.2), origin=FROM, clients=clients, learned=records if learned else None)


def arrivals(organisation: Organisation) -> float:
    """Of a week, from when acts begin."""
    act = Volume(client="Public", change=0.5)
    result = compare(organisation, act, replications=60, warm_up_weeks=3, weeks=1, run_out_weeks=1, seed=2)
    rows = result.effects.filter(pl.col("measure") == "arrivals", pl.col("party") == "Public")
    return float(rows["without"].item())


def test_acts_on_a_learned_organisation_come_where_its_records_stop() -> None:
    """On the first of June; of another, three weeks after it."""
    assert arrivals(closing(learned=True)) == pytest.approx(100.0, rel=0.05)
    assert arrivals(closing(learned=False)) == pytest.approx(20.0 * 1.035, rel=0.12)


def swept(organisation: Organisation, vary: str, warm_up_weeks: int) -> list[float]:
    """The same at each setting of what is varied."""
    found = sweep(
        organisation,
        Volume(client="Public", change=0.5),
        vary=[vary],
        outputs=["arrivals of Public"],
        replications=20,
        warm_up_weeks=warm_up_weeks,
        weeks=1,
        run_out_weeks=1,
    )
    return found.table["without"].to_list()


def test_sweeps_begin_there_too() -> None:
    without = swept(closing(learned=True), "volume > change: 10 %, 50 %", 3)
    assert without == pytest.approx([100.0, 100.0], rel=0.08)


def growing() -> Organisation:
    """A tenth more cases come each week, from 40 where its records stop."""
    learned = closing(learned=True)
    return replace(learned, clients={"Public": Client(cases_per_week=40.0, growth=0.1)})


def test_a_sweep_sets_what_comes_where_records_stop() -> None:
    without = swept(growing(), "clients > Public > cases per week: 40, 80", 4)
    assert without == pytest.approx([42.0, 84.0], rel=0.08)


def test_rigidity_is_told_of_the_weeks_that_follow_the_records() -> None:
    found = rigidity(growing(), 0.2, weeks=4, replications=10)
    finished = found.comparison.effects.filter(measure="throughput", party="Public")["without"].item()
    assert found.asked == pytest.approx(0.2 * finished, rel=0.02)
    assert finished == pytest.approx(48.0, rel=0.1)


def test_a_learned_organisation_goes_on_in_the_week_of_a_date() -> None:
    """Also where its time began before its records stop, as in the history of a run."""
    learned = closing(learned=True)
    for back in (0, 5):
        later = in_week_of(with_past(learned, back), FROM + timedelta(weeks=2, days=3))
        assert later.origin == FROM + timedelta(weeks=2)
        assert later.clients["Public"].cases_per_week == pytest.approx(20.4)
    assert in_week_of(closing(learned=False), FROM + timedelta(weeks=2)) == closing(learned=False)


def test_what_changes_with_time_is_there_what_it_was() -> None:
    """Wherever time begins, as many cases a week come on one date; whole weeks are gone back by."""
    learned = closing(learned=True)
    early = with_past(learned, 3.4)
    assert early.origin == FROM - timedelta(weeks=3)
    was, now = learned.clients["Public"], early.clients["Public"]
    for week in (0, 1, 10):
        rate = was.cases_per_week * (1.0 + was.growth * week)
        assert now.cases_per_week * (1.0 + now.growth * (week + 3)) == pytest.approx(rate)
    assert begun(early, FROM).clients["Public"].cases_per_week == pytest.approx(20.0)
    long = with_past(learned, 120.0).clients["Public"]
    assert long.cases_per_week < 0.1
    assert long.cases_per_week * (1.0 + long.growth * 120) == pytest.approx(20.0)
    gone = begun(replace(learned, clients={"Public": replace(was, growth=-0.02)}), FROM + timedelta(weeks=60))
    assert gone.clients["Public"].cases_per_week < 0.1
    assert with_past(learned, 0.9) is learned
    assert with_past(closing(learned=False), 3.0) == closing(learned=False)
