"""What keeps an organisation from running: each fault is found, alone, where it is, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine.examples import counter
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Learned,
    Older,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
    faults,
    validate,
)
from irrupt.organisation.dated import spans_in
from irrupt.organisation.guards import guard_in

Change = Callable[[Organisation], Organisation]


def entry(part: str, name: str, **fields: Any) -> Change:
    """Change some *fields* of one entry."""

    def change(rules: Organisation) -> Organisation:
        entries = getattr(rules, part)
        return replace(rules, **{part: {**entries, name: replace(entries[name], **fields)}})

    return change


def put(part: str, name: str, value: Any) -> Change:
    """Set one entry."""
    return lambda rules: replace(rules, **{part: {**getattr(rules, part), name: value}})


def drop(part: str, name: str) -> Change:
    """Take one entry out."""
    return lambda rules: replace(rules, **{part: {k: v for k, v in getattr(rules, part).items() if k != name}})


def to(*targets: Any) -> tuple[Route, ...]:
    """Routes: names, with equal shares, or whole routes."""
    return tuple(t if isinstance(t, Route) else Route(to=t, share=1 / len(targets)) for t in targets)


def learned(begin: datetime) -> Learned:
    """Learned from records that began at *begin*."""
    return Learned(source="", cases=0, events=0, begin=begin, end=datetime(2024, 1, 1, tzinfo=UTC), starts="missing")


BROKEN: dict[str, tuple[Change, str]] = {
    "no clients": (lambda r: replace(r, clients={}), "clients  there are none; expected at least one client"),
    "a client and a team of one name": (
        lambda r: replace(r, clients={**r.clients, "Network": r.clients["Hospital A"]}),
        "clients > Network  a team is called so, too; call one of them otherwise",
    ),
    "a client who is everybody": (
        lambda r: replace(r, clients={**r.clients, "all clients": r.clients["Hospital A"]}),
        "clients > all clients  all of them together are called so; call it otherwise",
    ),
    "a client who is all teams": (
        lambda r: replace(r, clients={**r.clients, "all teams": r.clients["Hospital A"]}),
        "clients > all teams  several parties together are called so; call it otherwise",
    ),
    "a team that is all clients": (
        lambda r: replace(
            r,
            teams={**r.teams, "all clients": r.teams["Network"]},
            people={**r.people, "Zoe": replace(next(iter(r.people.values())), teams=("all clients",))},
        ),
        "teams > all clients  several parties together are called so; call it otherwise",
    ),
    "negative rate": (
        entry("clients", "Hospital A", cases_per_week=-1.0),
        "clients > Hospital A > cases per week  -1; expected a number, 0 or more",
    ),
    "a rate that no loop can run": (
        entry("clients", "Hospital A", cases_per_week=1e12),
        "clients > Hospital A > cases per week  1e+12; expected 100,000,000 at most",
    ),
    "no rate": (
        entry("clients", "Hospital A", cases_per_week=float("nan")),
        "clients > Hospital A > cases per week  nan; expected a number, 0 or more",
    ),
    "more than even": (
        entry("clients", "Hospital A", evenness=1.5),
        "clients > Hospital A > evenness  1.5; expected a number from 0 to 1",
    ),
    "no growth": (
        entry("clients", "Hospital A", growth=float("inf")),
        "clients > Hospital A > growth  inf; expected a number",
    ),
    "figure": (
        entry("clients", "Hospital A", figure="pacient"),
        'clients > Hospital A > figure  no figure "pacient"; did you mean "patient"?',
    ),
    "short profile": (
        entry("clients", "Hospital A", profile=(1.0,) * 24),
        "clients > Hospital A > profile  24 numbers; expected 168, one for each hour of the week",
    ),
    "profile of nothing": (
        entry("clients", "Hospital A", profile=(0.0,) * 168),
        "clients > Hospital A > profile  all zero; expected a number above 0 for at least one hour",
    ),
    "negative profile": (
        entry("clients", "Hospital A", profile=(1.0,) * 167 + (-1.0,)),
        "clients > Hospital A > profile  a number that is negative or not finite; expected 168 numbers, 0 or more",
    ),
    "nan in profile": (
        entry("clients", "Hospital A", profile=(1.0,) * 167 + (float("nan"),)),
        "clients > Hospital A > profile  a number that is negative or not finite; expected 168 numbers, 0 or more",
    ),
    "team of step": (
        entry("steps", "Triage", team="Frist line"),
        'steps > Triage > team  no team "Frist line"; did you mean "First line"?',
    ),
    "duration of step": (
        entry("steps", "Resolve", duration="resolvng"),
        'steps > Resolve > duration  no distribution "resolvng"; did you mean "resolving"?',
    ),
    "routes of a stranger": (
        put("routes", "Triag", to("end")),
        'routes > Triag  no step "Triag"; did you mean "Triage"',
    ),
    "route to a stranger": (
        put("routes", "Answer", to("Triag")),
        'routes > Answer > 1 > to  no step "Triag"; did you mean "Triage"?',
    ),
    "route to start": (put("routes", "Answer", to("start")), 'routes > Answer > 1 > to  no step "start"'),
    "no routes": (drop("routes", "Answer"), "routes > Answer  there are no routes; expected where cases go"),
    "no begin": (drop("routes", "start"), "routes > start  there are no routes; expected where cases begin"),
    "empty routes": (put("routes", "Answer", ()), "routes > Answer  there are no routes; expected at least one"),
    "shares": (
        put("routes", "Answer", to(Route(to="end", share=0.5), Route(to="Triage", share=0.4))),
        "routes > Answer  the shares sum to 0.9; expected 1",
    ),
    "negative share": (
        put("routes", "Answer", to(Route(to="end", share=1.5), Route(to="Triage", share=-0.5))),
        "routes > Answer > 2 > share  -0.5; expected a share from 0 to 1",
    ),
    "delay": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, delay="d"))),
        'routes > Answer > 1 > delay  "d" is neither a duration nor the name of a distribution; expected a duration'
        " such as 12 min, {exponential: 12 min}, {lognormal: {mean: 12 min, cv: 1}}; known: resolving",
    ),
    "waits for": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, waits_for="clint"))),  # type: ignore[arg-type]
        'routes > Answer > 1 > waits for  cannot wait for "clint"; did you mean "client"?',
    ),
    "since": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, since="clok"))),  # type: ignore[arg-type]
        'routes > Answer > 1 > since  nothing is counted since "clok"; did you mean "clock"?',
    ),
    "since in hours": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, since="clock", hours="office"))),
        "routes > Answer > 1 > since  the clock of a case goes on all the time; expected no hours",
    ),
    "older on the clock": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, since="clock", older=(Older(than=60.0),)))),
        "routes > Answer > 1 > older  the delay counts on the clock of the case already; expected no older",
    ),
    "ages that fall": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, older=(Older(than=60.0), Older(than=60.0))))),
        "routes > Answer > 1 > older > 2 > than  60 s; expected ages that rise, above 0",
    ),
    "delay of older cases": (
        put("routes", "Answer", to(Route(to="Triage", share=1.0, older=(Older(than=60.0, delay="resolvin"),)))),
        'routes > Answer > 1 > older > 1 > delay  no distribution "resolvin"; did you mean "resolving"?',
    ),
    "trap": (put("routes", "Answer", to("Answer")), "routes > Answer  from here no case ever ends"),
    "trap of one": (
        put("client_routes", "Hospital A", {"Answer": to("Answer")}),
        'client routes > Hospital A > Answer  from here no case of Hospital A ever ends; expected a way to "end"',
    ),
    "routes of no client": (
        put("client_routes", "Hospital C", {"Answer": to("end")}),
        'client routes > Hospital C  no client "Hospital C"; did you mean "Hospital B"?',
    ),
    "client routes of a stranger": (
        put("client_routes", "Hospital A", {"Anser": to("end")}),
        'client routes > Hospital A > Anser  no step "Anser"; did you mean "Answer"?',
    ),
    "client routes to a stranger": (
        put("client_routes", "Hospital A", {"Answer": to("ende")}),
        'client routes > Hospital A > Answer > 1 > to  no step "ende"; did you mean "end"?',
    ),
    "skips of no client": (
        put("skips", "Hospital Aa", frozenset({"Triage"})),
        'skips > Hospital Aa  no client "Hospital Aa"; did you mean "Hospital A"?',
    ),
    "skips of no step": (
        put("skips", "Hospital A", frozenset({"Traige"})),
        'skips > Hospital A > Traige  no step "Traige"; did you mean "Triage"?',
    ),
    "split by no word": (
        entry("steps", "Triage", split="every"),
        'steps > Triage > split  cannot go by "every"',
    ),
    "a check that joins": (
        put("checks", "Audit", Check(after="Resolve", step=Step(activity="Audit", team="Network", join=True))),
        "checks > Audit  a check does not split, join or end a case; make it a step",
    ),
    "a check that begins a clock": (
        put("checks", "Audit", Check(after="Resolve", step=Step(activity="Audit", team="Network", clock=True))),
        "checks > Audit  the clock of a case does not begin anew with a check; make it a step",
    ),
    "a batch without an end": (
        entry("steps", "Triage", batch=Batch(done="one by one")),
        "steps > Triage > batch  cases would gather for ever; expected size, longest wait or at, or several of them",
    ),
    "a batch of none": (
        entry("steps", "Triage", batch=Batch(size=0)),
        "steps > Triage > batch > size  0; expected 1 or more",
    ),
    "a batch that waits less than nothing": (
        entry("steps", "Triage", batch=Batch(longest_wait=-1.0)),
        "steps > Triage > batch > longest wait  -1; expected a number, 0 or more",
    ),
    "a batch at no time of the week": (
        entry("steps", "Triage", batch=Batch(at=(10080,))),
        "steps > Triage > batch > at  moments out of order, twice, or not in the week",
    ),
    "a batch in no hours": (
        entry("steps", "Triage", batch=Batch(at="offices")),
        'steps > Triage > batch > at  no calendar "offices"; did you mean "office"?',
    ),
    "a batch at hours that never begin": (
        lambda rules: put("calendars", "round", Calendar(hours=((0, 10080),)))(
            entry("steps", "Triage", batch=Batch(at="round"))(rules)
        ),
        "steps > Triage > batch > at  these hours never begin; expected hours that end as well",
    ),
    "a batch at hours that go on from day to day": (
        lambda rules: put("calendars", "round", Calendar(hours=((0, 1440), (1440, 10080))))(
            entry("steps", "Triage", batch=Batch(at="round"))(rules)
        ),
        "steps > Triage > batch > at  these hours never begin; expected hours that end as well",
    ),
    "a batch done in no way": (
        entry("steps", "Triage", batch=Batch(size=2, done="at one")),
        'steps > Triage > batch > done  cannot be done "at one"; did you mean "at once"?',
    ),
    "a batch set up for no time": (
        entry("steps", "Triage", batch=Batch(size=2, set_up="settling")),
        'steps > Triage > batch > set up  "settling" is neither a duration nor the name of a distribution',
    ),
    "a batch of checks": (
        put(
            "checks", "Audit", Check(after="Resolve", step=Step(activity="Audit", team="Network", batch=Batch(size=2)))
        ),
        "checks > Audit  a check is done case by case; make it a step",
    ),
    "all of some": (
        entry("steps", "Resolve", split="all"),
        "routes > Resolve  all are taken, and a share is not 1; expected the share 1 for each",
    ),
    "more than certain": (
        lambda r: put("routes", "Resolve", (Route(to="end", share=1.5),))(entry("steps", "Resolve", split="some")(r)),
        "routes > Resolve  a probability above 1; expected shares from 0 to 1",
    ),
    "nowhere at all": (
        lambda r: put("routes", "Resolve", (Route(to="end", share=0.0),))(entry("steps", "Resolve", split="some")(r)),
        "routes > Resolve  no route can be taken; expected a share above 0",
    ),
    "twice at once": (
        lambda r: put("routes", "Resolve", (Route(to="end", share=1.0),) * 2)(
            entry("steps", "Resolve", split="all")(r)
        ),
        "routes > Resolve  several ways to one step at once; expected each step once",
    ),
    "choice": (
        lambda r: put("teams", "Network", replace(r.teams["Network"], choice="fast"))(r),
        'teams > Network > choice  no choice "fast"',
    ),
    "check after": (
        put("checks", "Audit", Check(after="Resolved", step=Step(activity="Audit", team="Network"))),
        'checks > Audit > after  no activity "Resolved"; did you mean "Resolve"?',
    ),
    "check after a check": (
        put("checks", "Audit", Check(after="Audit", step=Step(activity="Audit", team="Network"))),
        'checks > Audit > after  no activity "Audit"; known: Answer, Resolve, Triage',
    ),
    "check of no client": (
        put("checks", "Audit", Check(after="Resolve", client="Hospital Aa", step=Step(activity="Audit"))),
        'checks > Audit > client  no client "Hospital Aa"; did you mean "Hospital A"?',
    ),
    "check of no team": (
        put("checks", "Audit", Check(after="Resolve", step=Step(activity="Audit", team="Networks"))),
        'checks > Audit > team  no team "Networks"; did you mean "Network"?',
    ),
    "no such place": (
        entry("steps", "Answer", place="Networks"),
        'steps > Answer > place  no team "Networks"; did you mean "Network"?',
    ),
    "a place beside a team": (
        entry("steps", "Triage", place="Network"),
        "steps > Triage > place  both a team that works on it and a place; leave out one",
    ),
    "empty team": (put("teams", "Night", Team()), "teams > Night  nobody works in this team"),
    "priority of nobody": (
        entry("teams", "Network", priority={"Hospitol A": 1}),
        'teams > Network > priority > Hospitol A  no client "Hospitol A"; did you mean "Hospital A"?',
    ),
    "rank": (
        entry("teams", "Network", priority={"Hospital A": 1.5}),
        "teams > Network > priority > Hospital A  a value of type float; expected int",
    ),
    "a rank beyond all others": (
        entry("teams", "Network", priority={"Hospital A": 10**7}),
        "teams > Network > priority > Hospital A  rank 10000000; expected a whole number from -1000000 to 1000000",
    ),
    "person in no team": (
        put("people", "Cid", Person(teams=("Netwrk",), calendar="office")),
        'people > Cid > teams > 1  no team "Netwrk"; did you mean "Network"?',
    ),
    "person twice in a team": (
        put("people", "Cid", Person(teams=("Network", "Network"), calendar="office")),
        'people > Cid > teams > 2  team "Network" twice; expected each team once',
    ),
    "calendar": (
        entry("people", "Ann", calendar="ofice"),
        'people > Ann > calendar  no calendar "ofice"; did you mean "office"?',
    ),
    "calendar of a delay": (
        put("routes", "Answer", (Route(to="Triage", share=1.0, hours="ofice"),)),
        'routes > Answer > 1 > hours  no calendar "ofice"; did you mean "office"?',
    ),
    "classes": (
        entry("clients", "Hospital A", classes={"large": 0.5, "small": 0.4}),
        "clients > Hospital A > classes  the shares sum to 0.9; expected 1",
    ),
    "due": (
        entry("clients", "Hospital A", due="5 dais"),
        'clients > Hospital A > due  "5 dais" is neither a duration nor the name of a distribution; expected a duration'
        " such as 45 s, 12 min, 1.5 h or 2 days",
    ),
    "by quantity": (
        entry("clients", "Hospital A", classes={"large": 0.5, "small": 0.5}, by_quantity=("small", "large")),
        "clients > Hospital A > by quantity  small, large; expected all classes, each once, and a quantity by which"
        " they differ",
    ),
    "quantity by class": (
        entry("clients", "Hospital A", classes={"large": 1.0}, quantity_by_class={"lage": Distribution.fixed(2.0)}),
        'clients > Hospital A > quantity by class > lage  no class "lage"; did you mean "large"?',
    ),
    "quantity told twice": (
        entry(
            "clients",
            "Hospital A",
            classes={"large": 1.0},
            quantity=Distribution.fixed(2.0),
            by_quantity=("large",),
            quantity_by_class={"large": Distribution.fixed(2.0)},
        ),
        "clients > Hospital A > quantity by class  large; expected one of both: by quantity, or quantity by class",
    ),
    "season": (
        entry("clients", "Hospital A", season=(1.0,) * 11),
        "clients > Hospital A > season  11 numbers; expected 12, one for each month",
    ),
    "month": (
        entry("clients", "Hospital A", season=(1.0, -1.0, *(1.0,) * 10)),
        "clients > Hospital A > season > Feb  -1; expected a number, 0 or more",
    ),
    "day of month": (
        entry("clients", "Hospital A", days_of_month={40: 1.0}),
        "clients > Hospital A > days of month > 40  no such day in any month; "
        "expected 1 to 31, or -1, the last one, to -31",
    ),
    "working day of month": (
        entry("clients", "Hospital A", working_days_of_month={-24: 1.0}),
        "clients > Hospital A > working days of month > -24  no such day in any month; "
        "expected 1 to 23, or -1, the last one, to -23",
    ),
    "factor of a day": (
        entry("clients", "Hospital A", days_of_month={-1: -2.0}),
        "clients > Hospital A > days of month > -1  -2; expected a number, 0 or more",
    ),
    "at a time": (
        entry("clients", "Hospital A", at_a_time={0: 1.0}),
        "clients > Hospital A > at a time  0; expected whole numbers, 1 or more",
    ),
    "shares at a time": (
        entry("clients", "Hospital A", at_a_time={1: 0.5, 2: 0.4}),
        "clients > Hospital A > at a time  the shares sum to 0.9; expected 1",
    ),
    "appointments": (
        entry("clients", "Hospital A", appointments=(600, 540)),
        "clients > Hospital A > appointments  moments out of order, twice, or not in the week",
    ),
    "routes of a class": (
        put("routes", "Answer", (Route(to="Triage", share=1.0), Route(to="end", share=1.0, only="large"))),
        'routes > Answer > 2 > only  no class "large"',
    ),
    "time of a class": (
        entry("steps", "Triage", by_class={"large": 2.0}),
        'steps > Triage > by class > large  no class "large"',
    ),
    "time of a client": (
        entry("steps", "Triage", by_client={"Clinic": 2.0}),
        'steps > Triage > by client > Clinic  no client "Clinic"; known: Hospital A, Hospital B',
    ),
    "activity priority": (
        put("teams", "Network", Team(activity_priority={"Triag": 1})),
        'teams > Network > activity priority > Triag  no activity "Triag"; did you mean "Triage"?',
    ),
    "class priority": (
        put("teams", "Network", Team(class_priority={"large": 1})),
        'teams > Network > class priority > large  no class "large"',
    ),
    "order": (
        put("teams", "Network", Team(order="first com")),
        'teams > Network > order  no order "first com"; did you mean "first come"?',
    ),
    "patience of nobody": (
        put("patience", "Gone", Patience(at="Triag", lasts=Distribution.fixed(1.0), activity="Gone")),
        'patience > Gone > at  no activity "Triag"; did you mean "Triage"?',
    ),
    "patience without a queue": (
        put("patience", "Gone", Patience(at="Answer", lasts=Distribution.fixed(1.0), activity="Gone")),
        "patience > Gone > at  nobody waits there, for no team does it; expected an activity of a team",
    ),
    "patience to nowhere": (
        put("patience", "Gone", Patience(at="Triage", lasts=Distribution.fixed(1.0), activity="Gone", to="Answr")),
        'patience > Gone > to  no step "Answr"; did you mean "Answer"?',
    ),
    "return to nowhere": (
        put("returns", "late", Return(during="Triage", back_to="Answr", share=0.5)),
        'returns > late > back to  no step "Answr"; did you mean "Answer"?',
    ),
    "return too often": (
        put("returns", "late", Return(during="Triage", back_to="Answer", share=1.5)),
        "returns > late > share  1.5; expected a share from 0 to 1",
    ),
    "return of nobody": (
        put("returns", "late", Return(during="Triage", back_to="Answer", share=0.5, client="Hospital")),
        'returns > late > client  no client "Hospital"; did you mean "Hospital B"?',
    ),
    "speed": (entry("people", "Ann", speed=0.0), "people > Ann > speed  0; expected a number above 0"),
    "at once": (entry("people", "Ann", at_once=0), "people > Ann > at once  0; expected 1 or more"),
    "closed": (put("calendars", "never", Calendar(hours=())), "calendars > never  it never opens"),
    "opens once": (
        put("calendars", "once", Calendar(hours=(), extra=spans_in("2024-01-06 09:00-11:00"))),
        "calendars > once  it never opens again after its extra hours",
    ),
    "closed for ten years": (
        put("calendars", "odd", Calendar(hours=((540, 1020),), closed=spans_in("2000-01-01 - 2039-12-31"))),
        "calendars > odd > closed  it is closed all through the first year: nobody would ever work",
    ),
    "away for ten years": (
        lambda r: replace(
            r,
            people={
                "Ann": replace(r.people["Ann"], absent=spans_in("2000-01-01 - 2039-12-31")),
                "Bob": replace(r.people["Bob"], teams=("Network",)),
            },
        ),
        "teams > First line  everybody in it is away all through the first year: nobody would ever work",
    ),
    "overlap": (
        put("calendars", "odd", Calendar(hours=((0, 100), (90, 200)))),
        "calendars > odd  intervals overlap or are not in order at Mon 01:30; expected intervals one after the other",
    ),
    "out of the week": (
        put("calendars", "odd", Calendar(hours=((10000, 10081),))),
        "calendars > odd  an interval from minute 10000 to minute 10081; expected a begin before the end",
    ),
    "backwards": (
        put("calendars", "odd", Calendar(hours=((100, 90),))),
        "calendars > odd  an interval from minute 100 to minute 90; expected a begin before the end, within the week",
    ),
    "zone": (
        lambda r: replace(r, timezone="Europe/Pari"),
        'timezone  no time zone "Europe/Pari"; expected a name such as Europe/Paris',
    ),
    "zone that climbs": (
        lambda r: replace(r, timezone="../etc"),
        'timezone  no time zone "../etc"; expected a name such as Europe/Paris',
    ),
    "origin": (
        lambda r: replace(r, timezone="UTC"),
        "origin  Sun 2023-12-31 23:00; expected a Monday, 00:00 local time",
    ),
    "naive origin": (
        lambda r: replace(r, origin=datetime(2024, 1, 1)),
        "origin  2024-01-01 00:00; expected a moment with its time zone",
    ),
    "naive records": (
        lambda r: replace(r, learned=learned(datetime(2024, 1, 1))),
        "learned > begin  2024-01-01 00:00; expected a moment with its time zone",
    ),
}


@pytest.mark.parametrize(("change", "says"), BROKEN.values(), ids=BROKEN)
def test_each_fault_is_found_alone_and_where_it_is(desk: Organisation, change: Change, says: str) -> None:
    found = [str(fault) for fault in faults(change(desk))]
    assert len(found) == 1, found
    assert found[0].startswith(says)


def test_a_step_must_not_be_called_as_the_ends_are(desk: Organisation) -> None:
    for name in ("start", "end"):
        rules = put("routes", name, to("end"))(put("steps", name, Step(activity="X"))(desk))
        assert any(f.where == f"steps > {name}" and "rename it" in f.remedy for f in faults(rules))


def test_all_faults_are_found_at_once(desk: Organisation) -> None:
    rules = entry("people", "Ann", speed=-1.0)(
        entry("steps", "Triage", team="X")(put("routes", "Answer", to("Y"))(desk))
    )
    assert [fault.where for fault in faults(rules)] == [
        "steps > Triage > team",
        "routes > Answer > 1 > to",
        "people > Ann > speed",
    ]


@settings(max_examples=settings().max_examples // 6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_organisation_that_can_run_has_no_faults_in_whatever_order(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    rules = data.draw(organisations)
    assert faults(rules) == []


@pytest.mark.parametrize(("change", "says"), BROKEN.values(), ids=BROKEN)
def test_faults_do_not_depend_on_the_order_of_declaration(desk: Organisation, change: Change, says: str) -> None:
    rules = change(desk)
    parts = ("clients", "steps", "routes", "client_routes", "skips", "checks", "teams", "people", "calendars")
    turned = replace(rules, **{part: dict(reversed(getattr(rules, part).items())) for part in parts})  # type: ignore[arg-type]
    assert set(faults(turned)) == set(faults(rules))


@pytest.mark.parametrize(
    "change",
    [
        put("steps", "Lost", Step(activity="Lost")),
        entry("clients", "Hospital A", cases_per_week=0.0),
        entry("clients", "Hospital A", growth=-0.5),
        put("client_routes", "Hospital A", {}),
        put("client_routes", "Hospital A", {"Triage": to("end")}),
        put("skips", "Hospital A", frozenset()),
        put("calendars", "touching", Calendar(hours=((0, 60), (60, 120)))),
        put("people", "Cid", Person(teams=(), calendar="office")),
        put("routes", "start", to(Route(to="end", share=1 - 9e-7))),
        put("checks", "Audit", Check(after="Resolve", step=Step(activity="Resolve", team="Network"))),
        entry("teams", "Network", priority={"Hospital A": -2, "Hospital B": 0}),
    ],
)
def test_what_is_unusual_but_can_run_is_no_fault(desk: Organisation, change: Change) -> None:
    rules = change(desk)
    if "Lost" in rules.steps:
        rules = put("routes", "Lost", to("Lost"))(rules)
    assert faults(rules) == []


def test_a_misspelt_target_is_one_fault_and_not_a_trap_too(desk: Organisation) -> None:
    rules = put("routes", "Resolve", to("Triag"))(put("routes", "Triage", to("Resolve"))(desk))
    assert [fault.where for fault in faults(rules)] == ["routes > Resolve > 1 > to"]


def test_a_trap_is_told_once_for_all_clients_who_share_it(desk: Organisation) -> None:
    rules = put("client_routes", "Hospital A", {"Resolve": to("end")})(put("routes", "Answer", to("Answer"))(desk))
    assert [fault.where for fault in faults(rules)] == ["routes > Answer"]
    both = {name: {"Resolve": to("end"), "Triage": to("Answer")} for name in ("Hospital A", "Hospital B")}
    everybody = replace(put("routes", "Answer", to("Answer"))(desk), client_routes=both)
    assert all("no case of Hospital" in fault.found for fault in faults(everybody))
    assert {fault.where for fault in faults(everybody)} >= {"routes > Answer", "client routes > Hospital A > Triage"}


def test_many_clients_are_checked_in_no_time() -> None:
    """A log of thousands of clients makes thousands of entries."""
    office = tuple(float(hour % 24 > 7) for hour in range(168))
    clients = {f"C{number}": Client(cases_per_week=1.0, profile=office) for number in range(5000)}
    rules = Organisation(
        name="", origin=datetime(2024, 1, 1, tzinfo=UTC), clients=clients, steps={}, routes={"start": to("end")}
    )
    assert faults(rules) == []


def test_a_class_without_a_way_is_named(desk: Organisation) -> None:
    """Only where it can come to; and a class that is caught is found as well."""
    classes = {"large": 0.5, "small": 0.5}
    clients = {name: replace(client, classes=classes) for name, client in desk.clients.items()}
    only = tuple(replace(route, only="large") for route in desk.routes["Answer"])
    lost = replace(desk, clients=clients, routes={**desk.routes, "Answer": only})
    assert [str(fault) for fault in faults(lost)] == [
        "routes > Answer  no route is for cases of the class small; expected "
        'routes for them, or for all, without "only"'
    ]
    loop = (*desk.routes["Answer"], Route(to="Answer", share=1.0, only="small"))
    caught = replace(desk, clients=clients, routes={**desk.routes, "Answer": loop})
    assert [str(fault) for fault in faults(caught)] == [
        'routes > Answer  from here no case ever ends; expected a way to "end"'
    ]


def test_two_rules_of_patience_for_the_same_cases_are_a_fault(desk: Organisation) -> None:
    """One for a client beside one for all is none."""
    gone = Patience(at="Triage", lasts=Distribution.fixed(1.0), activity="Gone")
    own = replace(gone, client="Hospital A")
    assert faults(replace(desk, patience={"one": gone, "own": own})) == []
    assert [str(fault) for fault in faults(replace(desk, patience={"one": gone, "two": gone, "own": own}))] == [
        "patience > two  for the same cases as one; expected one patience for each"
    ]


def test_a_way_that_is_only_taken_when_a_case_is_given_up_must_end_as_well(desk: Organisation) -> None:
    lost = replace(
        desk,
        steps={**desk.steps, "Trap": Step(activity="Trap")},
        routes={**desk.routes, "Trap": (Route(to="Trap", share=1.0),)},
    )
    assert faults(lost) == []
    gone = Patience(at="Triage", lasts=Distribution.fixed(1.0), activity="Gone", to="Trap")
    assert [str(fault) for fault in faults(replace(lost, patience={"Gone": gone}))] == [
        'routes > Trap  from here no case ever ends; expected a way to "end"'
    ]
    back = Return(during="Triage", back_to="Trap", share=0.1, client="Hospital A")
    assert len(faults(replace(lost, returns={"late": back}))) == 1
    assert faults(replace(lost, returns={"late": replace(back, share=0.0)})) == []


def test_too_many_returns_are_refused(desk: Organisation) -> None:
    many = {str(number): Return(during="Triage", back_to="Triage", share=0.0) for number in range(63)}
    assert [str(fault) for fault in faults(replace(desk, returns=many))] == ["returns  63; expected 62 at most"]


def test_a_patience_of_no_time_must_lead_on(desk: Organisation) -> None:
    """An overflow from team to team is well; round and round, at one moment, is not."""
    hasty = Patience(at="Triage", lasts=Distribution.fixed(0.0), activity="Gone", to="Resolve")
    back = replace(hasty, at="Resolve", to="Triage")
    assert faults(replace(desk, patience={"on": hasty})) == []
    assert faults(replace(desk, patience={"on": hasty, "back": replace(back, lasts=Distribution.fixed(1.0))})) == []
    assert [str(fault) for fault in faults(replace(desk, patience={"on": hasty, "back": back}))] == [
        f"patience > {name}  cases would be given up for ever, at one moment; expected some time, or another way"
        for name in ("on", "back")
    ]
    assert len(faults(replace(desk, patience={"self": replace(hasty, to="Triage")}))) == 1


def test_cases_do_not_go_round_and_round_by_a_step_that_is_skipped(desk: Organisation) -> None:
    """Turned away from Triage, they pass through Answer, which takes time, at once where it is skipped."""
    away = Patience(at="Triage", longest_queue=0, activity="Gone", to="Answer")
    slow = entry("steps", "Answer", duration=Distribution.fixed(60.0))(desk)
    rules = replace(slow, patience={"away": away}, routes={**desk.routes, "Answer": to("Triage")})
    assert faults(rules) == []
    one, other = sorted(rules.clients)[:2]
    found = faults(replace(rules, skips={one: frozenset(["Answer"])}))
    assert [fault.where for fault in found] == ["patience > away"]
    theirs = replace(away, client=other)
    assert faults(replace(rules, patience={"away": theirs}, skips={one: frozenset(["Answer"])})) == []


def test_where_the_first_delay_decides_one_that_is_never_first_leads_nowhere(desk: Organisation) -> None:
    """Round and round for ever, if what leads on is never over before what leads back."""

    def ways(back: Distribution, on: Distribution, **how: Any) -> list[str]:
        routes = Route(to="Answer", share=1.0, delay=back), Route(to="Resolve", share=1.0, delay=on, **how)
        steps = {**desk.steps, "Answer": replace(desk.steps["Answer"], split="first")}
        return [str(fault) for fault in faults(replace(desk, steps=steps, routes={**desk.routes, "Answer": routes}))]

    hour, day = Distribution.fixed(3600.0), Distribution.fixed(86400.0)
    never = ['routes > Answer  from here no case ever ends; expected a way to "end"']
    assert ways(hour, day) == ways(hour, hour) == ways(hour, Distribution.uniform(3600.0, 7200.0)) == never
    assert ways(hour, day, hours="office") == ways(Distribution.quantiles((0.0, 60.0)), day) == never
    assert ways(hour, Distribution.exponential(1e9)) == ways(Distribution.exponential(1.0), day) == []
    assert ways(day, hour, hours="office") == ways(Distribution.uniform(0.0, 7200.0), hour) == []


PLAIN: dict[str, Any] = {part: {} for part in ("client_routes", "skips", "checks", "patience", "returns")}


def parallel(desk: Organisation, routes: dict[str, Any], *, joins: tuple[str, ...] = (), splits: str = "") -> list[str]:
    """The faults of an organisation of these steps alone; where cases split, each goes all its ways."""
    names = [name for name in routes if name != "start"]
    steps = {n: Step(activity=n, join=n in joins, split="all" if n in splits.split() else "one") for n in names}
    ways = {
        n: tuple(Route(to=t, share=1.0 if n in splits.split() else 1 / len(to)) for t in to) for n, to in routes.items()
    }
    return [str(fault) for fault in faults(replace(desk, steps=steps, routes=ways, **PLAIN))]


def test_parts_of_a_case_must_not_meet_without_a_join(desk: Organisation) -> None:
    ways = {"start": ["S"], "S": ["A", "B"], "A": ["C"], "B": ["C"], "C": ["D"], "D": ["end"]}
    assert parallel(desk, ways, splits="S") == [
        "steps > C  parts of one case can be here at once; expected join: true, here or before, or a step for each part"
    ]
    assert parallel(desk, ways, splits="S", joins=("C",)) == []
    assert parallel(desk, ways) == []
    ends = {"start": ["S"], "S": ["A", "end"], "A": ["end"]}
    assert parallel(desk, ends, splits="S") == []


def test_parts_must_not_multiply_in_loops(desk: Organisation) -> None:
    """A loop through a split whose other part is not waited for."""
    ways = {"start": ["S"], "S": ["A", "B"], "A": ["S", "end"], "B": ["end"]}
    assert any("steps > B" in fault for fault in parallel(desk, ways, splits="S"))
    waited = {"start": ["S"], "S": ["A", "B"], "A": ["J"], "B": ["J", "A2"], "A2": ["B"], "J": ["S", "end"]}
    assert parallel(desk, waited, splits="S", joins=("J",)) == []


def test_joins_that_would_wait_for_each_other_for_ever_are_refused(desk: Organisation) -> None:
    ways = {"start": ["S"], "S": ["J", "K"], "J": ["K", "end"], "K": ["J", "end"]}
    assert parallel(desk, ways, splits="S", joins=("J", "K")) == [
        "steps > J  this join can wait for K, which waits for it; expected ways on which one comes before the other"
    ]
    row = {"start": ["S"], "S": ["J", "K"], "J": ["K"], "K": ["end"]}
    assert parallel(desk, row, splits="S", joins=("J", "K")) == []
    twice = {
        "start": ["S"],
        "S": ["A", "B"],
        "A": ["J"],
        "B": ["J"],
        "J": ["T"],
        "T": ["C", "D"],
        "C": ["K"],
        "D": ["K"],
    }
    assert parallel(desk, {**twice, "K": ["S", "end"]}, splits="S T", joins=("J", "K")) == []


def test_joins_that_wait_for_each_other_are_told_beside_everything_else(desk: Organisation) -> None:
    """A name that nothing bears, shares that sum to less, a place without a way out, a circle of limits."""
    ways = {"start": ["S"], "S": ["J", "K", "L"], "J": ["K", "end"], "K": ["J", "end"], "L": ["L"]}
    steps = {name: Step(activity=name, split="all" if name == "S" else "one", join=name in "JK") for name in "SJKL"}
    routes = {n: tuple(Route(to=t, share=1.0 if n == "S" else 1 / len(to)) for t in to) for n, to in ways.items()}
    wrong = replace(
        desk,
        steps={**steps, "S": replace(steps["S"], team="nobody"), "L": replace(steps["L"], team="Front")},
        routes={**routes, "start": (Route(to="S", share=0.5), Route(to="T", share=0.4))},
        teams={"Front": Team(limit=1)},
        people={"Ann": Person(teams=("Front", "Back"), calendar="office")},
        **PLAIN,
    )
    found = "\n".join(map(str, faults(wrong)))
    for fault in (
        'steps > S > team  no team "nobody"',
        "routes > start  the shares sum to 0.9",
        'routes > start > 2 > to  no step "T"',
        "routes > L  from here no case ever ends",
        'people > Ann > teams > 2  no team "Back"',
        "teams > Front > limit  people could wait for room in this queue for ever",
        "steps > J  this join can wait for K, which waits for it",
    ):
        assert fault in found


@pytest.mark.parametrize("astray", ["route", "none", "return", "given up", "own route"])
def test_what_only_follows_from_a_way_that_leads_nowhere_is_no_fault_of_its_own(
    desk: Organisation, astray: str
) -> None:
    """B should lead to the join J. While it names no step, nothing says that J goes on without it, back to S and B."""
    steps = {name: Step(activity=name, split="all" if name == "S" else "one", join=name == "J") for name in "SABJ"}
    ways = {"start": ["S"], "S": ["A", "B"], "A": ["J"], "B": ["J"], "J": ["S", "end"]}
    routes = {n: tuple(Route(to=t, share=1.0 if n == "S" else 1 / len(to)) for t in to) for n, to in ways.items()}
    right = replace(desk, steps=steps, routes=routes, **PLAIN)
    assert not faults(right)
    ends, typo = (Route(to="end", share=1.0),), (Route(to="j", share=1.0),)
    wrong = {
        "route": replace(right, routes={**routes, "B": typo}),
        "none": replace(right, routes={**routes, "B": ()}),
        "return": replace(
            right, routes={**routes, "B": ends}, returns={"late": Return(during="B", back_to="j", share=0.5)}
        ),
        "given up": replace(
            right,
            routes={**routes, "B": ends},
            steps={**steps, "B": Step(activity="B", team="Network")},
            patience={"gone": Patience(at="B", lasts=Distribution.fixed(60.0), to="j", activity="Gone")},
        ),
        "own route": replace(right, client_routes={next(iter(desk.clients)): {"B": typo}}),
    }[astray]
    assert len(faults(wrong)) == 1
    bare = replace(right, routes={**routes, "B": ends})
    assert any("parts of one case" in str(fault) for fault in faults(bare))


def test_who_looks_at_no_ranks_is_of_no_team_that_interrupts_work() -> None:
    both = replace(
        counter(),
        teams={"Desk": Team(interrupts="resume"), "Post": Team()},
        people={"Ann": Person(teams=("Post", "Desk"), calendar="always", serves="first come")},
    )
    assert any("work interrupted at Desk" in str(fault) for fault in faults(both))
    for serves in ("longest waiting", "teams in order"):
        plain = replace(both, people={"Ann": replace(both.people["Ann"], serves=serves)})  # type: ignore[arg-type]
        assert not faults(plain)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"due": "slow"}, "due"),
        ({"due_by_class": {"a": "slow"}}, "due by class > a"),
        ({"due_per_unit": "slow"}, "due per unit"),
        ({"quantity": Distribution.fixed(2.0), "by_quantity": ("b",)}, "by quantity"),
    ],
)
def test_what_names_nothing_is_told_beside_routes_that_ask_for_it(fields: dict[str, Any], where: str) -> None:
    """Where cases of the client go cannot be reckoned then; it ended in a KeyError, or a ValueError."""
    rules = counter(0.3)
    (name,) = rules.clients
    ways = (
        Route(to="end", share=1.0, when=guard_in("due < 2 days and quantity > 1")),
        Route(to="end", share=1.0),
    )
    asks = replace(rules.clients[name], **{"classes": {"a": 1.0}, "due": Distribution.fixed(9000.0), **fields})
    wrong = replace(rules, clients={name: asks}, client_routes={name: {"Serve": ways}})
    assert [fault.where for fault in faults(wrong)] == [f"clients > {name} > {where}"]


def test_what_is_of_another_kind_is_told_with_its_place_and_nothing_else(desk: Organisation) -> None:
    """Parts that were made in Python ended as AttributeError or TypeError, one at a time."""
    client = replace(next(iter(desk.clients.values())), cases_per_week="many", season=3)  # type: ignore[arg-type]
    wrong: dict[str, Any] = {"clients": {"A": client, "B": 3}, "steps": [], "people": None, "routes": {"start": "X"}}
    assert [str(fault) for fault in faults(replace(desk, **wrong))] == [
        "clients > A > cases per week  a value of type str; expected float",
        "clients > A > season  a value of type int; expected tuple[float, ...]",
        "clients > B  a value of type int; expected Client",
        "steps  a value of type list; expected Mapping[str, Step]",
        "routes > start  a value of type str; expected tuple[Route, ...]",
        "people  a value of type NoneType; expected Mapping[str, Person]",
    ]
    beside = replace(desk, teams={**desk.teams, "New": 3})  # type: ignore[dict-item]
    assert [fault.where for fault in faults(beside, desk)] == ["teams > New"]


def test_what_was_learned_is_told_of_another_kind_where_that_stands_in_the_way(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it is not asked for: that took half of a comparison on a learned organisation."""
    learned = replace(
        desk, learned=Learned(source="log", cases=1, events=1, begin=desk.origin, end=desk.origin, starts="measured")
    )
    wrong: dict[str, Any] = {"steps": [], "people": {"Ann": 3}}
    assert [fault.where for fault in faults(replace(learned, **wrong))] == ["steps", "people > Ann"]
    asked: list[object] = []
    monkeypatch.setattr(validate, "fields_amiss", lambda *given, **_named: asked.append(given) or ())
    assert faults(learned) == faults(replace(desk, teams={**desk.teams}), desk) == []
    assert asked == []


def test_hours_of_a_team_are_of_one_of_his_and_share_some_with_his_own() -> None:
    ann = Person(teams=("Desk",), calendar="day", team_hours={"Post": "day", "Desk": "night"})
    rules = Organisation(
        name="x",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={},
        steps={},
        routes={"start": ()},
        teams={"Desk": Team(), "Post": Team()},
        people={"Ann": ann, "Bob": Person(teams=("Post",), calendar="day", team_hours={"Post": "noon"})},
        calendars={"day": Calendar(hours=((480, 960),)), "night": Calendar(hours=((960, 1400),))},
    )
    found = {fault.where: fault.found for fault in faults(rules) if "team hours" in fault.where}
    assert found == {
        "people > Ann > team hours > Post": 'no team "Post" among his',
        "people > Ann > team hours > Desk": "none of his own hours lie in them: he would never work for Desk",
        "people > Bob > team hours > Post": 'no calendar "noon"',
    }
