"""Results as the other packages make them, in the size of a real log."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import polars as pl
import pytest

from irrupt import i18n
from irrupt.chronicle.model import Chronicle, Problem, conform
from irrupt.experiment.model import EFFECT_COLUMNS, Comparison, Found, Tried
from irrupt.organisation.learned import Distance, Learned
from irrupt.organisation.model import Client, Organisation, Route, Step, Team
from irrupt.organisation.rules import Claim, Edit, RuleChange
from irrupt.organisation.staff import ALWAYS, Person
from irrupt.sight.model import ClientAct, Entry, Finding, Sight

MONDAY = datetime(2016, 2, 29, tzinfo=UTC)
CLIENT = "Caller 1904"
PARTIES = (CLIENT, "Caller 290", "4–20 cases", "1–3 cases")
TEAMS = ("Group 70", "Group 24", "Group 25", "Group 39", "Group 23", "Group 33", "Group 20", "Group 31", "Group 57")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use(None)


def entry(ledger: str, measure: str, party: str, unit: str, value: float, bounds: bool = False) -> Entry:
    return Entry(
        ledger=ledger,
        of="team" if ledger == "work" else "client",
        measure=measure,
        party=party,
        unit=unit,
        value=value,
        low=value * 0.93,
        high=value * 1.08,
        shortest=value * 0.4 if bounds else math.nan,
        longest=value * 1.9 if bounds else math.nan,
    )


def ledger() -> tuple[Entry, ...]:
    entries = []
    for index, party in enumerate(PARTIES):
        size = 1 + index / 3
        entries += [
            entry("market", "arrivals", party, "cases a week", 12.4 * 6**index),
            entry("market", "dispersion of arrivals", party, "", 1.31 * size),
            entry("market", "cycle time", party, "h", 188.0 * size),
            entry("organisation", "waiting for the client", party, "h", 26.7 * size),
            entry("organisation", "steps per case", party, "steps", 3.6 * size),
            entry("organisation", "rework", party, "share", 0.12 * size),
        ]
        work, wait = 4.1 * size, 152.0 * size
        entries.append(
            Entry(
                **{"ledger": "organisation", "measure": "working for him", "party": party, "unit": "h", "value": work},
                **{"low": work * 0.9, "high": work * 1.1, "shortest": 1.2, "longest": 19.0},
            )
        )
        entries.append(
            Entry(
                **{"ledger": "market", "measure": "waiting for us", "party": party, "unit": "h", "value": wait},
                **{"low": wait * 0.9, "high": wait * 1.1, "shortest": wait + work - 1.2, "longest": wait + work - 19},
            )
        )
    for index, team in enumerate(TEAMS):
        entries += [
            entry("work", "steps done", team, "steps a week", 930 / (index + 1)),
            entry("work", "work done", team, "h a week", 230 / (index + 1), bounds=True),
            entry("work", "work outside office hours", team, "share", 0.21 / (index + 1)),
            entry("work", "people active", team, "people", 21 - index),
        ]
    return tuple(entries)


def week_map(peak: float) -> list[list[float]]:
    return [
        [
            peak * max(0.0, math.sin((hour - 6) / 14 * math.pi)) ** 2 * (0.08 if day > 4 else 1 - day / 10)
            for hour in range(24)
        ]
        for day in range(7)
    ]


@pytest.fixture
def chronicle() -> Chronicle:
    events = conform(
        pl.DataFrame(
            {
                "case": ["INC0000045", "INC0000045", "INC0000047"],
                "activity": ["New", "Active", "New"],
                "end": [MONDAY + timedelta(hours=hour) for hour in (1, 9, 2)],
                "client": [CLIENT, CLIENT, "Caller 290"],
            }
        )
    )
    return Chronicle(
        events=events,
        source="incidents.csv.gz",
        timezone="Europe/Lisbon",
        starts="assumed",
        mapping={"case": "number", "activity": "incident_state", "end": "sys_updated_at", "client": "caller_id"},
        waits_for_client=frozenset({"Awaiting User Info"}),
        client_acts=frozenset({"Reopened by the caller"}),
        notes=(
            "Days are read before months: 29/2/2016 is 29 February 2016.",
            "Nine cases in ten begin before June: 13 weeks are used.",
        ),
        problems=(
            Problem(
                code="unknown state",
                count=5,
                found='5 events in state "-100"',
                done="left as it is",
                places=("line 1022", "line 40231", "line 90001", "line 120017", "line 120018"),
            ),
            Problem(
                code="repeated state",
                count=52761,
                found="52,761 repeated state rows",
                done="merged with the row before",
                places=("line 3",),
            ),
        ),
    )


@pytest.fixture
def sight(chronicle: Chronicle) -> Sight:
    weeks = [MONDAY + timedelta(weeks=index) for index in range(13)]
    wave = [1 + 0.4 * math.sin(index) + (0.5 if index == 4 else 0) for index in range(13)]
    return Sight(
        chronicle=chronicle,
        cases=24918,
        events=141712,
        clients=5244,
        begin=datetime(2016, 2, 29, 1, tzinfo=UTC),
        end=datetime(2017, 2, 18, 14, tzinfo=UTC),
        used_begin=MONDAY,
        used_end=datetime(2016, 5, 30, tzinfo=UTC),
        used_cases=24437,
        used_events=86400,
        parties={name: 160 * 6**index for index, name in enumerate(PARTIES)},
        teams={name: 40000 // (index + 1) for index, name in enumerate(TEAMS)},
        ledger=ledger(),
        arrivals={name: [round(12 * 6**i * share) for share in wave] for i, name in enumerate(PARTIES)},
        weeks=weeks,
        activity_by_hour=week_map(210.0),
        arrivals_by_hour=week_map(44.0),
        team_load={name: [930 / (i + 1) * share for share in wave] for i, name in enumerate(TEAMS)},
        variants=[
            ("New → Active → Resolved → Closed", 9012),
            ("New → Resolved → Closed", 5120),
            ("New → Active → Awaiting User Info → Active → Resolved → Closed", 2803),
            (" → ".join(["New", *["Active", "Awaiting User Info"] * 9, "Resolved", "Closed"]), 12),
        ],
        variant_count=1534,
        co_production=(
            ClientAct(
                activity="Awaiting User Info",
                role="waiting for the client",
                share_of_cases=dict(zip(PARTIES, (0.31, 0.22, 0.27, 0.26), strict=True)),
            ),
            ClientAct(activity="Reopened by the caller", role="client act", share_of_cases={CLIENT: 0.012}),
        ),
        organising=("Since 4 April, tickets of Caller 1904 skip triage (71 % of his, 0 % of the others').",),
        findings=(
            Finding(text="Cases wait for us 152 h on average, six times as long as for their callers.", kind="waits"),
            Finding(text="Caller 1904's tickets pass others in 31 % of cases at Group 70.", kind="priority"),
            Finding(text="One team, Group 70, does 44 % of all steps.", kind="concentration"),
        ),
    )


@pytest.fixture
def organisation() -> Organisation:
    return Organisation(
        name="incidents",
        timezone="Europe/Lisbon",
        origin=MONDAY,
        clients={name: Client(cases_per_week=12.0 * 6**index) for index, name in enumerate(PARTIES)},
        steps={"triage": Step(activity="Triage", team="Group 70"), "fix": Step(activity="Fix", team="Group 24")},
        routes={
            "start": (Route(to="triage", share=1.0),),
            "triage": (Route(to="fix", share=1.0),),
            "fix": (Route(to="end", share=1.0),),
        },
        teams={name: Team() for name in TEAMS},
        people={f"person {index}": Person(teams=(TEAMS[index % 9],), calendar="always") for index in range(31)},
        calendars={"always": ALWAYS},
        learned=Learned(
            source="incidents.csv.gz",
            cases=24437,
            events=86400,
            begin=MONDAY,
            end=datetime(2016, 5, 30, tzinfo=UTC),
            starts="assumed",
            work="typical",
            notes=("Start times are not in the records: work is taken to last as long as is plausible.",),
            fidelity=(
                Distance(name="length of cases (CTD)", unit="h", model=31.0, spread=4.0, replay=28.4, floor=6.1),
                Distance(
                    name="order of the steps (NGD)", unit="share", model=0.11, spread=0.01, replay=0.19, floor=0.04
                ),
                Distance(name="when cases arrive (CAR)", unit="h", model=41.0, spread=3.0, replay=33.0, floor=20.0),
                Distance(
                    name="time since the case began (RED)", unit="h", model=120.0, spread=9.0, replay=24.0, floor=4.0
                ),
                Distance(
                    name="hour of the day of the steps (CED)", unit="h", model=0.21, spread=0.02, replay=0.3, floor=0.2
                ),
                Distance(
                    name="when steps happen (AED)", unit="h", model=math.nan, spread=math.nan, replay=8.0, floor=3.0
                ),
            ),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """An act that only has to be shown."""

    name: ClassVar[str] = "priority"
    client: str
    team: str
    claim: Claim

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        return ()


def rows(scenario: str, parties: tuple[str, ...] = (CLIENT, "other clients", "all clients")) -> list[dict[str, object]]:
    """Effects of every verdict and kind."""
    made = []

    def add(ledger: str, measure: str, party: str, unit: str, without: float, difference: float, half: float) -> None:
        matters = 0.05 * without
        low, high = difference - half, difference + half
        if low <= 0 <= high:
            verdict = "no measurable effect" if half < matters else "undecided"
        else:
            verdict = (
                ("rises" if low > 0 else "falls") if max(abs(low), abs(high)) > matters else "smaller than matters"
            )
        made.append(
            {
                **{"scenario": scenario, "ledger": ledger, "measure": measure, "party": party, "unit": unit},
                **{"of": "team" if ledger == "work" else "client", "without": without, "with": without + difference},
                **{"difference": difference, "low": low, "high": high, "matters": matters, "verdict": verdict},
                "kind": "by construction" if measure == "steps per case" else "emergent",
                **{"shortest": difference * 0.8, "longest": difference * 1.3},
            }
        )

    for index, party in enumerate(parties):
        pull = (-1.0, 0.15, 0.05, -0.3, 0.01, -0.02)[index % 6]
        add("market", "waiting for us", party, "h", 152.0, 38.2 * pull, 3.1)
        add("market", "cycle time", party, "h", 188.0, 40.1 * pull, 9.9)
        add("organisation", "steps per case", party, "steps", 3.6, 0.9 * pull, 0.02)
        add("organisation", "rework", party, "share", 0.12, 0.031 * pull, 0.004)
    for index, team in enumerate((*TEAMS, "all teams")):
        add("work", "wait at the team", team, "h", 20.0 + index, 1.9 * (-1) ** index / (index + 1), 0.4)
        add("work", "share of time at work", team, "share", 0.71, 0.11 / (index + 1), 0.01)
    return made


def tried(name: str, says: str, difference: float, half: float) -> Tried:
    claim = Claim(
        author=CLIENT,
        aim="rigidity",
        measure="waiting for us",
        party=CLIENT,
        expects="fall",
        text="Group 70 is slow to react.",
    )
    change = RuleChange(
        time=MONDAY + timedelta(weeks=4),
        author=CLIENT,
        rule=f"Cases of {CLIENT} are taken before others at Group 70 (rank 1)",
        edits=(Edit(part="teams", key="Group 70", before=Team(), after=Team(priority={CLIENT: 1})),),
        claim=claim,
        reason="the contract says so",
    )
    verdict = {"as claimed": "falls", "the opposite": "rises"}.get(says, says)
    answer = Found(
        **{"claim": claim, "difference": difference, "low": difference - half, "high": difference + half},
        **{"without": 152.0, "matters": 7.6, "unit": "h", "verdict": verdict, "says": says},
    )
    act = Priority(client=CLIENT, team="Group 70", claim=claim)
    return Tried(name=name, acts=(act,), changes=(change,), found=(answer,), teams=frozenset({"Group 70"}))


@pytest.fixture
def comparison(organisation: Organisation) -> Comparison:
    trials = (
        tried(f"{CLIENT}: priority at Group 70", "as claimed", -38.2, 3.1),
        tried(f"{CLIENT}: imposed check", "the opposite", 12.2, 3.1),
        tried(f"{CLIENT}: bypass", "undecided", -2.0, 9.0),
    )
    return Comparison(
        organisation=organisation,
        effects=pl.DataFrame([row for one in trials for row in rows(one.name)], schema=EFFECT_COLUMNS),
        tried=trials,
        replications=100,
        seed=1,
        weeks=13.0,
        warm_up_weeks=4.0,
        run_out_weeks=4.0,
        seconds=17.23,
        notes=("3 % of the cases did not finish before the runs ended: their cycle times are left out.",),
        provenance={
            "versions": {"irrupt": "0.1.0", "numpy": "2.4.0", "numba": "0.64.0", "polars": "2.1.0"},
            "python": "3.11.7",
            "platform": "Linux-6.1-x86_64",
            "scenarios": {trials[0].name: [{"act": "priority", "client": CLIENT, "team": "Group 70"}]},
        },
    )
