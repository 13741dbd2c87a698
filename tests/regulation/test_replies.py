"""Answers with a form of their own: each makes the act that its name says, in scenario files and in Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from irrupt.errors import ModelError
from irrupt.organisation import Organisation, amended, regulation
from irrupt.regulation import (
    BufferStock,
    Certification,
    LateChange,
    Priority,
    Relay,
    Shortcut,
    Traceability,
    Transmission,
    Volume,
    Writing,
    load_scenario,
)
from irrupt.regulation.acts import Signature
from irrupt.regulation.answers import FORMS, Answer, answered
from irrupt.regulation.replies import MAKING, Buffer, KeepUnwritten, Restrain, ServeLess, WriteOneself
from irrupt.regulation.when import IfRefused, When, bare

A = "Hospital A"
LATE = LateChange(client=A, during="Resolve", back_to="Triage", share=0.2)
RELAY = Relay(client=A, team="First line", at="Network", discretion=0.4)
SHOWN = Transmission(practice="How it is confirmed", holder="Network")
HALF = Restrain(by=0.5)
CERTIFIED = Certification(activity="Resolve", added="5 min")


def back(act: Any, party: str, making: Any) -> Any:
    """What *party* does back to *act*."""
    (first, answer), refusals = answered([act], [Answer(party=party, to=act.name, making=making)])
    assert first is act
    assert not refusals
    assert answer.signed.answers.startswith(act.name)
    assert answer.signed.author == party
    return answer


def read(tmp_path: Path, act: str, party: str, answer: str) -> Any:
    """The same from a scenario file."""
    path = tmp_path / "scenario.yaml"
    path.write_text(f"compare:\n  - {A}: [{act}]\nanswers:\n  {party}:\n    - {answer}\n")
    ((_called, acts),) = load_scenario(path).comparisons
    return acts[-1]


def test_an_unreliable_client_is_served_after_others(tmp_path: Path) -> None:
    found = back(LATE, "Management", ServeLess(at="Network"))
    assert isinstance(found, Priority)
    assert (found.client, found.team, found.rank) == (A, "Network", -1)
    assert found.claim.expects == "rise", "nobody expects that who is taken last waits for less time"
    late = "late change: {during: Resolve, back to: Triage, share: 20 %}"
    assert read(tmp_path, late, "Management", "serve less: {for: late change, at: Network}") == found
    assert read(tmp_path, late, "Management", "serve less: {for: late change, at: Network, rank: -2}").rank == -2


def test_a_stock_is_kept_against_what_a_client_changes(tmp_path: Path) -> None:
    found = back(Volume(client=A, change=0.2), "Management", Buffer(periods=0.5))
    assert isinstance(found, BufferStock)
    assert (found.client, found.periods, found.product) == (A, 0.5, None)
    again = read(tmp_path, "volume: {change: 20 %}", "Management", "buffer: {for: volume, periods: 0.5}")
    assert again == found


def test_a_team_restrains_the_discretion_that_it_was_given(tmp_path: Path, desk: Organisation) -> None:
    """Of four cases in ten it speaks for two: by itself, unwritten, and seen by nobody else."""
    found = back(RELAY, "First line", Restrain(by=0.5))
    assert (found.used, found.signed.written, found.signed.visible_to) == (0.2, False, ("First line",))
    again = read(
        tmp_path,
        "relay: {team: First line, at: Network, discretion: 40 %, author: First line}",
        "First line",
        "restrain: {for: relay, by: 50 %}",
    )
    assert (again.used, again.signed.written) == (found.used, False)
    rules = amended(desk, RELAY.changes(desk, desk.origin))
    (change,) = found.changes(rules, desk.origin)
    assert regulation(change, desk.teams) == "autonomous"
    spoken = [share for name, share in amended(rules, [change]).clients[A].classes.items() if "First line" in name]
    assert spoken == [pytest.approx(0.2)]
    with pytest.raises(ModelError, match="late change gives no discretion; expected relay"):
        back(LATE, "First line", Restrain(by=0.5))


def test_who_restrains_what_is_restrained_already_uses_less_of_it() -> None:
    """He used more: his own restraint took the place of the one that was there."""
    found = back(Relay(client=A, team="First line", at="Network", discretion=0.4, restraint=0.5), "First line", HALF)
    assert (found.restraint, found.used) == (0.75, pytest.approx(0.1))


def test_a_team_writes_itself_or_keeps_to_itself_how_it_works(tmp_path: Path, desk: Organisation) -> None:
    own = back(CERTIFIED, "Network", WriteOneself())
    assert (own.rule, own.team, own.activities) == ("how Resolve is done", "Network", ("Resolve",))
    (kept,), _told = answered([SHOWN], [Answer(party="Network", to="transmission", making=KeepUnwritten())])
    assert isinstance(kept, Writing)
    assert kept.signed.answers == "transmission"
    assert (kept.rule, kept.signed.written, kept.signed.visible_to) == ("How it is confirmed", False, ("Network",))
    for act, answer, found in (
        ("certification: {activity: Resolve, added: 5 min}", "write oneself: {for: certification}", own),
        (
            "transmission: {practice: How it is confirmed, holder: Network}",
            "keep unwritten: {for: transmission}",
            kept,
        ),
    ):
        assert read(tmp_path, act, "Network", answer) == found
        (change,) = found.changes(desk, desk.origin)
        assert regulation(change, desk.teams) == "autonomous"
        assert change.written == found.signed.written
    named = read(
        tmp_path,
        "certification: {activity: Resolve, added: 5 min}",
        "Network",
        "write oneself: {for: certification, rule: The manual}",
    )
    assert named.rule == "The manual"


def test_what_its_holder_keeps_to_himself_is_not_shown(desk: Organisation) -> None:
    """It was shown all the same: who was to learn it did, and two rules said the one and the other."""
    learned = replace(SHOWN, learner="First line")
    keeps, priced = (
        Answer(party="Network", to="transmission", making=KeepUnwritten()),
        Answer(party="Management", to="transmission", act=Volume(client=A, change=0.1)),
    )
    done, told = answered([learned, CERTIFIED], [priced, keeps])
    assert [act.name for act in done] == ["writing", "certification"]
    assert told == ["Kept back by Network: transmission"]
    (change,) = done[0].changes(desk, desk.origin)
    assert amended(desk, [change]).people == desk.people
    assert not change.seen_by(A)
    (later,), _told = answered([When(act=learned, lag=2.0)], [keeps])
    assert isinstance(later, When)
    assert (later.lag, bare(later).name) == (2.0, "writing")
    assert answered([learned], [priced])[0][0] == learned
    for another in (replace(keeps, party="First line"), replace(keeps, making=KeepUnwritten(rule="The manual"))):
        assert [act.name for act in answered([learned], [another])[0]] == ["transmission", "writing"]


def test_a_client_is_invited_as_an_ally(tmp_path: Path) -> None:
    """Management answers a team's shortcut by asking the client to have recorded what is done for him."""
    found = read(
        tmp_path,
        "shortcut: {team: Network, activity: Resolve, times: 0.9, author: Network}",
        "Management",
        "invite: {for: shortcut, client: Hospital A, act: {traceability: {activity: Resolve}}}",
    )
    assert isinstance(found, Traceability)
    assert (found.client, found.signed.author) == (A, A)
    assert found.signed.reason == "invited by Management"
    assert found.signed.answers == "shortcut"


def test_serving_less_and_stocks_answer_acts_of_one_client_only() -> None:
    everybodys = Shortcut(team="Network", activity="Resolve", times=0.9)
    for making in (ServeLess(at="Network"), Buffer(periods=1)):
        with pytest.raises(ModelError, match="shortcut is no act of one client"):
            back(everybodys, "Management", making)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("serve less: {for: volume}", r"expected \{for: ACT, at: TEAM\}"),
        ("serve less: {for: volume, at: Network, rnk: 2}", r"expected \{for: ACT, at: TEAM\}"),
        ("serve less: {for: volume, at: Network, rank: 2}", "serve less: rank: 2; expected a whole number below 0"),
        ("buffer: {for: volume, periods: much}", r":3:1  .*periods: .*expected a number of periods, or a time"),
        ("restrain: {for: relay, by: 150 %}", r":5:\d+  restrain: by: 1.5; expected a share from 0 to 1"),
        ("restrain: {for: rely, by: 50 %}", 'no act "rely"; did you mean "relay"'),
        ("refuse: {for: priority}", "the name of an act; as in refuse: priority"),
        ("invite: {for: volume, act: {volume: {change: 1}}}", r"expected \{for: ACT, client: NAME"),
        ("refuse: volume when rework > 5 % over 4 weeks", r"no act .*an answer waits for nothing; .*as long as: COND"),
        ("buy off: {for: volume}", "no answer: buy off; expected refuse: ACT"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(tmp_path: Path, answer: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        read(tmp_path, "volume: {change: 20 %}", "Management", answer)


def test_every_answer_that_makes_something_has_a_form() -> None:
    assert set(MAKING) < set(FORMS)


def test_nobody_refuses_what_he_does_himself_or_asks_himself_for_something_in_return() -> None:
    mine, theirs = (
        Priority(client=name, team="Network", signed=Signature(force="negotiated")) for name in (A, "Shops")
    )
    refuses = Answer(party=A, to="priority")
    assert answered([mine, theirs], [refuses]) == ([mine], ["Refused by Hospital A: priority: Shops"])
    asks = Answer(party=A, to="priority", act=Volume(client="Shops", change=-0.1))
    assert [act.name for act in answered([mine, theirs], [asks])[0]] == ["priority", "priority", "volume"]


def test_what_is_kept_for_a_refusal_is_done_where_an_answer_is_that_refusal() -> None:
    """It was left out, whoever refused what it waited for, and answered by nobody."""
    asked = Volume(client=A, change=0.3, signed=Signature(force="negotiated"))
    burst = Priority(client=A, team="Network")
    kept, refuses = IfRefused(act=burst, of="volume"), Answer(party="Management", to="volume")
    less = Answer(party="Management", to="priority", making=ServeLess(at="Network"))
    done, told = answered([asked, kept], [refuses, less])
    assert done[0] == burst
    assert [act.name for act in done] == ["priority", "priority"]
    assert told == ["Refused by Management: volume: Hospital A"]
    assert answered([asked, kept], [less]) == ([asked, kept, done[1]], [])
    unrefused = ["Not done: priority: Hospital A if volume is refused"]
    assert answered([asked, kept], [less], nobody_else=True) == ([asked], unrefused)


def test_what_is_kept_for_a_refusal_may_be_refused_or_kept_back_itself() -> None:
    asked = Volume(client=A, change=0.3, signed=Signature(force="negotiated"))
    proposed = Priority(client=A, team="Network", signed=Signature(force="negotiated"))
    refused = answered([asked, IfRefused(act=proposed, of="volume")], [Answer(party="Management", to="priority")])
    assert refused == ([asked], ["Refused by Management: priority: Hospital A if volume is refused"])
    keeps = Answer(party="Network", to="transmission", making=KeepUnwritten())
    shown = answered([asked, IfRefused(act=SHOWN, of="volume")], [keeps])
    assert shown == ([asked], ["Kept back by Network: transmission if volume is refused"])
