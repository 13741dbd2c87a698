"""Parties as agents: read from files with all that is wrong at once, and policies that keep what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from irrupt import i18n
from irrupt.errors import Fault, ModelError, UsageError
from irrupt.organisation import Organisation
from irrupt.organisation.rules import Claim
from irrupt.regulation import Priority, act_from_dict, act_to_dict, load_scenario, parties
from irrupt.regulation.conditions import parse
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import (
    Accepting,
    Bargaining,
    Calculating,
    Gain,
    Policy,
    Proposal,
    Refusing,
    Remembering,
    Reply,
    Tried,
    check_policy,
    policies,
)
from irrupt.regulation.stakes import FIGURES, MANAGING, WORKING, Stakes
from irrupt.regulation.when import IfRefused, When, bare

FILE = """
parties:
  Hospital A:
    figure: patient
    watches: {waiting for us: 3, throughput: 1}
    wants: {throughput: fall}
    may: [volume]
    invited by: Management
    repertoire:
      - priority: {team: Network}
      - bypass: {skips: Triage}
        when: cycle time > 12 h over 4 weeks
      - volume: {change: 10 %}
        force: imposed
  Hospital B:
    repertoire: [priority: {team: Servers}]
    answers: refuse
  Management:
    answers: {calculate: {in return: [volume: {client: Hospital A, change: -10 %}], in doubt: refuse}}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "parties.yaml"
    file.write_text(FILE)
    return file


def test_parties_are_read_with_what_they_watch_do_and_answer(plan: Path) -> None:
    first, second, management = load_scenario(plan).parties
    assert (first.name, first.invited_by, first.wish("throughput"), first.wish("waiting for us")) == (
        "Hospital A",
        "Management",
        "fall",
        "fall",
    )
    assert first.stakes is not None
    assert (first.stakes.watches, first.stakes.rights) == ({"waiting for us": 3, "throughput": 1}, {"volume"})
    assert isinstance(second.policy, Refusing)
    assert isinstance(management.policy, Calculating)
    assert management.policy.in_doubt == "refuse"
    (asked,) = management.policy.in_return
    assert (asked.name, asked.client) == ("volume", "Hospital A")


TALKING = """
parties:
  Hospital A:
    invited by: Management
    repertoire:
      - priority: {team: Network}
      - bypass: {skips: Triage}
        when: cycle time > 12 h over 4 weeks
        if refused: priority
    answers: {bargain: {offers: [volume: {change: -5 %}, volume: {change: -10 %}]}}
  Hospital B:
    answers: {remember: {as long as: cycle time < 20 h over 4 weeks, forgives: 1}}
  Management:
    answers: {bargain: {asks: [volume: {client: Hospital A, change: -10 %}], in doubt: refuse}}
"""


def test_what_is_offered_asked_and_remembered_is_read(plan: Path) -> None:
    plan.write_text(TALKING)
    first, second, management = load_scenario(plan).parties
    _priority, kept_back = first.repertoire
    assert isinstance(kept_back, IfRefused)
    assert isinstance(kept_back.act, When)
    assert (kept_back.of, kept_back.act.act.signed.force) == ("priority", "negotiated")  # type: ignore[attr-defined]
    assert act_from_dict(act_to_dict(kept_back)) == kept_back
    assert isinstance(first.policy, Bargaining)
    assert [(act.name, act.client, act.change) for act in first.policy.offers] == [  # type: ignore[attr-defined]
        ("volume", "Hospital A", -0.05),
        ("volume", "Hospital A", -0.1),
    ]
    assert second.policy == Remembering(as_long_as=parse("cycle time < 20 h over 4 weeks"), forgives=1)
    assert isinstance(management.policy, Bargaining)
    assert (len(management.policy.asks), management.policy.in_doubt) == (1, "refuse")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("if refused: priority", "if refused: priorty", 'no act "priorty"; did you mean "priority"?'),
        ("forgives: 1", "forgives: often", "a whole number, 0 or more"),
        ("as long as: cycle time", "as long as: cycel time", 'no measure "cycel time"'),
        ("offers:", "offer:", 'bargain: unknown parameter "offer"; did you mean "offers"?'),
    ],
)
def test_what_is_wrong_in_talks_is_told(plan: Path, old: str, new: str, says: str) -> None:
    plan.write_text(TALKING.replace(old, new))
    with pytest.raises(ModelError) as caught:
        load_scenario(plan)
    assert says in str(caught.value)


def test_who_is_invited_proposes_and_who_bursts_in_imposes(plan: Path) -> None:
    first, second, _management = load_scenario(plan).parties
    priority, bypass, volume = first.repertoire
    assert isinstance(bypass, When)
    forces = [act.signed.force for act in (priority, bypass.act, volume, *second.repertoire)]  # type: ignore[attr-defined]
    assert forces == ["negotiated", "negotiated", "imposed", "imposed"]
    assert "Management" in priority.signed.reason  # type: ignore[attr-defined]


def test_what_a_party_does_may_name_another_author(plan: Path) -> None:
    """Within the act it was said to be given twice, though nobody had given it but there."""
    plan.write_text(FILE.replace("priority: {team: Network", "priority: {author: First line, team: Network"))
    assert load_scenario(plan).parties[0].repertoire[0].signed.author == "First line"  # type: ignore[attr-defined]


def test_what_parties_do_is_compared_each_alone_and_all_together(plan: Path) -> None:
    read = load_scenario(plan)
    assert [(name, len(acts)) for name, acts in read.comparisons] == [
        ("acts of Hospital A", 3),
        ("acts of Hospital B", 1),
        ("all acts together", 4),
    ]
    assert {name: figure for name, (figure, _place) in read.figures.items()} == {"Hospital A": "patient"}


def test_comparisons_that_are_written_go_before_repertoires(plan: Path) -> None:
    plan.write_text(FILE + "compare: [Hospital A: [bypass: {skips: Triage}]]\n")
    assert [name for name, _acts in load_scenario(plan).comparisons] == ["bypass: Hospital A"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("waiting for us: 3", "waiting for you: 3", 'no measure "waiting for you"; did you mean "waiting for us"?'),
        ("waiting for us: 3", "waiting for us: -3", "expected a weight, 0 or more"),
        ("figure: patient", "figure: patent", 'did you mean "patient"'),
        ("invited by", "invitd by", 'unknown key "invitd by"; did you mean "invited by"?'),
        ("answers: refuse", "answers: refuses", 'no policy "refuses"; did you mean "refuse"?'),
        ("answers: refuse", "answers: [refuse]", "refuse"),
        ("in doubt: refuse", "in doubt: perhaps", "accept or refuse"),
        ("in doubt: refuse", "in dout: refuse", 'calculate: unknown parameter "in dout"; did you mean "in doubt"?'),
        ("{skips: Triage}", "{skip: Triage}", 'unknown parameter "skip"; did you mean "skips"?'),
        ("may: [volume]", "may: [volum]", 'did you mean "volume"'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(plan: Path, old: str, new: str, says: str) -> None:
    plan.write_text(FILE.replace(old, new))
    with pytest.raises(ModelError) as caught:
        load_scenario(plan)
    assert says in str(caught.value)
    assert all(fault.where.startswith(str(plan)) for fault in caught.value.faults)


@dataclass(frozen=True)
class Stubborn:
    """Refuses whatever does not bring it a lot."""

    name: ClassVar[str] = "stubborn"
    least: float

    def __post_init__(self) -> None:
        if self.least < 0:
            raise ModelError(Fault("least", str(self.least)))
        if self.least > 9:
            raise ValueError("too much")

    def reply(self, proposal: Proposal) -> Reply:
        """No."""
        return Reply(accepts=False)


@pytest.fixture
def stubborn_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package with the policy `stubborn` was installed."""
    monkeypatch.setattr(parties, "policies", lambda: {**policies(), "stubborn": Stubborn})


@pytest.mark.usefixtures("stubborn_known")
@pytest.mark.parametrize(("written", "least"), [("3", 3.0), ("2.5", 2.5), ("50 %", 0.5)])
def test_parameters_of_policies_of_other_packages_are_typed(plan: Path, written: str, least: float) -> None:
    asked = "compare: [Hospital A: [bypass: {skips: Triage}]]"
    plan.write_text(f"{asked}\nparties:\n  Shops:\n    answers: {{stubborn: {{least: {written}}}}}\n")
    (shops,) = load_scenario(plan).parties
    assert shops.policy == Stubborn(least)


@pytest.mark.usefixtures("stubborn_known")
@pytest.mark.parametrize(
    ("written", "says"),
    [("{least: x}", "stubborn:.*a number"), ("{least: -1}", "least: -1"), ("{least: 10}", "too much"), ("", "least")],
)
def test_what_a_policy_of_another_package_refuses_is_told_with_its_place(plan: Path, written: str, says: str) -> None:
    plan.write_text(f"parties:\n  Shops:\n    answers: {{stubborn: {written or '{}'}}}\n")
    with pytest.raises(ModelError, match=says) as caught:
        load_scenario(plan)
    assert all(fault.where.startswith(f"{plan}:3:") for fault in caught.value.faults)


def test_all_that_is_wrong_is_told_at_once(plan: Path) -> None:
    plan.write_text(FILE.replace("waiting for us: 3", "x: 3").replace("skips", "skip").replace("in doubt", "in dout"))
    with pytest.raises(ModelError) as caught:
        load_scenario(plan)
    assert len(caught.value.faults) == 3


def test_a_party_watches_what_its_figure_or_its_place_has_it_watch(desk: Organisation) -> None:
    assert Party(name="Hospital A").watches(desk) == FIGURES["user"].weights()
    assert Party(name="Hospital A", figure="industrial").watches(desk) == FIGURES["industrial"].weights()
    with pytest.raises(ModelError, match="industrail"):
        Party(name="Hospital A", figure="industrail")
    assert Party(name="Network").watches(desk) == WORKING.weights()
    assert Party(name="Management").watches(desk) == MANAGING.weights()
    assert (Party(name="Hospital A").weight(desk), Party(name="Network").weight(desk)) == (0.25, 0.0)


# Policies


ACT, RETURN = Priority(client="Hospital A", team="Network"), Priority(client="Hospital B", team="Network")


@pytest.mark.parametrize("kind", policies().values(), ids=policies())
def test_every_policy_keeps_its_promises(kind: type[Policy]) -> None:
    check_policy(kind(), ACT)


def test_a_policy_that_rolls_dice_or_says_nothing_is_found() -> None:
    @dataclass(frozen=True)
    class Moody:
        name: ClassVar[str] = "moody"
        moods = iter(range(99))

        def reply(self, proposal: Proposal) -> Reply:
            return Reply(accepts=True, why=str(next(self.moods)))

    @dataclass(frozen=True)
    class Mute:
        name: ClassVar[str] = "mute"

        def reply(self, proposal: Proposal) -> None:
            return None

    for policy, says in ((Moody(), "differently"), (Mute(), "does not answer"), (object(), "lacks a name")):
        with pytest.raises(ModelError, match=says):
            check_policy(policy, ACT)  # type: ignore[arg-type]


def reply(policy: Policy, brings: dict[int, float]) -> Reply:
    return policy.reply(Proposal(act=ACT, imposed=False, gain=Tried(brings=brings)))


def test_who_calculates_accepts_gains_refuses_losses_and_asks_for_what_makes_up() -> None:
    plain, asking = Calculating(), Calculating(in_return=(RETURN,))
    assert reply(plain, {1: 5.0}).accepts
    assert not reply(plain, {1: -5.0}).accepts
    assert reply(asking, {1: 5.0}).asks == ()
    assert reply(asking, {1: -5.0, 2: 5.0}).asks == (RETURN,)
    assert not reply(asking, {1: -5.0, 2: -5.0}).accepts
    assert reply(plain, {}).accepts
    assert not reply(Calculating(in_doubt="refuse"), {}).accepts


def test_who_accepts_everything_tries_nothing() -> None:
    def never(_acts: object) -> Gain:
        raise AssertionError

    assert Accepting().reply(Proposal(act=ACT, imposed=False, gain=never)).accepts


def test_gains_are_told_with_their_interval_and_only_where_they_can_be_told() -> None:
    assert str(Gain(mean=2.0, low=1.0, high=3.0, pairs=9)) == "a gain of 2.0 times what matters (1.0 to 3.0)"
    assert str(Gain(mean=-2.0, low=-3.0, high=-1.0, pairs=9)) == "a loss of 2.0 times what matters (1.0 to 3.0)"
    assert str(Gain(mean=-0.1, low=-1.0, high=0.8, pairs=9)) == (
        "neither a gain nor a loss that can be told: −0.1 times what matters (−1.0 to 0.8)"
    )


def test_what_nothing_is_said_of_is_as_usual(desk: Organisation, tmp_path: Path) -> None:
    """What a party may do was lost where nothing was said of what it watches."""
    file = tmp_path / "may.yaml"
    file.write_text(
        "parties:\n  Hospital A: {figure: patient, may: [hours], repertoire: [priority: {team: Network}]}\n"
        "  Network: {watches: {rework: 1}}\n"
    )
    client, team = load_scenario(file).parties
    assert client.stands(desk).rights == {"hours"}
    assert client.stands(desk).watches == FIGURES["patient"].watches
    assert (team.stands(desk).watches, team.stands(desk).rights) == ({"rework": 1.0}, WORKING.rights)
    assert Party(name="Management").stands(desk) == MANAGING


def test_a_party_watches_measures_that_there_are() -> None:
    with pytest.raises(ModelError, match='A  no measure "rewrok"; did you mean "rework"'):
        Party(name="A", stakes=Stakes(watches={"rewrok": 1.0}))
    with pytest.raises(ModelError, match='no measure "cycle tim"'):
        Party(name="A", wants={"cycle tim": "fall"})


def test_what_python_says_of_a_party_is_checked_as_what_files_say() -> None:
    """A wish that is no word was one to fall, a weight below nothing left a party that watches nothing, and a word for
    doubt that there is not was to refuse."""
    wrong = Stakes(watches={"rework": -1.0}, rights=frozenset({"volum"}))  # type: ignore[arg-type]
    with pytest.raises(ModelError) as raised:
        Party(name="A", stakes=wrong, wants={"rework": "up"})  # type: ignore[dict-item]
    assert len(raised.value.faults) == 3
    much = Stakes(watches={"cycle time": "much"})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match=r"^stakes > watches > cycle time  a value of type str; expected float$"):
        Party(name="A", stakes=much)
    with pytest.raises(UsageError, match=r"expected Stakes \| None; irrupt\.regulation\.stakes\.Stakes makes one"):
        Party(name="A", stakes={"rework": 1.0})  # type: ignore[arg-type]
    with pytest.raises(ModelError, match='remember: as long as  no measure "rewrok"'):
        Remembering(as_long_as="rewrok < 5 % over 4 weeks")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match='claim: expects  "up"; expected fall, rise'):
        Claim(author="A", aim="rigidity", measure="rework", party="A", expects="up")  # type: ignore[arg-type]
    for policy in (Calculating, Bargaining):
        with pytest.raises(ModelError, match='in doubt  "maybe"; expected accept or refuse'):
            policy(in_doubt="maybe")


def test_who_asked_a_party_in_is_named_as_everywhere(plan: Path) -> None:
    """In French it was « invité par Management », and « la Direction » in all else."""
    i18n.use("fr")
    try:
        act = load_scenario(plan).parties[0].repertoire[0]
    finally:
        i18n.use(None)
    assert bare(act).signed.reason == "invité par la Direction"  # type: ignore[attr-defined]
