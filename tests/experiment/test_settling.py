"""Parties answer before anything is compared: refusals, what is asked in return, and what a small simulation tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from irrupt.errors import ModelError
from irrupt.experiment.settling import Settled, settle
from irrupt.experiment.today import under
from irrupt.organisation import Organisation
from irrupt.regulation import Act, Bypass, Certification, OrganisingTime, Priority, Signature, Volume, When
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Accepting, Calculating, Policy, Proposal, Refusing, Reply
from irrupt.regulation.stakes import Stakes

NEGOTIATED = Signature(force="negotiated")
ACT = Priority(client="A", team="Network", signed=NEGOTIATED)
IMPOSED = Priority(client="A", team="Network")
WISH = Volume(client="A", change=-0.2, signed=Signature(author="Management"))


@dataclass(frozen=True)
class Asking:
    """Accepts, and asks for the same in return each time; tries nothing."""

    name: ClassVar[str] = "asking"

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=True, asks=(WISH,))


def after(desk: Organisation, act: Act, **policies: Policy) -> Settled:
    return settle(desk, {"it": [act]}, [Party(name=name, policy=policy) for name, policy in policies.items()])


def test_what_is_refused_is_left_out_unless_it_is_imposed(desk: Organisation) -> None:
    assert after(desk, ACT, Management=Refusing()).comparisons == {}
    assert after(desk, ACT, Management=Accepting()).comparisons == {"it": (ACT,)}
    imposed = after(desk, IMPOSED, Management=Refusing())
    assert imposed.comparisons == {"it": (IMPOSED,)}
    assert str(imposed.decisions[0]) == "Management would refuse priority: A, which is imposed."


def test_nobody_answers_himself(desk: Organisation) -> None:
    assert after(desk, ACT, A=Refusing()).comparisons == {"it": (ACT,)}


def test_what_is_asked_in_return_names_what_it_answers_and_needs_the_other(desk: Organisation) -> None:
    granted = after(desk, ACT, Management=Asking()).comparisons["it"]
    assert [act.name for act in granted] == ["priority", "volume"]
    assert granted[1].signed.answers == "priority: A"  # type: ignore[attr-defined]
    assert [act.name for act in after(desk, ACT, Management=Asking(), A=Refusing()).comparisons["it"]] == ["priority"]


def test_what_is_asked_in_return_for_an_act_that_waits_waits_as_long(desk: Organisation) -> None:
    act = When(act=ACT, condition="cycle time > 8 h over 4 weeks", lag=2.0)
    _act, wish = after(desk, act, Management=Asking()).comparisons["it"]
    assert isinstance(wish, When)
    assert (wish.condition, wish.lag) == (act.condition, 2.0)


def test_who_calculates_refuses_what_costs_him_and_accepts_what_serves_him(desk: Organisation) -> None:
    """He is told apart, and the answer is the same each time."""
    waits = Stakes(watches={"waiting for us": 1.0})
    fewer = Volume(client="A", change=-0.4, signed=NEGOTIATED)
    more = replace(fewer, change=0.4)
    other = Party(name="B", stakes=waits, policy=Calculating())
    found = settle(desk, {"fewer": [fewer], "more": [more]}, [other], pairs=8, weeks=4)
    assert list(found.comparisons) == ["fewer"]
    assert [decision.reply.accepts for decision in found.decisions] == [True, False]
    assert found == settle(desk, {"fewer": [fewer], "more": [more]}, [other], pairs=8, weeks=4, workers=1)
    wants = replace(other, wants={"waiting for us": "rise"})
    assert list(settle(desk, {"fewer": [fewer], "more": [more]}, [wants], pairs=8, weeks=4).comparisons) == ["more"]


def test_what_an_act_brings_is_tried_on_top_of_what_is_agreed(desk: Organisation) -> None:
    """An act that was done already changes nothing: in doubt it is refused."""
    party = Party(name="B", stakes=Stakes(watches={"waiting for us": 1.0}), policy=Calculating(in_doubt="refuse"))
    fewer = Bypass(client="A", skips="Triage", signed=NEGOTIATED)
    imposed = Bypass(client="A", skips="Triage")
    again = settle(desk, {"it": [imposed, fewer]}, [party], pairs=8, weeks=4).comparisons["it"]
    assert again == (imposed,)


def test_strangers_are_refused_with_the_nearest_name(desk: Organisation) -> None:
    with pytest.raises(ModelError, match='no client or team "Networc"; did you mean "Network"'):
        settle(desk, {"it": [ACT]}, [Party(name="Networc")])


def test_what_is_done_today_has_been_learned_and_its_phases_are_over(desk: Organisation) -> None:
    hours = OrganisingTime(team="Network", shifts="Fri 13-15", lasts=8)
    over = under(desk, [hours])
    assert [over.calendars[over.people[who].calendar] for who in desk.people] == [
        desk.calendars[one.calendar] for one in desk.people.values()
    ]
    plain = Certification(activity="Repair", added="10 min")
    learned = under(desk, [replace(plain, learning=8.0, at_first=3.0)]).steps
    for name, step in under(desk, [plain]).steps.items():
        assert desk.distribution(learned[name].duration).mean == pytest.approx(desk.distribution(step.duration).mean)
