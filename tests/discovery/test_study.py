"""A study of a log: the same is learned from it as from the log, and nothing is found out twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import Study, alternatives, discover
from irrupt.discovery import study as of_study
from irrupt.errors import DataError
from irrupt.organisation import to_dict

pytestmark = pytest.mark.usefixtures("few_steps")

CLIENTS = {"Ames": "Ames", "Bell": "Bell"}


@pytest.fixture(scope="module")
def log(desk_log: Chronicle, without_starts: Callable[[Chronicle], Chronicle]) -> Chronicle:
    """Three weeks without start times."""
    end = pl.col("end") < desk_log.events["end"].min() + timedelta(weeks=3)
    return without_starts(desk_log.with_events(desk_log.events.filter(end)))


@pytest.mark.slow
def test_what_is_learned_from_a_study_is_what_is_learned_from_its_log(log: Chronicle) -> None:
    study = Study(log, CLIENTS)
    study.prepare("typical", "longest")
    typical, longest = discover(study), discover(study, work="longest", fidelity=False)
    others = alternatives(study, typical, count=2)
    assert to_dict(typical) == to_dict(discover(log, clients=CLIENTS))
    assert to_dict(longest) == to_dict(discover(log, clients=CLIENTS, work="longest", fidelity=False))
    assert list(map(to_dict, others)) == list(map(to_dict, alternatives(log, typical, count=2, clients=CLIENTS)))


def test_nothing_is_found_out_twice(log: Chronicle, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    find = of_study.find
    monkeypatch.setattr(of_study, "find", lambda *given, **more: asked.append(given[2]) or find(*given, **more))
    study = Study(log, CLIENTS)
    study.prepare("typical", "longest")
    assert asked == ["typical", "longest", "typical"]  # The last of them in the records that are not held out.
    organisation = discover(study)
    alternatives(study, organisation, count=1)
    discover(study, work="longest", fidelity=False, typical=organisation)
    assert len(asked) == 3


def test_a_log_without_times_cannot_be_studied(log: Chronicle) -> None:
    with pytest.raises(DataError):
        Study(log.with_events(log.events.with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias("end"))))


def test_a_few_dates_of_another_age_do_not_thin_out_all_that_comes(made: Callable[..., Chronicle]) -> None:
    """Forty weeks of 50 cases that take four to twenty weeks, those that were over at the end; and three from 1990."""
    random = np.random.default_rng(3)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [(f"old{year}", "open", datetime(1990 + year, 5, 2, tzinfo=UTC)) for year in range(3)]
    for case in range(2000):
        came, span = random.random() * 40, float(random.uniform(4, 20))
        if came + span < 40:
            times = (begin + timedelta(weeks=came), begin + timedelta(weeks=came + span))
            rows += [(f"c{case}", what, moment) for what, moment in zip(("open", "shut"), times, strict=True)]
    study = Study(made(rows))
    assert not study.chronicle.events["case"].str.starts_with("old").any()
    assert any("long before the others" in note for note in study.notes)
    demand = study.found("typical")[0].demand
    assert demand.clients["all clients"].cases_per_week == pytest.approx(50, rel=0.15)
    # an age of its own is no slip of the pen
    many = [(f"old{case}", "open", datetime(1990, 5, 2, tzinfo=UTC) + timedelta(days=case)) for case in range(200)]
    assert Study(made(rows + many)).chronicle.events["case"].str.starts_with("old").any()


def test_what_is_being_done_is_told_and_how_much_of_it_is(made: Callable[..., Chronicle]) -> None:
    begin = datetime(2024, 1, 1, 8, tzinfo=UTC)
    told: list[tuple[str, float]] = []
    log = made(
        (case, what, begin + timedelta(hours=case + turn)) for case in range(30) for turn, what in enumerate("AB")
    )
    discover(log, fidelity=False, progress=lambda doing, share: told.append((doing, share)))
    shares = [share for _doing, share in told]
    assert told[0] == ("reading the records", 0.0)
    assert len({doing for doing, _share in told}) == len(told) > 2
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0
