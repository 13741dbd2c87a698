"""Acts by name, from texts and from other packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from irrupt.errors import ModelError
from irrupt.i18n import use
from irrupt.organisation import Claim, Distribution, Organisation, RuleChange
from irrupt.organisation.yaml_text import yaml_text
from irrupt.regulation import (
    Bypass,
    ImposedCheck,
    Priority,
    Signature,
    act_from,
    act_from_dict,
    act_to_dict,
    load_scenario,
    parse_act,
    registry,
)
from irrupt.regulation.acts import BUILT_IN
from irrupt.regulation.plain import chosen

CLAIM = Claim(author="A", aim="rigidity", measure="cycle time", party="A", expects="fall")


@dataclass(frozen=True, kw_only=True)
class Rich:
    """An act with parameters of many types."""

    name: ClassVar[str] = "rich"
    claim: ClassVar[Claim] = CLAIM
    client: str | None = None
    above: int
    by: Literal["day", "week"] = "day"
    often: bool = False
    teams: tuple[str, ...] = ()
    time: Distribution = field(default_factory=lambda: Distribution.fixed(1.0))

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """Nothing."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Usurper:
    """Takes the name of another."""

    name: ClassVar[str] = "priority"
    claim: ClassVar[Claim] = CLAIM
    client: str | None = None

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """Nothing."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Nobodys:
    """Is about everybody's cases, always."""

    name: ClassVar[str] = "nobody's"
    claim: ClassVar[Claim] = CLAIM
    client: None = None

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """Nothing."""
        return ()


class Opaque:
    """A type that no text can give."""


@dataclass(frozen=True, kw_only=True)
class Odd:
    """Has a parameter of a type of its own, takes no client, and refuses some values."""

    name: ClassVar[str] = "odd"
    claim: ClassVar[Claim] = CLAIM
    client: ClassVar[str | None] = None
    thing: Opaque | None = None
    size: int = 0

    def __post_init__(self) -> None:
        if self.size > 9:
            raise ValueError("too large")

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """Nothing."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Untyped:
    """Names a type that is not there when it runs."""

    name: ClassVar[str] = "untyped"
    claim: ClassVar[Claim] = CLAIM
    client: str | None = None
    what: "Nowhere" = None  # type: ignore[name-defined]  # noqa: F821, UP037

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """Nothing."""
        return ()


NO_ACT = 5


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Make entry points out of names of this module."""

    def install(*names: str) -> None:
        entries = [
            EntryPoint(name, f"{__name__}:{name}" if ":" not in name else name, registry.GROUP) for name in names
        ]
        loads = {f"{__name__}:{name}": globals().get(name) for name in names}

        class Entry:
            def __init__(self, entry: EntryPoint) -> None:
                self.name, self.value = entry.name, entry.value

            def load(self) -> Any:
                if self.value in loads:
                    return loads[self.value]
                raise ImportError("no module of this name")

        monkeypatch.setattr(registry, "entry_points", lambda group: [Entry(entry) for entry in entries])
        registry._all.cache_clear()

    yield install
    registry._all.cache_clear()


def message(text: str) -> list[str]:
    with pytest.raises(ModelError) as caught:
        parse_act(text)
    return [str(fault) for fault in caught.value.faults]


def test_built_in_acts_are_there_even_when_nothing_is_installed(installed: Any) -> None:
    installed()
    assert list(registry.acts()) == sorted(act.name for act in BUILT_IN)


def test_acts_of_other_packages_are_found_and_their_parameters_typed(installed: Any) -> None:
    installed("Rich")
    act = parse_act("rich: {above: 5, by: week, often: yes, teams: [A, B], time: {exponential: 2 h}, client: ~}")
    expected = Rich(above=5, by="week", often=True, teams=("A", "B"), time=Distribution.exponential(7200.0))
    assert act == expected
    assert act_to_dict(act)["rich"]["time"] == {"exponential": "2 h"}
    assert parse_act("rich: {above: 5, by: week, often: yes, teams: A, time: 2 h}").teams == ("A",)
    assert message("rich: {above: 5.5, by: month, often: maybe, teams: {}, time: 5}") == [
        '--act:1:15  rich: above: "5.5"; expected a whole number',
        '--act:1:24  rich: by: "month"; expected one of day, week',
        '--act:1:38  rich: often: "maybe"; expected true or false',
        "--act:1:52  rich: teams: a mapping; expected a list",
        '--act:1:62  rich: time: "5" has no unit: write 5 min, 5 h or 5 days',
    ]


def test_acts_of_other_packages_that_cannot_be_used_are_told_all_at_once(installed: Any) -> None:
    installed("Usurper", "NO_ACT", "nowhere:Act")
    with pytest.raises(ModelError) as caught:
        registry.acts()
    found = "\n".join(str(fault) for fault in caught.value.faults)
    assert 'another act is called "priority" too; rename one of them' in found
    assert "this is no act; expected a dataclass with a name and changes()" in found
    assert "nowhere:Act  this act cannot be loaded: no module of this name" in found


def test_who_does_an_act_that_is_about_no_client_does_not_become_its_client(installed: Any, tmp_path: Path) -> None:
    installed("Nobodys")
    file = tmp_path / "plan.yaml"
    file.write_text("compare:\n  - Shops: [nobody's: {}]\n")
    ((_name, (act,)),) = load_scenario(file).comparisons
    assert act == Nobodys()


def test_what_is_for_everybody_is_said_as_ledgers_say_it(tmp_path: Path) -> None:
    """Whoever asks for it; an act that needs a client takes it for a name."""
    asked = "imposed check: {client: all clients, after: Repair}"
    assert parse_act(asked).client is None
    file = tmp_path / "plan.yaml"
    file.write_text(f"compare:\n  - Shops:\n      - {asked}\n")
    ((_name, (act,)),) = load_scenario(file).comparisons
    assert (act.client, act.signed.author, act.claim.party) == (None, "Shops", "all clients")
    assert parse_act("bypass: {client: all clients, skips: Triage}").client == "all clients"


def test_an_act_is_made_from_a_text() -> None:
    assert parse_act("priority: {client: Hospital A, team: Network}") == Priority(client="Hospital A", team="Network")
    assert parse_act("bypass: {client: No, skips: 12:30}") == Bypass(client="No", skips="12:30")
    assert parse_act("imposed_check: {client: A, after: X, duration: {lognormal: {mean: 1 h, cv: 2}}}") == ImposedCheck(
        client="A", after="X", duration=Distribution.lognormal(3600.0, 2.0)
    )
    claimed = parse_act("{priority: {client: A, team: T}, claim: {fluctuation: work done, to: rise}}")
    assert claimed.claim == Claim(author="A", aim="fluctuation", measure="work done", party="T", expects="rise")
    inside = parse_act("priority: {client: A, team: T, claim: {fluctuation: work done, to: rise}}")
    assert inside == claimed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "--act  nothing is written here"),
        ("priority", '--act:1:1  "priority"; expected an act: name: {parameter: value}'),
        (
            "volume: {client: A, change: 10 %, when: cycle time > 1 h over 1 week}",
            '--act:1:35  volume: unknown parameter "when"; it stands beside the act: {volume: {...}, when: ...}',
        ),
        ("{act: [volume], client: A}", "--act:1:7  a list; expected the name of an act"),
        ("{act: , client: A}", "--act:1:7  nothing; expected the name of an act"),
        ("{}", "--act:1:1  0 acts in one entry; expected one act; write each as an entry of its own"),
        ("prioritty: {client: A}", '--act:1:1  no act "prioritty"; did you mean "priority"?'),
        ("priority: A", '--act:1:11  priority: "A"; write {parameter: value}'),
        ("priority:", '--act:1:10  priority: the parameter "client" is missing'),
        ("priority: {client: A, tem: T}", '--act:1:23  priority: unknown parameter "tem"; did you mean "team"?'),
        (
            "priority: {client: A, team: }",
            '--act:1:29  priority: team: nothing; expected a text; put it in quotes if it is a name: "null"',
        ),
        ("priority: {client: A, team: T, rank: high}", '--act:1:38  priority: rank: "high"; expected a whole number'),
        (
            "priority: {client: A, team: T, force: gentle}",
            '--act:1:39  priority: force: "gentle"; expected one of imposed, negotiated, carried up',
        ),
        (
            "bypass: {client: A}",
            '--act:1:9  bypass: nothing to skip; expected "skips", an activity, or "team", or both',
        ),
        (
            "imposed check: {client: A, after: X, duration: 15}",
            '--act:1:48  imposed check: duration: "15" has no unit: write 15 min, 15 h or 15 days',
        ),
        (
            "{priority: {client: A, team: T}, bypass: {client: A, skips: X}}",
            "--act:1:1  2 acts in one entry; expected one act; write each as an entry of its own",
        ),
        ("{priority: {client: A, team: T}, when: later}", '--act:1:40  when: no measure "later"'),
        ("{priority: {client: A, team: T}, answers: {}}", "--act:1:43  priority: answers: a mapping; expected a text"),
        (
            "{priority: {client: A, team: T}, force: gentle}",
            '--act:1:41  priority: force: "gentle"; expected one of imposed, negotiated, carried up',
        ),
        (
            "{priority: {client: A, team: T, force: imposed}, force: imposed}",
            '--act:1:50  priority: the parameter "force" is given twice',
        ),
        (
            "imposed check: {client: A, after: X, imposed by: B}",
            '--act:1:38  imposed check: unknown parameter "imposed by"; ',
        ),
        (
            "{priority: {client: A, team: T}, claim: cycle time}",
            '--act:1:41  "cycle time"; expected {rigidity: cycle time, to: fall}',
        ),
        (
            "{priority: {client: A, team: T}, claim: {rigidity: cycel time, to: fall}}",
            '--act:1:52  claim: no measure "cycel time"; did you mean "cycle time"?',
        ),
        (
            "{priority: {client: A, team: T}, claim: {rigidity: cycle time}}",
            "--act:1:41  claim: to nothing; expected fall or rise",
        ),
        (
            "{priority: {client: A, team: T}, claim: {rigidity: cycle time, to: sink}}",
            '--act:1:68  claim: to "sink"; expected fall or rise',
        ),
        (
            "{priority: {client: A, team: T}, claim: {to: fall}}",
            '--act:1:41  claim: it must be about one thing; expected either "rigidity" or "fluctuation"',
        ),
        (
            "{priority: {client: A, team: T}, claim: {rigidty: cycle time, to: fall}}",
            '--act:1:42  claim: unknown key "rigidty"; did you mean "rigidity"?',
        ),
        (
            "{bypass: {client: A, skips: X}, claim: {rigidity: work done, to: fall}}",
            "--act:1:40  claim: whose measure it is about is missing; expected party: a team",
        ),
        (
            "{bypass: {client: A, skips: X}, claim: {rigidity: rework, to: fall, party: [A]}}",
            "--act:1:76  party: a list; expected a text",
        ),
    ],
)
def test_each_thing_wrong_with_an_act_is_told_with_its_place(text: str, says: str) -> None:
    assert any(line.startswith(says) for line in message(text)), message(text)


def test_what_may_be_a_number_or_a_text_and_is_neither_is_told_once() -> None:
    told = "--act:1:38  flexibility demand: daily: a list; expected a number"
    assert message("flexibility demand: {team: T, daily: [2 h]}") == [told]


def test_names_in_the_language_of_the_user_lead_to_those_of_files() -> None:
    use("fr")
    try:
        said, *_missing = message("dossier complet: {client: A}")
        assert "vouliez-vous dire «\u202fcomplete file\u202f»" in said
        (waits,) = message("{priority: {client: A, team: B}, when: durée du dossier > 3 days over 2 weeks}")
        assert "cycle time" in waits
    finally:
        use(None)


def test_everything_wrong_with_an_act_is_told_at_once() -> None:
    assert len(message("{priority: {clint: A, rank: x}, claim: {rigidity: cycel time, to: sink}}")) == 5


def test_parameters_may_be_values_of_python() -> None:
    act = act_from("imposed check", {"client": None, "after": "X", "duration": 900.0, "claim": CLAIM})
    assert act == ImposedCheck(client=None, after="X", duration=900.0, signed=Signature(claim=CLAIM))
    assert act_from("priority", {"client": "A", "team": "T", "rank": 2}) == Priority(client="A", team="T", rank=2)


def test_what_several_agreed_on_is_negotiated_where_nothing_else_is_said() -> None:
    act = act_from("priority", {"client": "A", "team": "T", "agreed by": ["T", "A", "T"]})
    assert act == Priority(client="A", team="T", signed=Signature(force="negotiated", agreed_by=("T",)))
    beside = parse_act("{priority: {client: A, team: T}, agreed by: [T], force: carried up}")
    assert (beside.signed.force, beside.signed.agreed_by) == ("carried up", ("T",))  # type: ignore[attr-defined]
    assert act_from_dict(act_to_dict(act)) == act
    assert message("{priority: {client: A, team: T}, agreed by: [T], force: imposed}") == [
        "--act:1:45  priority: agreed by: what is imposed is not agreed; force: negotiated"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "certification: {activity: Repair, added: 12 min, learning: 8 weeks}",
        "flexibility demand: {team: Desk, shifts: Sat 9-12, oldest: 1.5 h}",
        "gathering: {activity: Repair, size: 3, longest wait: 100 s}",
    ],
)
def test_what_is_written_of_an_act_with_times_is_read_from_a_file(text: str) -> None:
    """Seconds were written without a unit, which files refuse."""
    act = parse_act(text)
    assert parse_act(yaml_text(act_to_dict(act))) == act == act_from_dict(act_to_dict(act))


def test_an_act_is_written_out_whole() -> None:
    act = Priority(client="A", team="T", signed=Signature(claim=CLAIM, reason="because"))
    assert act_to_dict(act) == {
        "priority": {
            "agreed by": [],
            "answers": "",
            "author": "A",
            "channel": "instrument",
            "client": "A",
            "force": "imposed",
            "organising hours": 0.0,
            "interrupts": False,
            "rank": 1,
            "reason": "because",
            "team": "T",
            "visible to": [],
            "written": True,
        },
        "claim": {"rigidity": "cycle time", "to": "fall", "party": "A", "text": "", "author": "A"},
    }
    assert act_from_dict(act_to_dict(act)) == act
    assert act_from_dict(chosen(act_to_dict(act))) == act
    assert chosen(act_to_dict(act))["priority"] == {"client": "A", "reason": "because", "team": "T"}


def test_what_an_act_refuses_itself_is_told_at_its_place(installed: Any) -> None:
    installed("Odd")
    assert message("odd: {size: 10}") == ["--act:1:6  odd: too large"]
    thing = Opaque()
    assert act_from("odd", {"thing": thing}) == Odd(thing=thing)


def test_types_that_are_not_known_are_not_checked(installed: Any) -> None:
    installed("Untyped")
    assert act_from("untyped", {"what": 5}) == Untyped(what=5)


def test_an_act_without_client_can_stand_below_one(installed: Any, tmp_path: Path) -> None:
    installed("Odd")
    path = tmp_path / "scenario.yaml"
    path.write_text("compare: [A: [odd: {size: 1}]]")
    assert load_scenario(path).comparisons == (("odd", (Odd(size=1),)),)


def test_acts_with_values_of_many_types_are_written_plainly(installed: Any) -> None:
    installed("Rich", "Odd")
    assert act_to_dict(Rich(above=1, teams=("A",)))["rich"]["teams"] == ["A"]
    assert isinstance(act_to_dict(Odd(thing=Opaque()))["odd"]["thing"], str)


@pytest.mark.parametrize("text", ["bypass {client: a, skips: b}", "bypass client", "imposed_check {after: x}"])
def test_a_colon_that_is_missing_behind_the_name_is_told(text: str) -> None:
    (said,) = message(text)
    name = "bypass" if "bypass" in text else "imposed check"
    assert said.startswith("--act:1:1")
    assert said.endswith(f"write {name}: {{parameter: value}}")


@pytest.mark.parametrize("said", ["", ", text: We wait too long"])
def test_a_claim_that_somebody_makes_is_told_from_one_that_goes_without_saying(said: str) -> None:
    act = "bypass: {client: Hospital A, skips: Triage, claim: {rigidity: cycle time, to: fall%s}}"
    made, usual = parse_act(act % said), parse_act("bypass: {client: Hospital A, skips: Triage}")
    assert (made.claim.given, usual.claim.given) == (True, False)
    for one in (made, usual):
        assert act_from_dict(act_to_dict(one)) == one
        assert act_from_dict(chosen(act_to_dict(one))) == one
    again = parse_act(act % f"{said}, given: no")
    assert again.claim.given is False
    with pytest.raises(ModelError, match='given: "maybe"; expected true or false'):
        parse_act(act % ", given: maybe")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "certification: {actvity: A, added: long, times: -3, after: B, then: C, force: gentle}",
            ['unknown parameter "actvity"', 'added: "long" is not', "times: -3", 'force: "gentle"'],
        ),
        ("late change: {client: A, durng: Plan, back to: Triage, share: 1.5}", ['parameter "durng"', "share: 1.5"]),
        ("flexibility demand: {team: T, dayly: 2, load: -1, above: 25}", ['parameter "dayly"', "load: -1"]),
        ("flexibility demand: {team: T, dayly: 2, load: -1, most: 4}", ['parameter "dayly"', "load: -1"]),
        ("priorty: {client: A, team: T, rnk: 1, force: gentle}", ['no act "priorty"', '"rnk"', 'force: "gentle"']),
    ],
)
def test_an_unknown_name_hides_no_value_that_is_wrong(text: str, told: list[str]) -> None:
    """What only follows from the parameter that is unknown is not told: that hours are missing, or an activity."""
    with pytest.raises(ModelError) as problem:
        parse_act(text)
    found = [str(fault) for fault in problem.value.faults]
    assert len(found) == len(told), found
    assert all(any(one in fault for fault in found) for one in told), found
