"""The firm forms its client: what he does no longer, and what he learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.experiment.today import under
from irrupt.experiment.watching import Course
from irrupt.organisation import Organisation
from irrupt.regulation import (
    Bypass,
    Certification,
    FormClient,
    ImposedCheck,
    LateChange,
    OrganisingTime,
    Relay,
    SameHands,
    When,
    act_to_dict,
    load_scenario,
    parse_act,
)
from irrupt.regulation.acts import Signature
from irrupt.regulation.answers import Answer, answered
from irrupt.regulation.replies import Restrain, ServeLess
from irrupt.regulation.when import followers

LATE = LateChange(client="Hospital A", during="Resolve", back_to="Triage", share=0.3)
STOP = FormClient(client="Hospital A", no_longer=("late change",))
SKIP = Bypass(client="Hospital A", skips="Triage")
NOW = datetime(2024, 2, 5, tzinfo=UTC)
A = "Hospital A"
SHORT = {"replications": 2, "weeks": 6, "warm_up_weeks": 1, "seed": 3}


def values(organisation: Organisation, **scenarios: list[object]) -> dict[str, list[float]]:
    found = compare(organisation, scenarios=scenarios, **SHORT).effects  # type: ignore[arg-type]
    shown = found.filter(measure="cycle time", party="all clients")
    return {name: shown.filter(scenario=name)["with"].to_list() for name in scenarios}


def test_what_he_does_no_longer_is_not_done_and_taken_back_when_that_comes_later(desk: Organisation) -> None:
    """Before or behind in the list; at once, or after three of six weeks; and never for somebody else."""
    waits = When(act=STOP, lag=3.0)
    other = FormClient(client="Hospital B", no_longer=("late change",))
    found = values(
        desk,
        late=[LATE],
        stopped=[LATE, STOP],
        before=[STOP, LATE],
        alone=[STOP],
        later=[LATE, waits],
        other=[LATE, other],
    )
    assert found["stopped"] == found["before"] == found["alone"]
    assert found["other"] == found["late"]
    late, less, between = (found[name][0] for name in ("late", "stopped", "later"))
    assert less < between < late


def test_a_condition_that_is_met_later_finds_it_gone(desk: Organisation) -> None:
    late = When(act=LATE, condition="arrivals > 0 over 2 weeks")
    found = values(desk, never=[STOP], formed=[STOP, late])
    assert found["formed"] == found["never"]


@pytest.mark.parametrize("condition", [None, "arrivals > 0 over 1 week"])
def test_with_a_relay_that_he_asks_for_no_longer_what_others_made_of_it_ends(
    desk: Organisation, condition: str | None
) -> None:
    """They went on speaking for him, as much as they had restrained themselves to."""
    signed = Signature(author=A, force="carried up", channel="relay")
    relay = Relay(client=A, team="First line", at="Network", discretion=0.6, signed=signed)
    first = relay if condition is None else When(act=relay, condition=condition)
    stock = Answer(party="Network", to="relay", making=ServeLess(at="Network", rank=-2))
    restrained = Answer(party="First line", to="relay", making=Restrain(by=0.5))
    acts, _refusals = answered([first], [restrained, stock])
    formed = When(act=FormClient(client=A, no_longer=("relay",)), lag=4.0)
    course = Course(acts=[*acts, formed], organisation=desk, moment=NOW)
    waiting = len(course.waiting)
    before, after = course.after(range(waiting - 1))[0], course.after(range(waiting))[0]
    assert len(before.clients[A].classes) > len(desk.clients[A].classes)
    assert after.clients[A].classes == desk.clients[A].classes
    assert after.teams["Network"].priority == before.teams["Network"].priority == {A: -2}, "an answer of another kind"
    assert {first, *acts[:2]} & set(course.waiting) == {course.waiting[n] for n in course.gone(range(waiting))}


def test_what_follows_of_what_he_does_no_longer_follows_no_more(desk: Organisation) -> None:
    """Those who record went on to learn it when nothing was recorded any more: the work took less time than ever."""
    steps = {name: replace(step, recording=240.0) for name, step in desk.steps.items()}
    desk, signed = replace(desk, steps=steps), Signature(author=A)
    certified = Certification(activity="Resolve", added="10 min", learning="6 weeks", signed=signed)
    taught = FormClient(client=A, learns=(SKIP, certified))
    formed = When(act=FormClient(client=A, no_longer=("certification",)), lag=3.0)
    for before in ([certified, *followers(certified, desk)], [taught, *followers(taught, desk)]):
        course = Course(acts=[*before, formed], organisation=desk, moment=NOW)
        everything = range(len(course.waiting))
        assert course.after(everything)[0].steps == desk.steps
        names = {course.waiting[number].act.name for number in course.gone(everything)}
        assert {"recording is learned"} <= names <= {"certification", "recording is learned"}


def test_what_others_do_about_what_he_does_no_longer_ends_with_it(desk: Organisation) -> None:
    """Nothing could be tried: once the check was gone, there was no activity of its name."""
    check = When(act=ImposedCheck(client=A, after="Resolve"), lag=1.0)
    same = When(act=SameHands(client="Hospital B", activities=("Resolve", "Check")), lag=2.0)
    formed = When(act=FormClient(client=A, no_longer=("imposed check",)), lag=3.0)
    result = compare(desk, scenarios={"all": [check, same, formed]}, **SHORT)
    history = result.history("all", 0)
    begun = history.changes[0].time
    checks, hands = (
        [bool(getattr(history.at(begun + timedelta(weeks=week)), part)) for week in range(3)]
        for part in ("checks", "hands")
    )
    assert (checks, hands) == ([True, True, False], [False, True, False])
    wrong = When(act=SameHands(client="Hospital B", activities=("Resolve", "Chek")), lag=2.0)
    with pytest.raises(ModelError, match='no activity "Chek"'):
        compare(desk, scenarios={"all": [check, wrong, formed]}, **SHORT)


def test_what_he_did_until_then_is_told_and_set_by_construction(desk: Organisation) -> None:
    """It was left out of the changes that were tried, so that what it set looked as if it had emerged."""
    skip = replace(SKIP, signed=Signature(organising_hours=4.0))
    formed = FormClient(client=A, no_longer=("bypass",))
    result = compare(desk, scenarios={"later": [skip, When(act=formed, lag=3.0)], "now": [skip, formed]}, **SHORT)
    later, now = result.tried
    assert [change.author for change in later.changes] == [A, "Management"]
    assert [change.author for change in now.changes] == ["Management"]
    told = result.effects.filter(scenario="later", party=A)
    kinds = dict(told.select("measure", "kind").iter_rows())
    for name in ("organising work of the client", "changes of rules by the client", "steps per case"):
        assert kinds[name] == "by construction"
    hours = told.filter(measure="organising work of the client")["with"].item()
    assert hours == pytest.approx(4.0 / SHORT["weeks"])


def test_what_he_learns_he_does_after_the_time_that_it_takes(desk: Organisation) -> None:
    taught = FormClient(client="Hospital A", learns=[SKIP], learning="2 weeks")  # type: ignore[arg-type]
    assert followers(taught, desk) == (When(act=SKIP, lag=2.0),)
    found = values(desk, taught=[taught], lag=[When(act=SKIP, lag=2.0)])
    assert found["taught"] == found["lag"]


def test_what_he_learns_brings_with_it_what_follows_of_itself(desk: Organisation) -> None:
    """A certification that he learned to ask for was never learned by those who record, and meetings never ended."""
    certified = Certification(activity="Resolve", added="10 min", learning="3 weeks")
    meets = OrganisingTime(team="Network", shifts="Fri 13-15", lasts="2 weeks")
    taught = FormClient(client="Hospital A", learns=(certified, meets), learning="2 weeks")
    after = followers(taught, desk)
    assert [(one.act.name, one.lag) for one in after] == [
        *[("certification", 2.0), *(("recording is learned", 2.0 + weeks) for weeks in (1, 2, 3))],
        *[("organising time", 2.0), ("organising time ends", 4.0)],
    ]
    assert all(one.follows for one in after)
    rules = under(desk, [taught])
    assert rules.steps["Resolve at Network"].recording == pytest.approx(600.0)
    assert rules.calendars[rules.people["Bob"].calendar].hours == desk.calendars["office"].hours


def test_it_is_written_in_files_and_read_back(desk: Organisation, tmp_path: Path) -> None:
    file = tmp_path / "forming.yaml"
    file.write_text(
        "compare:\n  - Hospital A:\n      - form the client:\n"
        "          no longer: [late change]\n          learns: [bypass: {skips: Triage}]\n"
        "          learning: 4 weeks\n",
        encoding="utf-8",
    )
    ((act,),) = (acts for _name, acts in load_scenario(file).comparisons)
    assert act == FormClient(client="Hospital A", no_longer=("late change",), learns=(SKIP,), learning=4.0)
    (change,) = act.changes(desk, desk.origin)
    assert change.rule == "No longer done by Hospital A: late change; learned by Hospital A: bypass"
    assert act_to_dict(act)["form the client"]["learns"] == [act_to_dict(SKIP)]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ModelError, match=r'no act "late chnge"; did you mean "late change"\?'):
        FormClient(client="Hospital A", no_longer=("late chnge",))
    waits = When(act=SKIP, lag=2.0)
    with pytest.raises(ModelError, match=r'learns  "bypass: .*" waits for something itself; expected acts that wait'):
        FormClient(client="Hospital A", learns=(waits,))
    with pytest.raises(ModelError, match="bypass is among what he does no longer"):
        FormClient(client="Hospital A", no_longer=("bypass",), learns=(SKIP,))
    with pytest.raises(ModelError, match="nothing changes; expected waits, figure, no longer, or learns"):
        FormClient(client="Hospital A")
    with pytest.raises(ModelError, match=r'--act:1:57 .*unknown parameter "skip"; did you mean "skips"'):
        parse_act("form the client: {client: Hospital A, learns: [bypass: {skip: Triage}]}")
