"""All ledgers together: order, compiled and plain Python alike, speed, and the parties."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import FIRST, LAST, Legend
from irrupt.errors import UsageError
from irrupt.ledgers import Duty, Ledgers, Window, measure, measures, parties_of
from irrupt.units import WEEK

OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
DUTIES = {f"person {n}": Duty(teams=("team 0", "team 1"), hours=OFFICE) for n in range(4)}


def test_rows_out_of_order_are_refused(build, legend, window):
    rows = build.rows(build.log(1))
    ledgers = Ledgers(legend, window)
    ledgers.add(rows)
    with pytest.raises(UsageError, match="order in which steps end"):
        ledgers.add(rows)
    with pytest.raises(UsageError, match="order in which steps end"):
        Ledgers(legend, window).add(type(rows)(*(column[::-1] for column in rows)))


def test_steps_without_end_are_refused(build, legend, window):
    rows = build.rows(build.log(1))
    with pytest.raises(UsageError, match="order in which steps end"):
        Ledgers(legend, window).add(rows._replace(end=np.full_like(rows.end, np.nan)))


def test_an_empty_window_is_refused(legend):
    with pytest.raises(UsageError, match="the time to measure is empty"):
        Ledgers(legend, Window(begin=5.0, end=5.0))


def test_columns_of_other_types_and_read_only_ones_are_taken(build, legend, window):
    rows = build.rows(build.log(1))
    other = rows._replace(case=rows.case.astype(np.int32), client=rows.client.astype(np.int64))
    frozen = [column.copy() for column in other]
    for column in frozen:
        column.flags.writeable = False
    parties = parties_of(legend)
    one = measure([rows], legend, window, parties)
    assert str(measure([type(rows)(*frozen)], legend, window, parties)) == str(one)


BORDERS = st.tuples(
    st.sampled_from((-1, 0, 1, 4, 5, 6, 7, 8, 14, 17)),
    st.sampled_from((0.0, 5.0, 9.0, 17.0, 22.0)),
    st.sampled_from((-1, 0, 0, 1)),
)
"""A day, a border between two kinds of hours in it, and the number before it or behind it."""


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(BORDERS, BORDERS, st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=12))
def test_what_is_told_of_a_step_is_the_same_whatever_came_just_before_it(build, legend, spans):
    """Weeks and days are remembered from one row of a chunk to the next: rows that come one by one tell the same."""

    def moment(border):
        day, hour, side = border
        exact = (24.0 * day + hour) * 3600.0
        return float(np.nextafter(exact, side * np.inf)) if side else exact

    steps = []
    for case, (one, other, person, team) in enumerate(spans):
        begin, end = sorted((moment(one), moment(other)))
        steps.append((case, 0, 0, team, person, begin, begin, begin, end, FIRST | LAST))
    rows = build.rows(steps)
    hours = (tuple((day * 1440 + 360, day * 1440 + 1140) for day in range(6)), OFFICE)
    duties = {f"person {n}": Duty(teams=("team 0",), hours=hours[n % 2]) for n in range(3)}
    for known in (None, duties):
        whole, single = (Ledgers(legend, Window(begin=0.0, end=2.5 * WEEK), known) for _each in range(2))
        whole.add(rows)
        for at in range(len(rows.case)):
            single.add(type(rows)(*(column[at : at + 1] for column in rows)))
        assert str(whole.result(parties_of(legend))) == str(single.result(parties_of(legend)))


def test_more_activities_than_a_word_has_bits_are_told_apart(build, window):
    legend = build.legend(activities=500)
    steps = build.log(1, cases=60, legend=legend)
    found = measure([build.rows(steps)], legend, window, parties_of(legend))
    assert found["rework"]["all clients"] == build.cases(steps, window, {0, 1, 2})["rework"]


def test_plain_python_gives_the_same_values_to_the_bit(build, legend, window, tmp_path):
    """In which no index may count from the end."""
    rows = build.rows(build.log(11, cases=40, finished=False, due=True))
    found = measure([rows], legend, window, parties_of(legend), on_duty=DUTIES)
    np.savez(tmp_path / "rows.npz", *rows)
    script = f"""
import sys, json, numba, numpy as np
sys.path.append({str(Path(__file__).parents[1] / "engine")!r})
from as_python import plain
numba.njit = plain
from datetime import UTC, datetime
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import Duty, Window, measure, parties_of
with np.load({str(tmp_path / "rows.npz")!r}) as file:
    rows = Rows(*(file[name] for name in file.files))
legend = Legend(origin=datetime(2024, 1, 1, tzinfo=UTC), clients={legend.clients!r}, activities={legend.activities!r},
                teams={legend.teams!r}, people={legend.people!r})
duties = {{name: Duty(teams=("team 0", "team 1"), hours={OFFICE!r}) for name in legend.people}}
window = Window(begin={window.begin!r}, end={window.end!r})
print(json.dumps(measure([rows], legend, window, parties_of(legend), on_duty=duties)))
"""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert json.dumps(json.loads(answer.stdout)) == json.dumps(found)


def test_the_ledgers_come_in_order_and_power_is_empty():
    ledgers = [one.ledger for one in measures().values()]
    assert list(dict.fromkeys(ledgers)) == ["market", "organisation", "work"]


def a_legend(*clients, teams=("Desk", "Lab")):
    return Legend(origin=datetime(2024, 1, 1, tzinfo=UTC), clients=clients, activities=(), teams=teams, people=())


def test_parties_are_each_client_all_and_each_team_and_all():
    found = parties_of(a_legend("A", "B"))
    assert found.clients == {"A": (0,), "B": (1,), "all clients": (0, 1)}
    assert found.teams == {"Desk": (0,), "Lab": (1,), "all teams": (0, 1)}


def test_clients_who_are_not_named_are_the_others():
    found = parties_of(a_legend("A", "B", "C"), ["C", "A"])
    assert found.clients == {"C": (2,), "A": (0,), "other clients": (1,), "all clients": (0, 1, 2)}


def test_a_group_of_others_in_the_records_joins_the_others():
    legend = a_legend("A", "other clients", "B")
    assert parties_of(legend, ["A"]).clients == {"A": (0,), "other clients": (1, 2), "all clients": (0, 1, 2)}
    assert parties_of(legend).clients == {"A": (0,), "B": (2,), "other clients": (1,), "all clients": (0, 1, 2)}


def test_nobody_named_and_nobody_there():
    assert parties_of(a_legend("all clients", teams=())).clients == {"all clients": (0,)}
    assert parties_of(a_legend("A", "B"), []).clients == {"all clients": (0, 1)}
    assert parties_of(a_legend(teams=())).teams == {}


def test_unknown_clients_are_all_named_with_the_nearest_known():
    with pytest.raises(UsageError) as caught:
        parties_of(a_legend("Hospital A", "Hospital B"), ["Hospitl A", "Nobody"])
    assert [fault.found for fault in caught.value.faults] == ['unknown client "Hospitl A"', 'unknown client "Nobody"']
    assert caught.value.faults[0].remedy == 'did you mean "Hospital A"?'


@pytest.mark.parametrize("clients", [[], [0], [2], [0, 1], [1, 0], [0, 2], [2, 0, 1], [0, 1, 2], [7]])
def test_the_cases_of_some_clients_are_found_client_by_client(build, legend, window, clients):
    ledgers = Ledgers(legend, window)
    ledgers.add(build.rows(build.log(3, cases=60, legend=legend)))
    cases = ledgers.cases
    expected = [at for client in clients for at in np.flatnonzero(cases.client == client)]
    assert cases.of(clients).tolist() == expected
    assert [(b - a) for a, b in zip(*cases.standing(clients), strict=True)] == [
        np.count_nonzero(cases.client == client) for client in clients
    ]
