"""Parties answer before anything is compared: refusals, what is asked in return, and what a small simulation tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.experiment.parties import told_of
from irrupt.experiment.settling import Settled, settle
from irrupt.experiment.today import under
from irrupt.groups import ALL_TEAMS
from irrupt.organisation import Organisation
from irrupt.organisation.rules import Claim
from irrupt.regulation import (
    Act,
    Bypass,
    Certification,
    FormClient,
    ImposedCheck,
    OrganisingTime,
    Price,
    Priority,
    Relay,
    Signature,
    Volume,
    When,
    load_scenario,
)
from irrupt.regulation.answers import Answer, answered
from irrupt.regulation.conditions import parse
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import (
    Accepting,
    Bargaining,
    Calculating,
    Policy,
    Proposal,
    Refusing,
    Remembering,
    Reply,
)
from irrupt.regulation.replies import Restrain, ServeLess
from irrupt.regulation.stakes import Stakes
from irrupt.regulation.when import IfRefused, bare, title

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


def agreed_by(act: Any, *parties: str) -> Act:
    """*act*, signed by *parties* beside its author."""
    return replace(act, signed=replace(act.signed, agreed_by=parties))  # type: ignore[no-any-return]


def after(desk: Organisation, act: Act, **policies: Policy) -> Settled:
    return settle(desk, {"it": [act]}, [Party(name=name, policy=policy) for name, policy in policies.items()])


def test_what_is_refused_is_left_out_unless_it_is_imposed(desk: Organisation) -> None:
    assert after(desk, ACT, Management=Refusing()).comparisons == {}
    assert after(desk, ACT, Management=Accepting()).comparisons == {"it": (agreed_by(ACT, "Management"),)}
    imposed = after(desk, IMPOSED, Management=Refusing())
    assert imposed.comparisons == {"it": (IMPOSED,)}
    assert str(imposed.decisions[0]) == "Would be refused by Management, but is imposed: priority: A."


def test_nobody_answers_himself(desk: Organisation) -> None:
    assert after(desk, ACT, A=Refusing()).comparisons == {"it": (ACT,)}


def test_a_client_answers_what_others_do_to_him(desk: Organisation) -> None:
    """What the firm proposed about a client was never put to him."""
    asked = replace(WISH, signed=Signature(author="Management", force="negotiated"))
    assert after(desk, asked, A=Refusing()).comparisons == {}
    assert after(desk, asked, A=Accepting()).comparisons == {"it": (agreed_by(asked, "A"),)}


def test_what_is_asked_in_return_names_what_it_answers_and_needs_the_other(desk: Organisation) -> None:
    granted = after(desk, ACT, Management=Asking()).comparisons["it"]
    assert [act.name for act in granted] == ["priority", "volume"]
    assert granted[1].signed.answers == "priority: A"  # type: ignore[attr-defined]
    assert after(desk, ACT, Management=Asking(), A=Refusing()).comparisons == {}
    assert after(desk, IMPOSED, Management=Asking(), A=Refusing()).comparisons == {"it": (IMPOSED,)}


def signers(act: Act) -> tuple[str, ...]:
    signed = (act.act if isinstance(act, When) else act).signed  # type: ignore[attr-defined]
    return (signed.author, *signed.agreed_by)


def test_all_who_agreed_sign_what_is_negotiated_and_nobody_what_is_imposed(desk: Organisation) -> None:
    parties = {"Management": Asking(), "A": Accepting(), "B": Accepting()}
    act, wish = after(desk, ACT, **parties).comparisons["it"]
    assert (signers(act), signers(wish)) == (("A", "Management", "B"), ("Management", "A"))
    act, wish = after(desk, IMPOSED, **parties).comparisons["it"]
    assert (signers(act), signers(wish)) == (("A",), ("Management", "A"))
    (waits,) = after(desk, When(act=ACT, lag=2.0), B=Accepting()).comparisons["it"]
    assert signers(waits) == ("A", "B")
    assert after(desk, ACT, A=Accepting()).comparisons == {"it": (ACT,)}


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
    found = settle(desk, {"fewer": [fewer], "more": [more]}, [other], replications=8, weeks=4)
    assert list(found.comparisons) == ["fewer"]
    assert [decision.reply.accepts for decision in found.decisions] == [True, False]
    assert found == settle(desk, {"fewer": [fewer], "more": [more]}, [other], replications=8, weeks=4, workers=1)
    wants = replace(other, wants={"waiting for us": "rise"})
    assert list(settle(desk, {"fewer": [fewer], "more": [more]}, [wants], replications=8, weeks=4).comparisons) == [
        "more"
    ]


def test_a_client_of_whom_little_comes_calculates_with_the_runs_in_which_something_does(desk: Organisation) -> None:
    """Where nothing of his was finished in one run, what he watches counted in none: he accepted what harmed him."""
    act = ImposedCheck(client=None, after="Repair", duration="90 min", signed=Signature(author="A", force="negotiated"))
    waits = Stakes(watches={"waiting for us": 1.0})

    def answer(cases_per_week: float) -> str:
        small = replace(desk.clients["B"], cases_per_week=cases_per_week)
        organisation = replace(desk, clients=desk.clients | {"Small": small})
        party = Party(name="Small", stakes=waits, policy=Calculating())
        return str(settle(organisation, {"it": [act]}, [party], replications=16, weeks=3).decisions[0])

    assert answer(0.5).startswith("Refused by Small: imposed check (tried first, by what is watched: a loss of ")
    nothing = "Accepted by Small: imposed check (tried first, by what is watched: nothing that is watched can be told)."
    assert answer(1e-6) == nothing


def test_what_an_act_brings_is_tried_on_top_of_what_is_agreed(desk: Organisation) -> None:
    """An act that was done already changes nothing: in doubt it is refused."""
    party = Party(name="B", stakes=Stakes(watches={"waiting for us": 1.0}), policy=Calculating(in_doubt="refuse"))
    fewer = Bypass(client="A", skips="Triage", signed=NEGOTIATED)
    imposed = Bypass(client="A", skips="Triage")
    again = settle(desk, {"it": [imposed, fewer]}, [party], replications=8, weeks=4).comparisons["it"]
    assert again == (imposed,)


def test_what_is_taken_back_is_tried_on_top_of_what_takes_it_back(desk: Organisation) -> None:
    """Who bore a check was told that it brought nothing if the client learned to do without it, and refused."""
    checks = ImposedCheck(client="A", after="Triage", duration="30 min", team="Network")
    formed = FormClient(client="A", no_longer=("imposed check",), signed=NEGOTIATED)
    watches = Stakes(watches={"load of checks": 1.0}, rights=frozenset())
    party = Party(name="Network", stakes=watches, policy=Calculating(in_doubt="refuse"))
    settled = settle(desk, {"it": [checks, formed]}, [party], replications=4, weeks=4)
    said = [str(one) for one in settled.decisions]
    assert "Accepted by Network: form the client: A (tried first, by what is watched: a gain" in said[-1]
    alone = settle(desk, {"it": [formed]}, [party], replications=4, weeks=4)
    assert "Refused by Network: form the client: A" in str(alone.decisions[0])


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


@dataclass(frozen=True)
class UpTo:
    """Accepts whatever changes the volume of A by no more than so much; tries nothing."""

    name: ClassVar[str] = "up to"
    least: float
    offers: tuple[Act, ...] = ()

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=getattr(proposal.act, "change", -1.0) >= self.least)


def volumes(*changes: float) -> tuple[Volume, ...]:
    return tuple(Volume(client="A", change=change, signed=Signature(author="Management")) for change in changes)


@dataclass(frozen=True)
class Ladder:
    """Asks for one after the other; takes what is offered from -20 % on downwards."""

    name: ClassVar[str] = "ladder"
    steps: tuple[Act, ...]

    def reply(self, proposal: Proposal) -> Reply:
        if isinstance(proposal.act, Volume):
            return Reply(accepts=proposal.act.change <= -0.2)
        return Reply(accepts=True, asks=self.steps[:1], less=self.steps[1:])


@pytest.mark.parametrize(
    ("judge", "agreed"),
    [
        (UpTo(-0.3), -0.3),
        (UpTo(-0.25), None),
        (UpTo(-0.25, offers=volumes(-0.1, -0.2)), -0.2),
        (UpTo(-0.9, offers=volumes(-0.1, -0.2)), -0.4),
    ],
)
def test_offers_come_nearer_by_turns_until_one_is_taken(desk: Organisation, judge: UpTo, agreed: float | None) -> None:
    """What is asked comes down, what is offered goes up; nothing is done where they do not meet."""
    asking = Ladder(steps=volumes(-0.4, -0.35, -0.3))
    found = after(desk, ACT, Management=asking, A=judge).comparisons
    assert [act.change for act in found.get("it", ()) if isinstance(act, Volume)] == (
        [] if agreed is None else [agreed]
    )
    assert bool(found) == (agreed is not None)


def test_who_bargains_asks_for_no_more_than_he_would_take_and_takes_what_is_offered(desk: Organisation) -> None:
    """B loses by A's priority and gains when A brings less; A pays with as little of it as B takes."""
    waits = Stakes(watches={"waiting for us": 1.0})
    gives = tuple(replace(one, signed=Signature(author="A")) for one in volumes(-0.01, -0.4))
    first = Party(name="A", policy=Bargaining(offers=gives))
    other = Party(name="B", stakes=waits, policy=Bargaining())
    more = Volume(client="C", change=0.3, signed=replace(NEGOTIATED, author="A"))
    found = settle(desk, {"it": [more]}, [first, other], replications=8, weeks=4)
    assert [act.change for act in found.comparisons["it"] if isinstance(act, Volume)] == [0.3, -0.4]
    said = list(map(str, found.decisions))
    assert [one.split(" (")[0] for one in said[:2]] == ["Refused by B: volume: C", "Refused by B: volume: A"]


def test_an_act_of_the_same_kind_takes_the_place_of_what_was_proposed(desk: Organisation) -> None:
    more, less = (Volume(client="A", change=change, signed=replace(NEGOTIATED, author="C")) for change in (0.5, 0.1))
    found = after(desk, more, Management=Ladder(steps=(less,)), C=Accepting())
    # Ladder takes volumes of -20 % only, so its own wish stands in for the proposal only when it asks for it.
    assert found.comparisons == {}
    asking = after(desk, more, Management=Counter(less), C=Accepting()).comparisons["it"]
    assert [act.change for act in asking if isinstance(act, Volume)] == [0.1]


@dataclass(frozen=True)
class Counter:
    """Proposes something else instead."""

    name: ClassVar[str] = "counter"
    instead: Act

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=True, asks=(self.instead,))


def test_what_was_refused_is_remembered_by_whoever_proposed_it(desk: Organisation) -> None:
    """An act kept for that case is done then only, and tit for tat answers in kind."""
    kept_back = IfRefused(act=Bypass(client="A", skips="Triage"), of="priority")
    acts = [ACT, kept_back]
    refusing = settle(desk, {"it": acts}, [Party(name="Management", policy=Refusing())])
    assert refusing.comparisons == {"it": (kept_back.act,)}
    accepting = settle(desk, {"it": acts}, [Party(name="Management")])
    assert accepting.comparisons == {"it": (agreed_by(ACT, "Management"),)}
    theirs = Volume(client="B", change=0.1, signed=replace(NEGOTIATED, author="Management"))
    for forgives, left in ((0, False), (1, True)):
        parties = [
            Party(name="Management", policy=Refusing()),
            Party(name="A", policy=Remembering(forgives=forgives)),
        ]
        done = agreed_by(theirs, "A")
        assert (done in settle(desk, {"it": [ACT, theirs]}, parties).comparisons.get("it", ())) == left
        assert settle(desk, {"it": [theirs]}, parties).comparisons["it"] == (done,)


def test_what_is_kept_for_a_refusal_by_a_policy_is_answered_as_anything_else(desk: Organisation) -> None:
    """Where a policy refused what it waited for, it was done, and nothing of what was answered to it."""
    kept = IfRefused(act=When(act=Bypass(client="A", skips="Triage"), lag=2.0), of="priority")
    less = Answer(party="Management", to="bypass", making=ServeLess(at="Network"))
    proposed, _told = answered([ACT, kept], [less])
    (burst, back) = settle(desk, {"": proposed}, [Party(name="B", policy=Refusing())]).comparisons[""]
    assert burst == kept.act
    assert (back.name, back.moment, back.act.signed.answers) == (  # type: ignore[attr-defined]
        *("when", "lag 2 weeks", title(burst)),
    )
    willing = settle(desk, {"": proposed}, [Party(name="B", policy=Accepting())]).comparisons[""]
    assert [one.name for one in willing] == ["priority"]


REFUSED = """
compare:
  - A: [{priority: {team: Network}, force: negotiated}, volume: {change: 5 %}]
    B: [{priority: {team: Network}, force: negotiated}]
  - called: he asks later
    B: [{priority: {team: Network}, force: negotiated}]
    A: [{bypass: {skips: Triage}, force: negotiated}]
parties:
  A: {answers: {remember: {}}}
answers:
  B: [refuse: priority, refuse: bypass]
"""


def test_what_was_refused_by_one_of_the_answers_is_remembered_from_then_on(desk: Organisation, tmp_path: Path) -> None:
    """A refusal by a policy was met in kind, and the same one among the answers was not."""
    (file := tmp_path / "refused.yaml").write_text(REFUSED)
    read = load_scenario(file)
    (first, acts), (later, _acts) = read.comparisons
    assert [act.name for act in acts] == ["volume", "priority"]
    settled = settle(desk, dict(read.comparisons), read.parties, refused=read.refusals_met)
    assert [act.name for act in settled.comparisons[first]] == ["volume"]
    assert [act.name for act in settled.comparisons[later]] == ["priority"]
    assert "1 refusal of B is remembered" in " ".join(map(str, settled.decisions))


def test_who_remembers_accepts_what_is_done_only_while_he_is_served_so(desk: Organisation) -> None:
    """His own measures where nobody is named, in the run itself, beside what the act waits for anyway; and so does what
    is asked in return. What is no measure of his is left out."""
    theirs = Volume(client="B", change=0.1, signed=replace(NEGOTIATED, author="Management"))
    waits = When(act=theirs, condition="cycle time > 1 h for B over 1 week", lag=2.0)
    for said, own in (
        ("cycle time < 9 h over 2 weeks", "cycle time < 9 h for A over 2 weeks"),
        ("cycle time < 9 h for B over 2 weeks", "cycle time < 9 h for B over 2 weeks"),
        ("wait at the team < 9 h over 2 weeks", ""),
        ("wait at the team < 9 h over 2 weeks or rework < 9 % over 2 weeks", ""),
    ):
        party = Party(name="A", policy=Remembering(as_long_as=parse(said)))
        found = settle(desk, {"at once": [theirs], "waits": [waits]}, [party], replications=2)
        at_once, waiting = (getattr(found.comparisons[name][0], "moment", "") for name in ("at once", "waits"))
        assert at_once == (f"when {own}" if own else ""), said
        assert waiting == f"when cycle time > 1 h for B over 1 week{f' and {own}' if own else ''}, lag 2 weeks", said
    for imposed in (IMPOSED, replace(IMPOSED, client="B")):
        assert settle(desk, {"it": [imposed]}, [party]).comparisons["it"] == (imposed,)
    firm = Party(name="Management", policy=Remembering(as_long_as=parse("cycle time < 9 h over 2 weeks")))
    asks = Party(name="B", policy=Asking())
    package = settle(desk, {"it": [ACT]}, [firm, asks], replications=2).comparisons["it"]
    assert {getattr(one, "moment", "") for one in package} == {"when cycle time < 9 h for all clients over 2 weeks"}
    assert len(package) == 2


def test_what_is_imposed_waits_for_nothing_that_is_granted_for_it(desk: Organisation) -> None:
    """Who imposes grants what is asked for it as long as he is served well: that alone depends on it."""
    author = Party(name="A", policy=Remembering(as_long_as=parse("waiting for us < 6 h over 1 week")))
    settled = settle(desk, {"it": [IMPOSED]}, [author, Party(name="Management", policy=Asking())])
    act, granted = settled.comparisons["it"]
    assert act == IMPOSED
    assert isinstance(granted, When)
    assert str(granted.condition) == "waiting for us < 6 h for A over 1 week"


def test_what_is_accepted_as_long_as_it_holds_is_done_in_the_runs_in_which_it_does(desk: Organisation) -> None:
    told = []
    for said in ("cycle time > 1 s over 1 week", "cycle time < 1 s over 1 week"):
        party = Party(name="Management", policy=Remembering(as_long_as=parse(said)))
        settled = settle(desk, {"it": [ACT]}, [party], replications=2)
        told.append(str(settled.decisions[0]))
        result = compare(desk, scenarios=settled.comparisons, replications=4, weeks=4, warm_up_weeks=2)
        waits = result.effects.filter((pl.col("measure") == "waiting for us") & (pl.col("party") == "A"))
        assert (waits["difference"].item() < 0) == (">" in said)
    assert told[0].startswith(
        "Accepted by Management as long as cycle time > 1 s for all clients over 1 week: priority: A"
    )


def test_what_no_run_tells_is_said_where_somebody_watches_it(desk: Organisation) -> None:
    """Nothing is due here, and nothing has a price: it was left out without a word."""
    untold = Party(name="Management", policy=Calculating(), stakes=Stakes(watches={"cycle time": 1, "lateness": 3}))
    long_memory = Remembering(as_long_as=parse("lateness < 3 h over 2 weeks"))
    parties = [untold, Party(name="B", policy=long_memory), Party(name="Network", policy=Calculating())]
    first, second, third = settle(desk, {"one": [IMPOSED]}, parties, replications=4, weeks=2).decisions
    assert first.reply.why.endswith(", without lateness, which no run tells")
    assert str(second) == "Accepted by B as long as lateness < 3 h for B over 2 weeks, but imposed: priority: A."
    assert "without" not in third.reply.why, "what a team usually watches is not what it says that it watches"


def test_management_watches_the_team_that_is_alone() -> None:
    """All teams together are the one that there is: what the firm watches of it, its answer goes by."""
    work, rules = {"work done": 1}, counter()
    check = Signature(force="negotiated", author="Public")
    acts = [ImposedCheck(client="Public", after="Serve", duration=3600, signed=check)]
    parties = [Party(name=name, stakes=Stakes(watches=work), policy=Calculating()) for name in ("Management", "Desk")]
    replies = [settle(rules, {"check": acts}, [one], replications=4, weeks=1).decisions[0].reply for one in parties]
    assert not replies[0].accepts
    assert replies[0] == replies[1]
    served = Party(name="Management", policy=Remembering(as_long_as=parse("work done < 10 h a week over 1 week")))
    (said,) = settle(rules, {"check": acts}, [served], replications=4, weeks=1).decisions
    assert said.reply.only is not None
    assert said.reply.only.terms[0].party == "Desk"


def test_a_claim_of_all_teams_is_one_of_the_team_that_is_alone() -> None:
    claim = Claim(
        author="Public", aim="rigidity", measure="organising work of prescribers", party=ALL_TEAMS, expects="fall"
    )
    act = ImposedCheck(client="Public", after="Serve", duration=60, signed=Signature(claim=claim))
    (one,) = compare(counter(), act, replications=2, weeks=1).tried
    assert [act.claim.party for act in one.acts] == ["Desk"]


def test_answers_that_differ_name_the_comparison_and_others_are_told_once(desk: Organisation) -> None:
    """Who remembers refuses after a refusal what he accepts without; the refusal of another act is the same twice."""
    asked = replace(WISH, signed=Signature(author="Management", force="negotiated"))
    other = Bypass(client="A", skips="Triage", signed=NEGOTIATED)
    comparisons = {"after a refusal": [asked, ACT, other], "alone": [ACT, other]}
    parties = [Party(name="Management", policy=Remembering()), Party(name="A", policy=Refusing())]
    found = list(map(str, settle(desk, comparisons, [*parties, Party(name="B", policy=Refusing())]).decisions))
    assert len(found) == len(set(found))
    told = [one for one in found if "Management: priority" in one]
    assert [name for one in told for name in comparisons if f"in “{name}”" in one] == list(comparisons)
    (same,) = [one for one in found if "B: bypass" in one]
    assert "in “" not in same


def test_answers_tell_acts_of_one_name_apart(desk: Organisation) -> None:
    """Two priorities of one client at two teams, and two prices that may be asked, shared one title each."""
    other = replace(ACT, team="Desk")
    tried = settle(desk, {"one": [ACT], "other": [other]}, [Party(name="B", policy=Refusing())])
    assert [str(one) for one in tried.decisions] == [
        f"Refused by B: priority: A (team {team})." for team in ("Network", "Desk")
    ]
    asking = settle(desk, {"both": [ACT, other]}, [Party(name="Management", policy=Asking())])
    assert [str(one) for one in asking.decisions] == [
        f"Asked in return by Management for priority: A (team {team}): volume: A." for team in ("Network", "Desk")
    ]
    assert [act.signed.answers for act in asking.comparisons["both"] if isinstance(act, Volume)] == [
        "priority: A (team Network)",
        "priority: A (team Desk)",
    ]
    result = compare(desk, ACT, other, replications=2, weeks=2, warm_up_weeks=1)
    assert [one.name for one in result.tried] == ["priority: A (team Network)", "priority: A (team Desk)"]


RELAY = Relay(client="A", team="Desk", at="Network", discretion=0.8)
RESTRAINED, _REFUSALS = answered([RELAY], [Answer(party="Desk", to="relay", making=Restrain(by=0.5))])


def test_an_answer_waits_as_long_as_its_act_does_and_is_not_done_where_that_is_refused(desk: Organisation) -> None:
    """The act came late and took back the restraint; and a relay that was refused came back as its own restraint."""
    for said in ("cycle time > 1 s over 1 week", "cycle time < 1 s over 1 week"):
        party = Party(name="A", policy=Remembering(as_long_as=parse(said)))
        settled = settle(desk, {"it": RESTRAINED}, [party], replications=2)
        done = settled.comparisons["it"]
        assert [getattr(one, "moment", "") for one in done] == [f"when {said.replace(' over', ' for A over')}"] * 2
        result = compare(desk, scenarios=settled.comparisons, replications=2, weeks=4, warm_up_weeks=2)
        classes = result.history("it").at(desk.timeline.after(6.0)).clients["A"].classes
        assert classes == ({"ordinary": 0.6, "ordinary, A spoken for by Desk": 0.4} if ">" in said else {})
    refused = settle(desk, {"it": RESTRAINED}, [Party(name="A", policy=Refusing())])
    assert refused.comparisons == {}
    assert [str(one) for one in refused.decisions] == ["Refused by A: relay: A."]
    others = settle(desk, {"it": [*RESTRAINED, ACT]}, [Party(name="Desk", policy=Refusing())])
    assert [bare(one).name for one in others.comparisons["it"]] == ["relay", "relay"]


def test_whoever_is_asked_for_something_answers_it_though_others_talk(desk: Organisation) -> None:
    """A's price was raised for what Desk proposed, and A was never asked."""
    dear, cheap = (Price(client="A", change=by, signed=Signature(author="Management")) for by in (0.6, 0.1))
    asking = Party(name="Management", policy=Ladder(steps=(dear, cheap)))
    for author in (Party(name="Desk"), None):
        for least, agreed in ((0.1, [0.1]), (0.6, [0.6]), (0.0, None)):
            parties = [asking, Party(name="A", policy=Payer(least)), *([author] if author else [])]
            settled = settle(desk_with_prices(desk), {"it": [RELAY]}, parties)
            found = settled.comparisons.get("it")
            assert (None if found is None else [act.change for act in found if isinstance(act, Price)]) == agreed
            told = " ".join(map(str, settled.decisions))
            assert ("Refused by A: price: A" in told) == (least < 0.6)
            for act in found or ():
                if isinstance(act, Price):
                    assert act.signed.agreed_by == ("Desk", "A")


@dataclass(frozen=True)
class Payer:
    """Pays up to so much more."""

    most: float
    name: ClassVar[str] = "payer"

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=not isinstance(proposal.act, Price) or proposal.act.change <= self.most)


def desk_with_prices(desk: Organisation) -> Organisation:
    return replace(desk, clients={name: replace(one, price=10.0) for name, one in desk.clients.items()})


def test_what_the_parties_did_is_told_party_by_party_and_what_is_left_out_with_it(desk: Organisation) -> None:
    """A comparison of which nothing was left vanished without a word."""
    other = replace(ACT, team="Desk")
    parties = [Party(name="B"), Party(name="Management", policy=Refusing())]
    settled = settle(desk, {"one": [ACT, other], "two": [replace(IMPOSED, client="B")]}, parties)
    assert told_of(settled, ["one", "two"]) == (
        ("B", ("Accepted by B: priority: A (team Network); priority: A (team Desk); priority: B.",)),
        (
            "Management",
            (
                "Refused by Management: priority: A (team Network).",
                "Refused by Management: priority: A (team Desk).",
                "Would be refused by Management, but is imposed: priority: B.",
            ),
        ),
        ("one", ("Nothing is left to try of “one”: all of it is refused.",)),
    )
