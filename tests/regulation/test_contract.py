"""What every act promises: kept by those that come with irrupt and by one of a user's own, and missed when broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt import i18n
from irrupt.chronicle.rows import FIRST, LAST, Rows
from irrupt.engine import Simulation, tables
from irrupt.engine.passage import passage
from irrupt.errors import Fault, ModelError
from irrupt.organisation import (
    Batch,
    Claim,
    Client,
    Distribution,
    Edit,
    Organisation,
    Patience,
    Person,
    Route,
    RuleChange,
    Step,
    Team,
    amended,
)
from irrupt.organisation.planning import Product, Programme
from irrupt.regulation import Act, History, act_from, act_from_dict, act_to_dict, registry, touched
from irrupt.regulation.contract import check_act
from irrupt.regulation.when import When

CLAIM = Claim(author="Management", aim="fluctuation", measure="arrivals", party="Hospital A", expects="fall")

DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """Ask a client to send fewer cases: an act of a user's own, with nothing inherited."""

    name: ClassVar[str] = "nudge"
    client: str
    share: float = 0.1
    """Share of cases that he no longer sends."""

    @property
    def claim(self) -> Claim:
        """Too many cases at once."""
        return replace(CLAIM, party=self.client)

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """One change of the client's demand."""
        if self.client not in rules.clients:
            raise ModelError(Fault("nudge: client", self.client))
        before = rules.clients[self.client]
        after = replace(before, cases_per_week=before.cases_per_week * (1 - self.share))
        edit = Edit(part="clients", key=self.client, before=before, after=after)
        return (RuleChange(time=moment, author="Management", rule="Fewer cases", edits=(edit,), claim=self.claim),)


EXAMPLES: dict[str, dict[str, Any]] = {
    "priority": {"client": "Hospital A", "team": "Network"},
    "imposed check": {"client": "Hospital A", "after": "Resolve"},
    "bypass": {"client": "Hospital A", "skips": "Triage"},
    "certification": {"activity": "Resolve", "added": "12 min", "after": "Confirm", "then": "Resolve", "times": 0.5},
    "complete file": {"client": "Hospital A", "after": "Confirm", "then": "Resolve", "times": 0.2},
    "volume": {"client": "Hospital B", "change": "20 %"},
    "due date": {"client": "Hospital A", "due": "3 days"},
    "appointment": {"client": "Hospital A", "slots": ["Tue 9-12", "Thu 09:00"]},
    "late change": {"client": "Hospital A", "during": "Resolve", "back to": "Triage", "share": "15 %"},
    "flexibility demand": {"team": "Network", "shifts": "Sat 9-12"},
    "staff leave": {"person": "Ann", "team": "First line"},
    "co-location": {"client": None, "after": "Confirm", "then": "Close", "times": 0.25},
    "levelled call-off": {"client": "Hospital A"},
    "cancellation": {"client": "Hospital A", "after": "Triage", "share": "10 %"},
    "requalification": {"client": "Hospital B", "of": "small", "becomes": "large", "share": "20 %"},
    "audit": {"client": None, "after": "Resolve", "share": 0.1, "team": "Servers", "finds": 0.2, "back to": "Triage"},
    "relay": {"client": "Hospital B", "team": "First line", "at": "Network", "discretion": "40 %", "restraint": 0.25},
    "form the client": {"client": "Hospital A", "waits": 1.5, "figure": "patient"},
    "transmission": {"practice": "How servers are revived", "holder": "Servers", "learner": "Network"},
    "organising time": {"team": "Network", "shifts": "Fri 13-15", "lasts": "8 weeks"},
    "shortcut": {
        "team": "Network",
        "activity": "Resolve",
        "times": 0.7,
        "after": "Confirm",
        "then": "Resolve",
        "more": 1.5,
    },
    "frozen horizon": {"client": "Hospital B", "periods": 2},
    "volume band": {"client": "Hospital B", "down": "10 %", "up": 0.2, "ahead": 3},
    "late call-off": {"client": "Hospital B", "share": "20 %", "by": "30 %"},
    "forecast sharing": {"client": "Hospital B"},
    "buffer stock": {"client": "Hospital B", "periods": 0.5},
    "traceability": {
        **{"client": "Hospital A", "activity": "Resolve", "shown to": ["Hospital A", "First line"]},
        **{"after": "Confirm", "then": "Resolve", "times": 0.5},
    },
    "writing": {"rule": "How servers are revived", "team": "Servers", "activities": ["Resolve"]},
    "gathering": {"activity": "Resolve", "size": 4, "longest wait": "2 h"},
    "price": {"client": "Hospital A", "change": "5 %"},
    "penalty": {"client": "Hospital B", "per day": 20.0},
    "price of changes": {"client": "Hospital B", "periods": 2, "per piece": 5.0},
    "pay rise": {"team": "Network", "change": "2 %"},
    "other hands": {"client": "Hospital A", "activity": "Close", "first": "Triage"},
    "same hands": {"client": "Hospital B", "activities": ["Triage", "Close"]},
    "nudge": {"client": "Hospital A"},
    "form the client anew": {
        **{"client": "Hospital A", "no longer": ["late change"], "learning": "4 weeks", "waits": 1.5},
        "learns": [{"bypass": {"client": "Hospital A", "skips": "Triage"}}],
    },
    "late change at an age": {"client": "Hospital A", "age": "9 h", "back to": "Triage", "share": "50 %"},
    "cancellation at an age": {"client": "Hospital A", "age": {"exponential": "1 day"}, "share": "50 %"},
}
"""Act, or act and what is particular about it -> parameters."""


def example(name: str) -> Act:
    return act_from(name.removesuffix(" at an age").removesuffix(" anew"), EXAMPLES[name])


REFUSES = {"bypass", "certification", "complete file", "late change", "audit", "relay", "shortcut"}
"""Nothing would be left to do; what is to become rarer never comes next; several steps may be meant; no case comes."""
RELATIVE = {
    "certification",
    "complete file",
    "volume",
    "cancellation",
    "shortcut",
    "audit",
    "price",
    "pay rise",
    "traceability",
}
"""What they change they change again when they are done again, or refuse to."""


def suited(desk: Organisation) -> Organisation:
    """The desk, with what some acts need: classes with a time and a way of their own, cases that are given up, goods
    that are planned."""
    classed = replace(desk.clients["Hospital B"], classes={"small": 0.75, "large": 0.25})
    repair = replace(desk.steps["Resolve at Network"], by_class={"large": 2.0})
    triage = (*desk.routes["Triage"], Route(to="Resolve at Servers", share=1.0, only="large"))
    confirmed = tuple(replace(route, delay=Distribution.exponential(7200.0)) for route in desk.routes["Confirm"])
    lasts = Distribution.fixed(9e4)
    given_up = Patience(at="Resolve", client="Hospital A", lasts=lasts, activity="Given up")
    return replace(
        desk,
        programmes={"Kit": Programme(client="Hospital B", level=20.0, frozen=3)},
        products={"Kit": Product(plans_on="past")},
        clients={
            "Hospital A": replace(desk.clients["Hospital A"], price=100.0),
            "Hospital B": replace(classed, penalty=0.0),
        },
        people={name: replace(person, pay=30.0) for name, person in desk.people.items()},
        steps={**desk.steps, "Resolve at Network": repair},
        routes={**desk.routes, "Triage": triage, "Confirm": confirmed},
        patience={"Given up": given_up},
    )


def undone(rules: Organisation, changes: Sequence[RuleChange]) -> Organisation:
    """*rules* after *changes* and their opposites, backwards."""
    opposites = [
        replace(
            change,
            edits=tuple(
                Edit(part=edit.part, key=edit.key, before=edit.after, after=edit.before)
                for edit in reversed(change.edits)
            ),
        )
        for change in reversed(changes)
    ]
    return amended(amended(rules, changes), opposites)


@pytest.fixture
def nudge_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package with the act `nudge` was installed."""
    monkeypatch.setattr(registry, "acts", lambda known=registry.acts: {**known(), "nudge": Nudge})


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("nudge_known")
def test_every_act_keeps_its_promises(name: str, desk: Organisation) -> None:
    desk = suited(desk)
    act = example(name)
    assert isinstance(act, Act)
    check_act(act, desk)
    changes = act.changes(desk, desk.origin)
    assert changes
    assert touched([edit for change in changes for edit in change.edits], desk)
    assert act_from_dict(act_to_dict(act)) == act
    assert undone(desk, changes) == desk


def with_everything(desk: Organisation) -> Organisation:
    """The same, where Network is interrupted, and what is closed is noted in batches and told at once, then filed."""
    more = {name: Step(activity=name, team="First line") for name in ("Fork", "Note", "Tell", "File")}
    more["Fork"] = replace(more["Fork"], split="all")
    more["Note"] = replace(more["Note"], batch=Batch(size=3, longest_wait=9e4))
    more["File"] = replace(more["File"], join=True)
    ways = {"Close": ["Fork"], "Fork": ["Note", "Tell"], "Note": ["File"], "Tell": ["File"], "File": ["end"]}
    return replace(
        desk,
        steps={**desk.steps, **more},
        routes={**desk.routes, **{name: tuple(Route(to=to, share=1.0) for to in ways[name]) for name in ways}},
        teams={**desk.teams, "Network": Team(priority={"Hospital B": 1}, interrupts="resume")},
    )


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"other hands", "same hands"}))
@pytest.mark.usefixtures("nudge_known")
def test_no_act_puts_all_work_in_hand_in_order_anew(name: str, desk: Organisation) -> None:
    """But for those that say in whose hands cases are: they wait in other queues then."""
    for rules in (suited(desk), with_everything(suited(desk))):
        after = amended(rules, example(name).changes(rules, rules.origin))
        assert passage(tables(rules), tables(after)).amends is not None


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("nudge_known")
def test_work_in_progress_follows_every_act(name: str, desk: Organisation) -> None:
    """In the midst of a run: both loops do the same, and each case that came is over, once, whatever became of it."""
    desk = with_everything(suited(desk))
    moment = desk.origin + timedelta(days=5)
    after = amended(desk, example(name).changes(desk, moment))
    rows = []
    for reference in (False, True):
        run = Simulation(desk, seed=4, weeks=1.5, reference=reference)
        chunks = [[column.tolist() for column in chunk] for chunk in run.run(5 * DAY)]
        run.change(after)
        chunks += [[column.tolist() for column in chunk] for chunk in run.run()]
        rows.append([row for chunk in chunks for row in zip(*chunk, strict=True)])
        assert run.in_system == 0
    assert rows[0] == rows[1]
    flags = Rows._fields.index("flags")
    for flag in (FIRST, LAST):
        assert sorted(row[0] for row in rows[0] if row[flags] & flag) == list(range(run.arrived))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("nudge_known")
def test_every_act_stands_in_the_history_and_is_replayed_from_a_file(
    name: str, desk: Organisation, tmp_path: Path
) -> None:
    """The rules at a moment are the founding ones and the changes up to then, exactly, also when read back."""
    desk = suited(desk)
    first, second = desk.origin + timedelta(days=5), desk.origin + timedelta(days=9)
    one = example("volume").changes(desk, first)
    changes = (*one, *example(name).changes(amended(desk, one), second))
    History(founding=desk, changes=changes).save(tmp_path / "history.json")
    again = History.load(tmp_path / "history.json")
    assert again.changes == changes
    for moment, rules in ((desk.origin, desk), (first, amended(desk, one)), (second, amended(desk, changes))):
        assert again.at(moment) == rules


def test_there_is_an_example_of_every_registered_act() -> None:
    assert set(registry.acts()) <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("nudge_known")
def test_every_act_speaks_both_languages_and_does_the_same(name: str, desk: Organisation) -> None:
    edits = []
    desk = suited(desk)
    try:
        for language in i18n.LANGUAGES:
            i18n.use(language)
            act = example(name)
            made = [*act.changes(desk, desk.origin), *When(act=act, lag=8.0).changes(desk, desk.origin)]
            edits.append([change.edits for change in made])
            for change in made:
                begin = change.rule.split()[0]
                assert not begin[0].islower() or begin in repr(act), f"no sentence: {change.rule}"
            if language == "fr":
                told = " ".join(f"{change.rule} {change.reason}" for change in made)
                assert not re.search(r"\b(weeks?|days?|Mon|Tue|Wed|Thu|Fri|Sat|Sun|\d+\.\d)\b", told), told
            with pytest.raises(ModelError):
                act_from(act.name, {"clint": "x"})
    finally:
        i18n.use(None)
    assert edits[0] == edits[1]


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("nudge_known")
def test_every_act_refuses_unknown_parameters_with_the_nearest(name: str) -> None:
    with pytest.raises(ModelError, match=r'unknown parameter "clint"; (did you mean|known)') as caught:
        act_from(example(name).name, {**EXAMPLES[name], "clint": "x"}, where="here")
    assert all(fault.where.startswith("here") for fault in caught.value.faults)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_built_in_acts_keep_their_promises_on_any_organisation(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    rules = data.draw(organisations)
    activity = st.sampled_from(sorted({step.activity for step in rules.steps.values()}))
    team = st.sampled_from(sorted(rules.teams))
    times = st.floats(0, 4)
    act = data.draw(
        st.one_of(
            st.builds(dict, client=st.just("A"), team=team, rank=st.integers(-2, 2)).map(lambda p: ("priority", p)),
            st.builds(dict, client=st.sampled_from(["A", None]), after=activity, team=team).map(
                lambda p: ("imposed check", p)
            ),
            st.builds(dict, client=st.just("A"), skips=activity).map(lambda p: ("bypass", p)),
            st.builds(dict, client=st.just("A"), slots=st.just("Tue 9-12")).map(lambda p: ("appointment", p)),
            st.builds(dict, client=st.just("A"), change=st.floats(-1, 3)).map(lambda p: ("volume", p)),
            st.builds(dict, client=st.just("A"), during=activity, back_to=activity, share=st.floats(0, 1)).map(
                lambda p: ("late change", p)
            ),
            st.builds(dict, team=team, shifts=st.sampled_from(["Sat 9-12", "Mon-Sun 00:00-24:00"])).map(
                lambda p: ("flexibility demand", p)
            ),
            st.builds(dict, activity=activity, added=st.floats(0, 9e3)).map(lambda p: ("certification", p)),
            st.builds(dict, client=st.just("A"), after=activity, then=activity, times=times).map(
                lambda p: ("complete file", p)
            ),
            st.builds(dict, client=st.just("A"), after=activity, share=st.floats(0, 1)).map(
                lambda p: ("cancellation", p)
            ),
            st.builds(dict, client=st.sampled_from(["A", None]), after=activity, share=st.floats(0, 1), team=team).map(
                lambda p: ("audit", p)
            ),
            st.builds(
                dict, client=st.just("A"), team=team, at=team, discretion=st.floats(0, 1), restraint=st.floats(0, 1)
            ).map(lambda p: ("relay", p)),
            st.builds(dict, team=team, activity=activity, times=st.floats(0, 2)).map(lambda p: ("shortcut", p)),
            st.builds(dict, team=team, shifts=st.sampled_from(["Fri 13-15", "Sat 9-12"])).map(
                lambda p: ("organising time", p)
            ),
            st.builds(dict, activity=activity, added=st.just(60), after=activity, then=activity, times=times).map(
                lambda p: ("certification", p)
            ),
        ).map(lambda pair: act_from(*pair))
    )
    try:
        changes = act.changes(rules, rules.origin)
    except ModelError:
        assert act.name in REFUSES
        return
    check_act(act, rules)
    assert undone(rules, changes) == rules
    if act.name not in RELATIVE:
        assert act.changes(amended(rules, changes), rules.origin) == ()
    assert act_from_dict(act_to_dict(act)) == act


# Acts that break a promise


def broken(act: Any, rules: Organisation) -> str:
    with pytest.raises(ModelError) as caught:
        check_act(act, rules)
    return str(caught.value)


def variant(**members: Any) -> Any:
    """A Nudge with other members, documented unless said otherwise."""
    return dataclass(frozen=True, kw_only=True)(type("Variant", (Nudge,), {"__doc__": "An act.", **members}))


def test_an_act_without_documentation_is_found(desk: Organisation) -> None:
    assert "it is not documented" in broken(variant(__doc__="")(client="Hospital A"), desk)


def test_an_act_without_claim_is_found(desk: Organisation) -> None:
    assert "it makes no claim" in broken(variant(claim=None)(client="Hospital A"), desk)


def test_an_act_that_rolls_dice_is_found(desk: Organisation) -> None:
    rolled = iter(range(99))

    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        return [replace(change, reason=str(next(rolled))) for change in Nudge.changes(self, rules, moment)]

    assert "asked twice, it answers differently" in broken(variant(changes=changes)(client="Hospital A"), desk)


def test_an_act_that_depends_on_the_order_is_found(desk: Organisation) -> None:
    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        return Nudge(client=next(iter(rules.clients))).changes(rules, moment)

    found = broken(variant(changes=changes)(client="Hospital A"), desk)
    assert "its changes depend on the order in which things are declared" in found
    assert 'it accepts an unknown "client"' in found


def test_an_act_that_stumbles_over_an_unknown_name_is_found(desk: Organisation) -> None:
    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        rules.clients[self.client]
        return Nudge.changes(self, rules, moment)

    assert 'it fails on an unknown "client": KeyError' in broken(variant(changes=changes)(client="Hospital A"), desk)


def test_an_act_that_forgets_its_author_is_found(desk: Organisation) -> None:
    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        return [replace(change, author="") for change in Nudge.changes(self, rules, moment)]

    found = broken(variant(changes=changes)(client="Hospital A"), desk)
    assert "a rule change needs the moment, an author, a rule in words and edits" in found


def test_an_act_that_breaks_the_organisation_is_found(desk: Organisation) -> None:
    found = broken(Nudge(client="Hospital A", share=2.0), desk)
    assert "under its rules the organisation cannot run: clients > Hospital A > cases per week  -10" in found


def test_an_act_that_alters_what_it_is_given_is_found(desk: Organisation) -> None:
    rules = replace(desk, clients=dict(desk.clients))

    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        rules.clients["Hospital A"] = Client(cases_per_week=1.0)  # type: ignore[index]
        return ()

    assert "it alters the rules that it is given" in broken(variant(changes=changes)(client="Hospital A"), rules)


def test_an_act_whose_fields_can_be_set_is_found(desk: Organisation) -> None:
    @dataclass(kw_only=True)
    class Loose:
        """An act that is not frozen."""

        name: ClassVar[str] = "loose"
        client: str

        @property
        def claim(self) -> Claim:
            return CLAIM

        def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
            return Nudge(client=self.client).changes(rules, moment)

    assert broken(Loose(client="Hospital A"), desk) == "Loose  it is not a frozen dataclass"


def test_an_act_that_is_none_is_found(desk: Organisation) -> None:
    @dataclass(frozen=True)
    class Half:
        """No act: it makes no claim."""

        name: ClassVar[str] = "half"

        def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
            return ()

    with pytest.raises(ModelError, match=r"Half  it lacks name, client, claim or changes\(\)"):
        check_act(Half(), desk)  # type: ignore[arg-type]


def test_an_act_that_is_wrong_about_what_was_there_is_found(desk: Organisation) -> None:
    def changes(self: Nudge, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        edit = Edit(part="teams", key="Network", before=None, after=Team())
        return (RuleChange(time=moment, author="A", rule="A team", edits=(edit,)),)

    found = broken(variant(changes=changes)(client="Hospital A"), desk)
    assert "its edits do not say what was there before" in found


def test_an_act_may_make_several_edits_that_build_on_each_other(desk: Organisation) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Hire:
        """Open a team for the client."""

        name: ClassVar[str] = "hire"
        client: str | None = None

        @property
        def claim(self) -> Claim:
            return CLAIM

        def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
            edits = (
                Edit(part="teams", key="Night", before=None, after=Team()),
                Edit(part="people", key="Dee", before=None, after=Person(teams=("Night",), calendar="office")),
                Edit(part="teams", key="Night", before=Team(), after=Team(priority={"Hospital A": 1})),
            )
            return (RuleChange(time=moment, author="Management", rule="A night team", edits=edits),)

    check_act(Hire(), desk)
    assert undone(desk, Hire().changes(desk, desk.origin)) == desk
