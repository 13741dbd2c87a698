"""The values are those of the definitions: against a plain reading of them, and on examples done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, CLOCK, FIRST, GAVE_UP, LAST, NO_STEP
from irrupt.ledgers import Duty, Ledgers, Parties, Window, measure, parties_of
from irrupt.ledgers.autonomy import AutonomyReducer
from irrupt.ledgers.cases import nine_in_ten
from irrupt.ledgers.kernels import WAIT
from irrupt.ledgers.money import MoneyReducer
from irrupt.ledgers.organising import OrganisingReducer
from irrupt.ledgers.people import MEASURES
from irrupt.ledgers.planned import PlannedReducer
from irrupt.organisation.dated import Clock
from irrupt.units import WEEK

HOUR, DAY = 3600.0, 86400.0
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
LATE = tuple((day * 1440 + 720, day * 1440 + 1200) for day in range(6))
NIGHT = ((0, 360), (1320, 1440), (10_000, 10_080))
NAN = math.nan
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(
    seed=st.integers(0, 100_000),
    cases=st.integers(1, 30),
    ready=st.booleans(),
    starts=st.booleans(),
    finished=st.booleans(),
    begin=st.sampled_from([0.0, WEEK, 1.3 * WEEK]),
    weeks=st.sampled_from([0.5, 1.0, 3.7, 5.0]),
    known=st.dictionaries(st.integers(0, 3), st.sampled_from([OFFICE, LATE, NIGHT])),
)
def test_values_are_what_the_definitions_say(build, seed, cases, ready, starts, finished, begin, weeks, known):
    legend = build.legend()
    kind = {
        "ready": ready and starts,
        "starts": starts,
        "finished": finished,
        "lost": seed % 2 > 0,
        "due": seed % 3 > 0,
    }
    steps = build.log(seed, cases=cases, **kind)
    window = Window(begin=begin, end=begin + weeks * WEEK)
    parties = parties_of(legend, ["client 1"])
    duties = {f"person {person}": Duty(teams=(), hours=hours) for person, hours in known.items()}
    found = measure([build.rows(steps)], legend, window, parties, on_duty=duties)
    for side, plain in ((parties.clients, build.cases), (parties.teams, build.teams)):
        for party, numbers in side.items():
            for name, value in plain(steps, window, set(numbers), known).items():
                assert found[name][party] == pytest.approx(value, rel=1e-9, abs=1e-8, nan_ok=True), (name, party)


def by_hand(ready):
    """Two cases of one client, Monday 08:00 on: everything can be checked with a pencil.

    The first: asked 8:00; Desk takes it 9:00 to 10:00 (ready 8:30); then waits for the client to 12:00 and in the
    queue to 13:00; Lab works 13:00 to 19:00; Desk again 20:00 to 21:00 (ready at once).
    The second: Tuesday 10:00, done by the client himself from 11:00 to 12:00.
    """
    known = (lambda hour: hour * HOUR) if ready else (lambda hour: NAN)
    return [
        (0, 0, 0, 0, 0, 8 * HOUR, known(8.5), 9 * HOUR, 10 * HOUR, FIRST),
        (0, 0, 1, 1, 2, 10 * HOUR, known(12), 13 * HOUR, 19 * HOUR, CLIENT_WAIT),
        (0, 0, 0, 0, 1, 19 * HOUR, known(19), 20 * HOUR, 21 * HOUR, LAST),
        (1, 0, 2, -1, -1, 34 * HOUR, known(35), 35 * HOUR, 36 * HOUR, FIRST | LAST | CLIENT_ACT),
    ]


@pytest.fixture
def week():
    return Window(begin=0.0, end=WEEK)


def test_an_example_by_hand_of_simulated_records(build, legend, week):
    found = measure([build.rows(by_hand(ready=True))], legend, week, parties_of(legend))
    others = (PlannedReducer, MoneyReducer, AutonomyReducer, OrganisingReducer)
    of_plans = {one.name for reducer in others for one in reducer.measures}
    his = {name: values["client 0"] for name, values in found.items() if "client 0" in values and name not in of_plans}
    assert his == pytest.approx(
        {
            "arrivals": 2.0,
            "given up": 0.0,
            "dispersion of arrivals": NAN,
            "peak to mean of arrivals": 1 / (2 / 7),
            "cycle time": (13 + 2) / 2,
            "cycle time, 90th percentile": 2 + 0.9 * 11,
            "on time": NAN,
            "lateness": NAN,
            "waiting for us": (0.5 + 0.5 + 1 + 1 + 0) / 2,
            "throughput": 2.0,
            "waiting for the client": (2 + 1 + 1) / 2,
            "unexplained delay": 0.0,
            "working for him": 8 / 2,
            "steps per case": 2.0,
            "rework": 0.5,
            "handovers": 1.0,
            "work in progress": 15 / (7 * 24),
            "cases waiting for the client": 1.0,
            "co-production": 1 / 2,
            "steps that the client does": 1 / 2,
            "work for nothing": 0.0,
            "findings of audits": NAN,
        },
        nan_ok=True,
    )
    of_people = {one.name for one in MEASURES} | of_plans
    desk = {name: values["team 0"] for name, values in found.items() if "team 0" in values and name not in of_people}
    assert desk == pytest.approx(
        {
            "work done": 2.0,
            "steps done": 2.0,
            "wait at the team": (0.5 + 1) / 2,
            "cases waiting at the team": (0.5 + 1) / 168,
            "work outside office hours": 0.5,
            "share of time at work": NAN,
            "people active": 2.0,
            "what presses at once": (1 + 1) / 2,
            "pressed by a client and a date": NAN,
            "set-up work": NAN,
        },
        nan_ok=True,
    )


def test_the_first_case_is_two_hours_late_and_the_second_is_on_time(build, legend, week):
    for due, on_time, late in ((19 * HOUR, 0.5, 1.0), (math.inf, 1.0, 0.0)):
        steps = [(*step, due if step[0] == 0 else 36 * HOUR) for step in by_hand(ready=True)]
        found = measure([build.rows(steps)], legend, week, parties_of(legend))
        assert (found["on time"]["client 0"], found["lateness"]["client 0"]) == (on_time, late)


def test_what_presses_by_hand(build, legend, week):
    """The first step of the Desk is asked for by the client, the second handed over by the Lab; both have a date. The
    Lab begins right after the client was waited for. A clock lets come what follows by itself, which presses nobody."""
    steps = [(*step, 40 * HOUR) for step in by_hand(ready=True)]
    found = measure([build.rows(steps)], legend, week, parties_of(legend))
    assert found["what presses at once"]["team 0"] == (2 + 2) / 2
    assert found["what presses at once"]["team 1"] == 2.0
    assert found["pressed by a client and a date"]["team 0"] == 1 / 2
    assert found["pressed by a client and a date"]["team 1"] == 1.0
    by_clock = [(*step[:9], step[9] | CLOCK) for step in by_hand(ready=True)]
    ticking = measure([build.rows(by_clock)], legend, week, parties_of(legend))
    assert ticking["what presses at once"]["team 0"] == 2.0
    alone = [(*step[:4], 0, *step[5:]) for step in by_hand(ready=True)]
    assert measure([build.rows(alone)], legend, week, parties_of(legend))["what presses at once"]["team 0"] == 1 / 2


@pytest.mark.parametrize("begun", [16 * HOUR, 13 * HOUR, NAN])
def test_what_comes_right_after_the_client_has_acted_is_asked_for_by_him(build, legend, week, begun):
    """Once the Lab is through, the client is waited for and answers at 15:00; the Desk then goes on. It was not asked
    where it had begun before he answered; where no start is known, it came after."""
    steps = [
        (0, 0, 0, 1, 0, 9 * HOUR, 9 * HOUR, 9 * HOUR, 10 * HOUR, FIRST),
        (0, 0, 1, -1, -1, 10 * HOUR, 15 * HOUR, 15 * HOUR, 15 * HOUR, CLIENT_WAIT | CLIENT_ACT),
        (0, 0, 2, 0, 1, min(15 * HOUR, begun), min(15 * HOUR, begun), begun, 17 * HOUR, LAST),
    ]
    found = measure([build.rows(steps)], legend, week, parties_of(legend))
    asked = float(begun != 13 * HOUR)
    assert found["steps that clients ask for directly"] == {
        "team 0": asked,
        "team 1": 1.0,
        "all teams": (asked + 1) / 2,
    }
    assert found["what presses at once"]["team 0"] == asked
    dated = measure([build.rows([(*step, 40 * HOUR) for step in steps])], legend, week, parties_of(legend))
    assert dated["pressed by a client and a date"]["team 0"] == asked


def test_what_clients_do_without_a_time_is_counted_and_not_timed(build, legend, week):
    steps = [(*step[:7], NAN, *step[8:]) if step[0] == 1 else step for step in by_hand(ready=True)]
    found = measure([build.rows(steps)], legend, week, parties_of(legend))
    assert math.isnan(found["co-production"]["client 0"])
    assert found["steps that the client does"]["client 0"] == 1 / 2
    ours = measure([build.rows(steps[:3])], legend, week, parties_of(legend))
    assert ours["co-production"]["client 0"] == 0.0


@pytest.mark.parametrize(("seconds", "waited"), [(0.3, 0.0), (59.0, 0.0), (61.0, 0.5)])
def test_what_the_client_does_at_once_is_not_waited_for(build, legend, week, seconds, waited):
    """As a form that is recorded once as sent and once as received."""
    came = (1, 0, 2, -1, -1, 34 * HOUR, NAN, NAN, 34 * HOUR, FIRST | CLIENT_ACT)
    again = (1, 0, 2, -1, -1, 34 * HOUR, NAN, NAN, 34 * HOUR + seconds, LAST | CLIENT_ACT)
    one = (0, 0, 0, 0, 0, 8 * HOUR, NAN, 9 * HOUR, 10 * HOUR, FIRST | LAST)
    found = measure([build.rows([one, came, again])], legend, week, parties_of(legend))
    assert found["cases waiting for the client"]["client 0"] == waited


def test_an_example_by_hand_of_real_records_with_starts(build, legend, week):
    found = measure([build.rows(by_hand(ready=False))], legend, week, parties_of(legend))
    assert found["waiting for us"]["client 0"] == (1 + 1) / 2
    assert found["waiting for the client"]["client 0"] == (3 + 2) / 2
    assert math.isnan(found["unexplained delay"]["client 0"])
    assert found["wait at the team"]["team 0"] == 1.0
    assert math.isnan(found["wait at the team"]["team 1"])


def test_who_does_nothing_works_for_no_hours_and_nobody_waits_for_him(build, legend, week):
    """All that a team does might be taken from it, and no number told of it."""
    steps = [step for step in by_hand(ready=True) if step[3] != 1]
    for starts in (True, False):
        known = steps if starts else [(*step[:7], NAN, *step[8:]) for step in steps]
        found = measure([build.rows(known)], legend, week, parties_of(legend))
        for name in ("work done", "cases waiting at the team"):
            assert found[name]["team 1"] == 0.0 if starts else math.isnan(found[name]["team 1"])
        assert found["steps done"]["team 1"] == 0.0
        assert math.isnan(found["wait at the team"]["team 1"])


def test_an_example_by_hand_of_real_records_without_starts(build, legend, week):
    steps = [(*step[:7], NAN, *step[8:]) for step in by_hand(ready=False)]
    found = measure([build.rows(steps)], legend, week, parties_of(legend))
    for name in ("waiting for us", "working for him"):
        assert math.isnan(found[name]["client 0"])
    assert found["waiting for the client"]["client 0"] == (9 + 2) / 2
    assert math.isnan(found["work done"]["team 0"])
    assert math.isnan(found["wait at the team"]["team 0"])
    assert found["work outside office hours"]["team 0"] == 0.5
    assert found["cycle time"]["client 0"] == 7.5


@quick
@given(seed=st.integers(0, 100_000))
def test_the_parts_of_a_simulated_case_add_up_to_its_cycle_time(build, seed):
    legend = build.legend()
    window = Window(begin=0, end=8 * WEEK)
    found = measure([build.rows(build.log(seed))], legend, window, parties_of(legend))
    parts = ("waiting for us", "waiting for the client", "unexplained delay", "working for him")
    for party, cycle in found["cycle time"].items():
        if not math.isnan(found["working for him"][party]):
            assert sum(found[name][party] for name in parts) == pytest.approx(cycle)


@quick
@given(seed=st.integers(0, 100_000))
def test_littles_law_holds_from_empty_to_empty(build, seed):
    legend = build.legend()
    window = Window(begin=0, end=20 * WEEK)
    found = measure([build.rows(build.log(seed))], legend, window, parties_of(legend))
    for party, open_cases in found["work in progress"].items():
        if found["arrivals"][party]:
            assert open_cases == pytest.approx(found["arrivals"][party] / 168 * found["cycle time"][party], rel=1e-9)


@quick
@given(seed=st.integers(0, 100_000))
def test_sums_over_parties_are_those_of_all(build, seed):
    legend = build.legend()
    window = Window(begin=WEEK, end=5 * WEEK)
    parties = parties_of(legend)
    found = measure([build.rows(build.log(seed, cases=30))], legend, window, parties)
    for name, everybody in (
        *((name, "all clients") for name in ("arrivals", "throughput", "work in progress")),
        *((name, "all teams") for name in ("work done", "steps done")),
    ):
        single = [value for party, value in found[name].items() if party != everybody and not math.isnan(value)]
        assert sum(single) == pytest.approx(found[name][everybody], nan_ok=True)


@quick
@given(seed=st.integers(0, 100_000))
def test_means_over_all_lie_between_those_of_the_parties(build, seed):
    legend = build.legend()
    window = Window(begin=0, end=7 * WEEK)
    found = measure([build.rows(build.log(seed, cases=30))], legend, window, parties_of(legend))
    for name in ("cycle time", "waiting for us", "steps per case", "rework", "handovers", "wait at the team"):
        *single, together = found[name].values()
        known = [value for value in single if not math.isnan(value)]
        assert min(known) - 1e-9 <= together <= max(known) + 1e-9


@quick
@given(seed=st.integers(0, 100_000), factor=st.sampled_from([2.0, 0.5, 4.0]))
def test_durations_scale_with_the_unit_of_time(build, seed, factor):
    legend = build.legend()
    steps = build.log(seed)
    slower = [(*step[:5], *(moment * factor for moment in step[5:9]), step[9]) for step in steps]
    parties = parties_of(legend)
    one = measure([build.rows(steps)], legend, Window(begin=0, end=6 * WEEK), parties)
    other = measure([build.rows(slower)], legend, Window(begin=0, end=6 * WEEK * factor), parties)
    for name in ("cycle time", "cycle time, 90th percentile", "waiting for us", "working for him", "wait at the team"):
        for party, value in one[name].items():
            assert other[name][party] == pytest.approx(value * factor, nan_ok=True)
    for name in ("work in progress", "rework", "handovers", "steps per case"):
        for party, value in one[name].items():
            assert other[name][party] == pytest.approx(value, nan_ok=True)


@quick
@given(seed=st.integers(0, 100_000))
def test_twice_the_same_cases_double_the_sums_and_keep_the_means(build, seed):
    legend = build.legend()
    steps = build.log(seed)
    twins = steps + [(step[0] + 1000, *step[1:]) for step in steps]
    window, parties = Window(begin=WEEK, end=5 * WEEK), parties_of(legend)
    one = measure([build.rows(steps)], legend, window, parties)
    two = measure([build.rows(twins)], legend, window, parties)
    double = {"arrivals", "throughput", "work in progress", "work done", "steps done", "dispersion of arrivals"}
    double |= {"cases waiting at the team"}
    for name, values in one.items():
        if name == "cycle time, 90th percentile" or name in {one.name for one in MEASURES}:
            continue
        for party, value in values.items():
            wanted = 2 * value if name in double else value
            assert two[name][party] == pytest.approx(wanted, nan_ok=True), name


def test_arrivals_that_are_even_have_no_dispersion_and_no_peak(build, legend):
    steps = [(n, 0, 0, 0, 0, t, t, t, t, FIRST | LAST) for n, t in enumerate(float(d) * DAY + HOUR for d in range(42))]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=6 * WEEK), parties_of(legend))
    assert found["dispersion of arrivals"]["client 0"] == 0.0
    assert found["peak to mean of arrivals"]["client 0"] == 1.0
    assert found["arrivals"]["client 0"] == 7.0


def test_dispersion_of_poisson_arrivals_is_about_one(build, legend):
    import numpy as np

    random = np.random.default_rng(7)
    times = np.sort(random.uniform(0, 400 * WEEK, 8000))
    steps = [(n, 0, 0, 0, 0, t, t, t, t, FIRST | LAST) for n, t in enumerate(times.tolist())]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=400 * WEEK), parties_of(legend))
    assert found["dispersion of arrivals"]["client 0"] == pytest.approx(1.0, abs=3 * math.sqrt(2 / 399))


def test_work_across_weeks_and_over_the_edge_of_the_window_counts_where_it_is_done(build, legend):
    steps = [(0, 0, 0, 0, 0, 0.0, 0.0, 0.5 * WEEK, 3.5 * WEEK, FIRST | LAST)]
    ledgers = Ledgers(legend, Window(begin=WEEK, end=3 * WEEK))
    ledgers.add(build.rows(steps))
    assert ledgers.result(parties_of(legend))["work done"]["team 0"] == 168.0
    assert ledgers.team_weeks.weeks[0, :, 0].tolist() == [WEEK, WEEK]


@pytest.mark.parametrize(
    ("hour", "outside"),
    [(8.99, 1.0), (9, 0.0), (12, 0.0), (17, 0.0), (17.01, 1.0), (4 * 24 + 12, 0.0), (5 * 24 + 12, 1.0), (-12, 1.0)],
)
def test_office_hours_are_those_of_the_local_week(build, legend, hour, outside):
    steps = [(0, 0, 0, 0, 0, -WEEK, NAN, NAN, hour * HOUR, FIRST | LAST)]
    found = measure([build.rows(steps)], legend, Window(begin=-WEEK, end=WEEK), parties_of(legend))
    assert found["work outside office hours"]["team 0"] == outside


def test_a_case_does_not_wait_while_somebody_works_on_it(build, legend):
    """Two steps side by side, 0 to 10 and 2 to 12; a third begins at 13. It waits one hour and is worked on for 21."""
    steps = [
        (0, 0, 0, 0, 0, 0.0, NAN, 0.0, 10 * HOUR, FIRST),
        (0, 0, 1, 0, 1, 0.0, NAN, 2 * HOUR, 12 * HOUR, 0),
        (0, 0, 2, 0, 1, 12 * HOUR, NAN, 13 * HOUR, 14 * HOUR, LAST),
    ]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    assert found["waiting for us"]["client 0"] == 1.0
    assert found["working for him"]["client 0"] == 21.0
    assert found["wait at the team"]["team 0"] == 1.0


def test_what_a_clock_keeps_is_no_unexplained_delay(build, legend):
    steps = [
        (0, 0, 0, 0, 0, 0.0, 0.0, 0.0, HOUR, FIRST),
        (0, 0, 1, -1, -1, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, BY_ITSELF),
        (0, 0, 1, -1, -1, 3 * HOUR, 120 * HOUR, 120 * HOUR, 120 * HOUR, LAST | BY_ITSELF | CLOCK),
    ]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    assert found["unexplained delay"]["client 0"] == 2.0
    assert found["cycle time"]["client 0"] == 120.0


def test_a_case_that_is_over_with_nothing_done_takes_its_time_and_no_step(build, legend):
    """One step of an hour, then a delay of two, after which all that was left to do is skipped."""
    steps = [
        (0, 0, 0, 0, 0, 0.0, 0.0, 0.0, HOUR, FIRST),
        (0, 0, NO_STEP, -1, -1, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, LAST | BY_ITSELF),
    ]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    names = ("cycle time", "unexplained delay", "steps per case", "throughput")
    told = {name: found[name]["client 0"] for name in names}
    assert told == {"cycle time": 3.0, "unexplained delay": 2.0, "steps per case": 1.0, "throughput": 1.0}
    assert found["work in progress"]["client 0"] == 3 * HOUR / WEEK
    assert found["steps done"]["all teams"] == 1.0


def test_handovers_are_not_told_where_no_team_is_named(build, legend):
    steps = [(0, 0, 0, -1, -1, 0.0, NAN, NAN, 10.0, FIRST | LAST)]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    assert math.isnan(found["handovers"]["client 0"])


def test_cases_under_way_are_counted_as_unfinished_and_kept_out_of_case_measures(build, legend):
    steps = [
        (0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 3600.0, FIRST | LAST),
        (1, 0, 0, 0, 0, 10.0, 10.0, 10.0, 7200.0, FIRST),
        (2, 0, 0, 0, 0, WEEK, WEEK, WEEK, WEEK + 7200.0, FIRST),
    ]
    ledgers = Ledgers(legend, Window(begin=0, end=WEEK))
    ledgers.add(build.rows(steps))
    found = ledgers.result(parties_of(legend))
    assert ledgers.unfinished == 1
    assert found["cycle time"]["client 0"] == 1.0
    assert found["arrivals"]["client 0"] == 2.0
    assert found["work in progress"]["client 0"] == pytest.approx((3600 + WEEK - 10) / WEEK)


def test_cases_that_were_given_up_are_over(build, legend):
    steps = [
        (0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 3600.0, FIRST),
        (0, 0, 1, -1, -1, 3600.0, 3600.0, 3600.0, 3600.0, LAST | GAVE_UP),
    ]
    ledgers = Ledgers(legend, Window(begin=0, end=WEEK))
    ledgers.add(build.rows(steps))
    assert (ledgers.unfinished, ledgers.result(parties_of(legend))["given up"]["client 0"]) == (0, 1.0)


def test_work_on_what_is_given_up_is_for_nothing(build, legend):
    """Two hours of work, and one, on cases that are given up, in two weeks; three on one that is not."""
    hours = [(0, 2, GAVE_UP), (0, 1, GAVE_UP), (0, 3, 0), (1, 4, 0)]
    steps = []
    for case, (client, work, lost) in enumerate(hours):
        begin = case * DAY
        end = begin + work * HOUR
        steps += [
            (case, client, 0, 0, case, begin, begin, begin, end, FIRST),
            (case, client, 1, -1, -1, end, end, end, end, LAST | CLIENT_ACT | lost),
        ]
    found = measure(
        [build.rows(steps)], legend, Window(begin=0, end=2 * WEEK), parties_of(legend, ["client 0", "client 1"])
    )
    assert found["work for nothing"]["client 0"] == 1.5
    assert found["work for nothing"]["client 1"] == 0.0
    assert found["work for nothing"]["all clients"] == 1.5
    going_on = (4, 0, 0, 0, 3, 5 * DAY, 5 * DAY, 5 * DAY, 5 * DAY + HOUR, FIRST)
    found = measure([build.rows([*steps, going_on])], legend, Window(begin=0, end=2 * WEEK), parties_of(legend))
    assert found["work for nothing"]["client 0"] == 1.5, "a case in progress hides nothing"


def test_somebody_in_two_teams_is_one_person(build, legend):
    steps = [
        (0, 0, 0, 0, 3, 0.0, 0.0, 0.0, 3600.0, FIRST),
        (0, 0, 0, 1, 3, 3600.0, 3600.0, 3600.0, 7200.0, LAST),
        (1, 0, 0, 1, 2, 3600.0, 3600.0, 3600.0, 7300.0, FIRST | LAST),
    ]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    assert found["people active"] == {"team 0": 1.0, "team 1": 2.0, "all teams": 2.0}


def test_a_few_steps_without_start_do_not_hide_work_and_many_do(build, legend):
    def log(unknown):
        return [
            (n, 0, 0, 0, 0, n * HOUR, NAN, NAN if n < unknown else n * HOUR + 60, n * HOUR + 120, FIRST | LAST)
            for n in range(100)
        ]

    window = Window(begin=0, end=WEEK)
    few = measure([build.rows(log(4))], legend, window, parties_of(legend))
    many = measure([build.rows(log(40))], legend, window, parties_of(legend))
    assert few["work done"]["team 0"] == pytest.approx(96 * 60 / HOUR)
    assert few["working for him"]["client 0"] == pytest.approx(0.96 / 60)
    assert math.isnan(many["work done"]["team 0"])
    assert math.isnan(many["working for him"]["client 0"])


def test_parties_of_nobody_are_told_apart_from_zero(build, legend):
    found = measure(
        [build.rows(by_hand(ready=True))], legend, Window(begin=0, end=WEEK), Parties(clients={"c": (2,)}, teams={})
    )
    assert found["arrivals"]["c"] == 0.0
    assert math.isnan(found["cycle time"]["c"])


def visit(case, team, *stretches, person=0, flags=0):
    """Steps of one case at one team, each (enabled, ready, start, end) in hours."""
    return [
        (case, 0, place, team, person, *(hour * HOUR for hour in one), flags) for place, one in enumerate(stretches)
    ]


def wait_at(build, legend, steps, **more):
    return measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend), **more)[
        "wait at the team"
    ]


def test_a_check_by_the_same_team_right_after_a_step_adds_to_the_wait_of_the_visit(build, legend):
    """Waits of 4 h for the step and 1 h for the check: the visit waits longer, though the mean step waits less."""
    alone = visit(0, 0, (0, 0, 4, 5))
    checked = visit(0, 0, (0, 0, 4, 5), (5, 5, 6, 7))
    assert wait_at(build, legend, alone)["team 0"] == 4.0
    assert wait_at(build, legend, checked)["team 0"] == 5.0


def test_coming_back_from_another_team_is_another_visit(build, legend):
    steps = visit(0, 0, (0, 0, 4, 5)) + visit(0, 1, (5, 5, 7, 8)) + visit(0, 0, (8, 8, 10, 11), (11, 11, 11, 12))
    found = wait_at(build, legend, steps)
    assert found == {"team 0": (4 + 2) / 2, "team 1": 2.0, "all teams": (4 + 2 + 2) / 3}


def test_short_visits_in_addition_lower_the_wait_per_visit_but_not_the_number_of_cases_waiting(build, legend):
    week, parties = Window(begin=0, end=WEEK), parties_of(legend)
    before = visit(0, 0, (0, 0, 8, 9))
    after = before + visit(1, 1, (0, 0, 0, 1)) + visit(1, 0, (1, 1, 2, 3))
    one, other = (measure([build.rows(steps)], legend, week, parties) for steps in (before, after))
    assert (one["wait at the team"]["team 0"], other["wait at the team"]["team 0"]) == (8.0, 4.5)
    queue = "cases waiting at the team"
    assert (one[queue]["team 0"] * 168, other[queue]["team 0"] * 168) == pytest.approx((8.0, 9.0))


def test_what_the_client_does_in_between_does_not_end_a_visit(build, legend):
    answers = [(0, 0, 3, -1, -1, 5 * HOUR, 7 * HOUR, 7 * HOUR, 7 * HOUR, CLIENT_ACT)]
    steps = visit(0, 0, (0, 0, 4, 5)) + answers + visit(0, 0, (7, 7, 9, 10))
    assert wait_at(build, legend, steps)["team 0"] == 6.0


def test_a_visit_counts_whole_where_its_first_step_is_done(build, legend):
    late = visit(0, 0, (160, 160, 164, 165), (165, 165, 169, 170))
    before = visit(1, 0, (-10, -10, -2, -1), (-1, -1, 5, 6))
    assert wait_at(build, legend, late + before)["team 0"] == 8.0


def test_over_night_a_case_waits_and_nobody_works(build, legend):
    """Asked Monday 8:00, taken 16:00, done Tuesday 10:00 by somebody who works 9 to 17: 2 h of work, 24 h of wait."""
    duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE)}
    steps = [(0, 0, 0, 0, 0, 8 * HOUR, 8 * HOUR, 16 * HOUR, 34 * HOUR, FIRST | LAST)]
    week, parties = Window(begin=0, end=WEEK), parties_of(legend)
    known = measure([build.rows(steps)], legend, week, parties, on_duty=duties)
    of_team = measure([build.rows(steps)], legend, week, parties, team_hours={"team 0": Clock(OFFICE)})
    unknown = measure([build.rows(steps)], legend, week, parties)
    for found in (known, of_team):
        assert found["working for him"]["client 0"] == found["work done"]["team 0"] == 2.0
        assert found["waiting for us"]["client 0"] == found["wait at the team"]["team 0"] == 24.0
    assert unknown["working for him"]["client 0"] == unknown["work done"]["team 0"] == 18.0
    assert unknown["waiting for us"]["client 0"] == unknown["wait at the team"]["team 0"] == 8.0


def test_work_outside_office_hours_is_a_share_of_the_time_worked(build, legend):
    """Hours of work Monday to Friday 12 to 20, worked on from Monday 15:00 to Tuesday 13:00: 6 h, 3 of them late."""
    late = tuple((day * 1440 + 720, day * 1440 + 1200) for day in range(5))
    duties = {"person 0": Duty(teams=("team 0",), hours=late)}
    steps = [(0, 0, 0, 0, 0, 0.0, 0.0, 15 * HOUR, 37 * HOUR, FIRST | LAST)]
    parties = parties_of(legend)
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties, on_duty=duties)
    assert found["work outside office hours"]["team 0"] == pytest.approx(3 / 6)
    of_team = measure(
        [build.rows(steps)], legend, Window(begin=0, end=WEEK), parties, team_hours={"team 0": Clock(late)}
    )
    assert of_team["work outside office hours"]["team 0"] == 0.0


def test_what_nobody_works_on_is_no_work(build, legend):
    steps = [
        (0, 0, 0, 0, 0, 0.0, 0.0, 0.0, HOUR, FIRST),
        (0, 0, 1, -1, -1, HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, BY_ITSELF),
        (0, 0, 1, 0, 0, 6 * HOUR, 8 * HOUR, 8 * HOUR, 8 * HOUR, LAST | BY_ITSELF),
    ]
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend))
    assert found["working for him"]["client 0"] == 1.0
    assert found["unexplained delay"]["client 0"] == 7.0
    assert found["waiting for us"]["client 0"] == 0.0


@quick
@given(seed=st.integers(0, 100_000), hours=st.lists(st.sampled_from([OFFICE, LATE, NIGHT]), min_size=4, max_size=4))
def test_work_and_waits_of_cases_are_those_of_teams(build, seed, hours):
    """All cases come and go within the window, and come into queues at once: what clients are worked for and wait,
    teams work and let wait."""
    legend = build.legend()
    steps = [(*step[:6], step[5], *step[7:]) for step in build.log(seed, legend=legend)]
    ours = [(*step[:9], step[9] & ~CLIENT_ACT if step[3] >= 0 else step[9] & ~BY_ITSELF | CLIENT_ACT) for step in steps]
    duties = {f"person {n}": Duty(teams=(), hours=one) for n, one in enumerate(hours)}
    ledgers = Ledgers(legend, Window(begin=0, end=30 * WEEK), duties)
    ledgers.add(build.rows(ours))
    found = ledgers.result(parties_of(legend))
    cases = len({step[0] for step in steps})
    if any(step[3] >= 0 for step in steps):
        worked = sum(
            found["working for him"][client] * found["arrivals"][client] * 30
            for client in legend.clients
            if found["arrivals"][client] and not math.isnan(found["working for him"][client])
        )
        assert worked == pytest.approx(found["work done"]["all teams"] * 30)
        columns = ledgers.team_weeks.weeks.sum(axis=(0, 1))
        of_clients_acts = sum(max(s[7] - s[6], 0.0) for s in ours if s[9] & CLIENT_ACT)
        waited = found["waiting for us"]["all clients"] * cases * HOUR - of_clients_acts
        assert waited == pytest.approx(columns[WAIT], abs=1e-3)


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=60))
def test_what_nine_in_ten_do_not_exceed_is_the_quantile_to_the_bit(values):
    assert nine_in_ten(np.array(values)) == np.quantile(np.array(values), 0.9)
