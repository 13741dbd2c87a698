"""Scenario files: what is compared with what, and everything that is wrong at once."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.errors import Fault, ModelError, UsageError
from irrupt.organisation import Claim, Distribution, Organisation
from irrupt.regulation import (
    Bypass,
    ImposedCheck,
    Priority,
    Signature,
    Volume,
    When,
    act_from_dict,
    act_to_dict,
    load_scenario,
    scenario_schema,
    schema,
)

SCHEMA = Path(schema.__file__).with_name("scenario.schema.json")

PLANT = """\
organisation: plant.yaml
horizon: 26 weeks
warm up: 10 days
replications: 200
seed: 7
clients:
  Carmaker:
    figure: industrial
    acts:
      - priority: {team: Assembly}
        force: imposed
        claim: {rigidity: cycle time, to: fall, text: Too slow.}
compare:
  - {}
  - Carmaker: [bypass: {skips: Inspection}]
  - Carmaker:
      - bypass: {skips: Inspection}
    Others:
      - imposed check: {after: Assembly, duration: 20 min}
"""


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(PLANT)
    return path


def refused(path: Path) -> tuple[Fault, ...]:
    """What is wrong with the file at *path*; nothing when it can be read."""
    try:
        load_scenario(path)
    except ModelError as problem:
        return problem.faults
    return ()


def problems(path: Path, text: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        load_scenario(path)
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]


def test_a_scenario_says_what_is_compared_how_long_and_how_often(plant: Path) -> None:
    read = load_scenario(plant)
    assert read.organisation == plant.parent / "plant.yaml"
    assert (read.weeks, read.warm_up_weeks) == (26.0, pytest.approx(10 / 7))
    assert (read.replications, read.seed) == (200, 7)
    assert read.figures == {"Carmaker": ("industrial", f"{plant}:8:13")}


def test_what_clients_do_today_is_on_both_sides(plant: Path) -> None:
    claim = Claim(
        author="Carmaker", aim="rigidity", measure="cycle time", party="Carmaker", expects="fall", text="Too slow."
    )
    daily = Priority(client="Carmaker", team="Assembly", signed=Signature(claim=claim))
    bypass = Bypass(client="Carmaker", skips="Inspection")
    check = ImposedCheck(client="Others", after="Assembly", duration=Distribution.fixed(1200.0))
    read = load_scenario(plant)
    assert read.today == (daily,)
    assert read.comparisons == (
        ("bypass: Carmaker", (bypass,)),
        ("bypass: Carmaker + imposed check: Others", (bypass, check)),
    )


@pytest.mark.parametrize("compare", ["", "compare: [{}]"])
def test_where_nothing_is_added_the_acts_of_today_are_tried_themselves(compare: str, plant: Path) -> None:
    plant.write_text(
        f"clients: {{A: {{acts: [priority: {{team: T}}]}}, B: {{acts: [bypass: {{skips: X}}]}}}}\n{compare}"
    )
    read = load_scenario(plant)
    ((name, acts),) = read.comparisons
    assert read.today == ()
    assert name == "priority: A + bypass: B"
    assert acts == (Priority(client="A", team="T"), Bypass(client="B", skips="X"))


def test_what_is_not_said_is_usual(plant: Path) -> None:
    plant.write_text("compare: [A: [bypass: {skips: X}]]")
    read = load_scenario(plant)
    assert (read.organisation, read.weeks, read.warm_up_weeks) == (None, None, None)
    assert (read.replications, read.seed, read.figures) == (None, 1, {})


def test_an_entry_without_acts_is_the_other_side(plant: Path) -> None:
    plant.write_text("compare: [{}, A: [bypass: {skips: X}]]")
    assert [name for name, _acts in load_scenario(plant).comparisons] == ["bypass: A"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused(data: st.DataObject, plant: Path) -> None:
    """Never a traceback: only our own errors, each fault with its place."""
    begin = data.draw(st.integers(0, len(PLANT)))
    end = data.draw(st.integers(begin, min(len(PLANT), begin + 20)))
    plant.write_text(PLANT[:begin] + data.draw(st.text("ab:{}[],-\n 5'\"#&*!~", max_size=5)) + PLANT[end:])
    assert all(fault.where.startswith(str(plant)) for fault in refused(plant))


def test_each_comparison_has_a_name_of_its_own(plant: Path) -> None:
    plant.write_text("compare: [A: [priority: {team: S}], A: [priority: {team: T}], B: [priority: {team: T}]]")
    names = [name for name, _acts in load_scenario(plant).comparisons]
    assert names == ["priority: A (team S)", "priority: A (team T)", "priority: B"]
    plant.write_text("compare: [A: [priority: {team: S}], A: [{priority: {team: S}, force: negotiated}]]")
    assert [name for name, _acts in load_scenario(plant).comparisons] == ["priority: A", "priority: A (2)"]


def test_a_client_may_act_on_the_cases_of_others_and_signs_it(plant: Path) -> None:
    plant.write_text("compare: [A: [imposed check: {after: X, client: null}], A: [priority: {client: B, team: T}]]")
    (_, (check,)), (_, (priority,)) = load_scenario(plant).comparisons
    assert (check.client, check.claim.author, check.claim.party) == (None, "A", "all clients")
    assert (priority.client, priority.claim.author, priority.claim.party) == ("B", "A", "B")


def test_the_bundled_demonstration_can_be_read() -> None:
    read = load_scenario(str(files("irrupt.samples") / "demo.yaml"))
    french = load_scenario(str(files("irrupt.samples") / "demo.fr.yaml"))
    assert [name for name, _acts in french.comparisons] == [name for name, _acts in read.comparisons]
    for (_name, (ours,)), (_same, (theirs,)) in zip(read.comparisons, french.comparisons, strict=True):
        assert replace(ours.claim, text="") == replace(theirs.claim, text="")
        assert ours.claim.text != theirs.claim.text
    assert sorted(act.name for _, acts in read.comparisons for act in acts) == ["bypass", "imposed check", "priority"]
    assert all(act.claim.text for _, acts in read.comparisons for act in acts)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("horizon: 26 weeks", "«horison: 26 weeks", 'unknown key "horison"; did you mean "horizon"?'),
        ("horizon: 26 weeks", "horizon: «0 weeks", "no time at all: write 13 weeks"),
        (
            "horizon: 26 weeks",
            "horizon: «soon",
            '"soon" is not a duration: write 45 s, 12 min, 1.5 h, 1h30, 2 days or 3 weeks',
        ),
        ("replications: 200", "replications: «1", "1 is too few: at least 2"),
        ("replications: 200", "replications: «many", '"many" is not a number'),
        ("seed: 7", "seed: «-1", "-1 is too few: at least 0"),
        (
            "figure: industrial",
            "figure: «industral",
            '"industral"; expected one of consumer, user, citizen, patient, industrial; did you mean "industrial"?',
        ),
        ("figure: industrial", "«figur: industrial", 'unknown key "figur"; did you mean "figure"?'),
        (
            "- priority: {team: Assembly}",
            "- «prioritty: {team: Assembly}",
            'no act "prioritty"; did you mean "priority"?',
        ),
        ("{team: Assembly}", "{«tem: Assembly, team: X}", 'priority: unknown parameter "tem"; did you mean "team"?'),
        ("{team: Assembly}", "«{}", 'priority: the parameter "team" is missing'),
        ("        force: imposed", "        when: «on tme < 95 % over 4 weeks", 'when: no measure "on tme"'),
        (
            "        force: imposed",
            "        force: «gentle",
            'priority: force: "gentle"; expected one of imposed, negotiated, carried up',
        ),
        ("rigidity: cycle time", "rigidity: «cicle time", 'claim: no measure "cicle time"; did you mean "cycle time"?'),
        ("compare:", "answers: {Management: «A}\ncompare:", 'no answer: "A"; expected refuse: ACT'),
        ("compare:", "answers: {Management: «null}\ncompare:", "nothing; expected a list"),
        ("compare:", "answers: «A\ncompare:", '"A"; expected a mapping: key: value'),
        ("compare:", "answers: {M: [«A]}\ncompare:", 'no answer: "A"; expected refuse: ACT, ask in return'),
        ("compare:", "answers: {M: [refuse: «bypas]}\ncompare:", 'no act "bypas"; did you mean "bypass"?'),
        (
            "compare:",
            "answers: {M: [ask in return: {for: «bypas, act: {volume: {client: A, change: 1}}}]}\ncompare:",
            'no act "bypas"; did you mean "bypass"?',
        ),
        (
            "compare:",
            "answers: {M: [ask in return: «{for: bypass}]}\ncompare:",
            "a mapping; expected {for: ACT, act: {...}}",
        ),
        (
            "compare:",
            "answers: {M: [ask in return: {for: bypass, act: {volume: {client: A, change: 1, «chnge: 1}}}]}\ncompare:",
            'volume: unknown parameter "chnge"; did you mean "change"?',
        ),
        (
            "Carmaker: [bypass: {skips: Inspection}]",
            "Carmaker: {bypass: {skip: «Inspection}}".replace("skip: «", "«skip: "),
            'bypass: unknown parameter "skip"; did you mean "skips"?',
        ),
        (
            "Carmaker: [bypass: {skips: Inspection}]",
            "Carmaker: [«bypass]",
            '"bypass"; expected an act: name: {parameter: value}',
        ),
        ("  - Carmaker: [bypass: {skips: Inspection}]", "  - «Carmaker", '"Carmaker"; expected a mapping: key: value'),
    ],
)
def test_each_fault_is_told_with_line_and_column(plant: Path, old: str, new: str, says: str) -> None:
    """« marks the place that must be told."""
    assert PLANT.count(old) == 1
    text = PLANT.replace(old, new)
    before = text[: text.index("«")]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    found = problems(plant, text.replace("«", ""))
    assert f"{place}  {says}" in found or any(line.startswith(f"{place}  {says[:40]}") for line in found), found
    assert len(found) == 1


def test_all_faults_are_told_at_once_from_top_to_bottom(plant: Path) -> None:
    text = PLANT.replace("horizon", "horison").replace("{team: Assembly}", "{tem: Assembly}").replace("bypass", "bypas")
    found = problems(plant, text.replace("{after: Assembly", "{aftr: Assembly"))
    assert [line.split("  ")[0] for line in found] == ["2:1", "10:20", "15:16", "17:9", "19:25"]


def test_a_parameter_that_another_word_means_is_not_missing_too(plant: Path) -> None:
    """Once: the word of a planner's own, what is meant by it, and nothing of what that leaves out."""
    found = problems(plant, "clients: {A: {acts: [late call-off: {share of orders: 15 %, by: 20 %, notice: 2 days}]}}")
    assert found == ['1:38  late call-off: unknown parameter "share of orders"; did you mean "share"?']


def test_a_parameter_that_only_another_act_has_names_that_act(plant: Path) -> None:
    found = problems(plant, PLANT.replace("{team: Assembly}", "{team: Assembly, evenness: 1}"))
    known = "known: client, interrupts, rank, team"
    other = '"evenness" is a parameter of levelled call-off'
    assert found == [f'10:36  priority: unknown parameter "evenness"; {known}; {other}']


def test_all_that_an_act_refuses_is_told_at_once_each_where_it_stands(plant: Path) -> None:
    text = """clients:
  A:
    acts:
      - act: flexibility demand
        team: Assembly
        notice: -3 days
        temps: -2
        shifts: Sat 26-30
      - volume: {change: -3}
"""
    found = problems(plant, text)
    assert [line.split("  ")[0] for line in found] == ["6:17", "7:16", "8:17", "9:26"], found


def test_the_name_of_an_act_may_stand_beside_its_parameters(plant: Path) -> None:
    plant.write_text("clients: {A: {acts: {act: bypass, skips: Inspection, when: cycle time > 8 h over 2 weeks}}}")
    flat = load_scenario(plant)
    plant.write_text("clients: {A: {acts: {bypass: {skips: Inspection}, when: cycle time > 8 h over 2 weeks}}}")
    assert replace(flat, places={}) == replace(load_scenario(plant), places={})
    wrong = "clients: {A: {acts: {act: bypas, skips: Inspection}}}"
    assert problems(plant, wrong) == ['1:27  no act "bypas"; did you mean "bypass"?']


def test_what_is_asked_in_return_is_asked_of_whoever_did_what_it_answers(plant: Path) -> None:
    plant.write_text("""
compare:
  - {}
  - A: [priority: {team: Network}]
  - B: [priority: {team: Network}]
answers:
  Management: [ask in return: {for: priority, act: volume, change: 5 %}]
  Network: [ask in return: {for: bypass, act: volume, change: 5 %}]
""")
    read = load_scenario(plant)
    returned = {acts[0].client: acts[1] for _name, acts in read.comparisons}
    assert {client: act.client for client, act in returned.items()} == {"A": "A", "B": "B"}
    assert [(one.party, one.of) for one in read.answers] == [("Management", "A"), ("Management", "B")]
    assert [line.partition("scenario.yaml:")[2] for line in read.idle] == [
        "8:13  Nothing comes of the answer of Network to bypass, which nobody else does here. What is done: priority."
    ]
    alone = plant.read_text().replace("  - B: [priority: {team: Network}]\n", "")
    plant.write_text(alone)
    assert [one.of for one in load_scenario(plant).answers] == [None]
    assert problems(plant, alone.replace("change: 5 %", "chnge: 5 %"))[0].endswith('did you mean "change"?')


def test_what_stands_beside_an_act_does_not_hide_what_is_wrong_in_it(plant: Path) -> None:
    text = "compare: [A: [{bypass: {skps: X}, when: on tme < 95 % over 4 weeks, force: gentle}]]"
    found = problems(plant, text)
    assert [line.split("  ")[0] for line in found] == ["1:25", "1:41", "1:76"], found


@pytest.mark.parametrize("text", ["seed: 1", "compare: [{}]", "clients: {A: {figure: user}}"])
def test_a_scenario_without_acts_compares_nothing(plant: Path, text: str) -> None:
    assert problems(plant, text) == ["1:1  there is no act to try; expected acts of a client, or compare"]


def test_all_of_a_signature_may_stand_beside_an_act(plant: Path) -> None:
    """`written`, `visible to` and `hours` were taken for acts of their own."""
    said = {"author": "Methods", "channel": "schedule", "force": "negotiated", "reason": "because", "answers": "that"}
    said |= {"written": False, "visible to": ["Network"], "organising hours": 5, "agreed by": ["Shops"]}
    entry = json.dumps({"priority": {"team": "Network"}} | said)
    plant.write_text(f"organisation: plant.yaml\ncompare: [Hospital A: [{entry}]]\n", encoding="utf-8")
    ((_name, (act,)),) = load_scenario(plant).comparisons
    for key, value in said.items():
        assert getattr(act.signed, key.replace(" ", "_")) == (tuple(value) if isinstance(value, list) else value)


def test_what_is_no_scenario_is_refused(plant: Path) -> None:
    assert problems(plant, "- a") == ["1:1  a list; expected a mapping: key: value"]
    assert problems(plant, "clients: [A]") == ["1:10  a list; expected a mapping: key: value"]
    assert problems(plant, "clients: {A: }") == ["1:14  nothing; expected a mapping: key: value"]
    with pytest.raises(UsageError, match="cannot be read"):
        load_scenario(plant.parent / "nowhere.yaml")


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """When it fails: write `irrupt.regulation.scenario_schema()` to scenario.schema.json, indented by 1."""
    assert json.loads(SCHEMA.read_text()) == scenario_schema()


def test_the_schema_knows_the_acts_and_their_parameters() -> None:
    entry = scenario_schema()["$defs"]["Act"]["properties"]
    assert {"priority", "imposed check", "bypass", "claim", "force"} <= set(entry)
    assert entry["priority"]["required"] == ["team"]
    assert entry["imposed check"]["required"] == ["after"]


ANSWERED = """
compare:
  - Hospital A: [priority: {team: Network}]
  - Hospital A:
      - bypass: {skips: Triage}
        force: negotiated
  - Hospital A:
      - bypass: {skips: Triage}
      - priority: {team: Network, rank: 2}
        when: cycle time > 8 h over 4 weeks
answers:
  Management:
    - refuse: bypass
    - ask in return: {for: priority, act: {volume: {client: Hospital A, change: -10 %}}}
"""
A = "Hospital A"


def test_what_is_not_imposed_may_be_refused_and_something_asked_in_return(plant: Path) -> None:
    """What was asked waits as long as the act that it answers."""
    plant.write_text(ANSWERED)
    read = load_scenario(plant)
    late = "when cycle time > 8 h over 4 weeks"
    assert [name for name, _acts in read.comparisons] == [
        f"priority: {A} + volume: {A}",
        f"bypass: {A} + priority: {A} {late} + volume: {A} {late}",
    ]
    assert read.refusals == (
        f"Refused by Management: bypass: {A}",
        f"Would be refused by Management, but is imposed: bypass: {A}",
    )
    asked = read.comparisons[0][1][1]
    signed = Signature(author="Management", answers=f"priority: {A}", force="negotiated", agreed_by=(A,))
    assert asked == Volume(client=A, change=-0.1, signed=signed)
    assert act_from_dict(act_to_dict(asked)) == asked


def test_one_act_alone_needs_no_brackets_and_what_is_asked_may_stand_beside_its_name(plant: Path) -> None:
    plant.write_text(ANSWERED)
    read = load_scenario(plant)
    short = ANSWERED.replace("[priority: {team: Network}]", "{priority: {team: Network}}")
    short = short.replace(
        "act: {volume: {client: Hospital A, change: -10 %}}", "act: volume, client: Hospital A, change: -10 %"
    )
    assert short.count("{") < ANSWERED.count("{")
    plant.write_text(short)
    assert replace(load_scenario(plant), places={}) == replace(read, places={})
    found = []
    for text in (ANSWERED.replace("-10 %}}", "-10 %}, lag: 2 weeks}"), short.replace("-10 %}", "-10 %, lag: 2 weeks}")):
        plant.write_text(text.replace("        when: cycle time > 8 h over 4 weeks\n", ""))
        found.append(replace(load_scenario(plant), places={}))
        assert problems(plant, text)[0].startswith('11:1  when: "volume: Hospital A lag 2 weeks" waits')
    assert found[0] == found[1]
    assert [act.lag for act in found[0].comparisons[0][1] if isinstance(act, When)] == [2.0]


def test_what_is_known_of_an_act_is_told_without_what_all_acts_know(plant: Path) -> None:
    found = problems(plant, PLANT.replace("{team: Assembly}", "{team: Assembly, xyz: 1}"))
    assert found == ['10:36  priority: unknown parameter "xyz"; known: client, interrupts, rank, team']


def test_an_answer_to_what_nobody_else_does_is_told_and_so_is_a_refusal_of_what_is_imposed(plant: Path) -> None:
    """They were passed over: nothing told that a known act was named that is not done here."""
    text = ANSWERED.replace("refuse: bypass", "refuse: volume").replace("force: negotiated", "force: imposed")
    plant.write_text(f"{text}    - refuse: bypass\n    - buffer: {{for: late call-off, periods: 1}}\n")
    read = load_scenario(plant)
    assert [line.partition("scenario.yaml:")[2].partition(",")[0] for line in read.idle] == [
        "13:7  Nothing comes of the answer of Management to volume",
        "16:7  Nothing comes of the answer of Management to late call-off",
    ]
    assert read.refusals == (f"Would be refused by Management, but is imposed: bypass: {A}",)
    assert [(answer.to, answer.refuses) for answer in read.answers] == [("priority", False), ("bypass", True)]
    mine = "compare: [Network: [shortcut: {team: Network, activity: Resolve, times: 0.8}]]"
    plant.write_text(f"{mine}\nanswers: {{Network: [refuse: shortcut]}}")
    assert "the answer of Network to shortcut, which nobody else does here" in load_scenario(plant).idle[0]
    plant.write_text(f"{mine}\nanswers: {{Management: [price: {{for: shortcut, change: 20 %}}]}}")
    priced = load_scenario(plant)
    assert "no client does it here, and only clients pay a price" in priced.idle[0]
    assert (len(priced.comparisons[0][1]), priced.answers) == (1, ())


def test_acts_that_are_called_the_same_are_told_apart_by_what_differs(plant: Path) -> None:
    """Two priorities of one client at two teams shared one title, and one refusal of them was told of two."""
    first, then = (f"priority: {{team: {team}}}, force: negotiated" for team in ("Desk", "Network"))
    refused = "answers: {Management: [refuse: priority, buffer: {for: volume, periods: 1}]}"
    plant.write_text(
        f"compare: [A: [{{{first}}}, volume: {{change: 5 %}}], A: [{{{then}}}, volume: {{change: 5 %}}]]\n{refused}"
    )
    read = load_scenario(plant)
    assert read.refusals == tuple(f"Refused by Management: priority: A (team {team})" for team in ("Desk", "Network"))
    assert [name for name, _acts in read.comparisons] == [
        "volume: A + buffer stock: A",
        "volume: A + buffer stock: A (2)",
    ]
    plant.write_text(f"compare: [A: [{{{first}}}], A: [{{{then}}}], A: [{{{first}}}, {{{then}}}]]")
    assert [name for name, _acts in load_scenario(plant).comparisons] == [
        "priority: A (team Desk)",
        "priority: A (team Network)",
        "priority: A (team Desk) + priority: A (team Network)",
    ]
    demands = ("shifts: Sat 9-13", "hours: 5", "hours: 5, above: 20")
    plant.write_text(f"compare: [{', '.join(f'A: [flexibility demand: {{team: T, {one}}}]' for one in demands)}]")
    assert [name for name, _acts in load_scenario(plant).comparisons] == [
        f"flexibility demand ({told})" for told in ("shifts Sat 9-13", "hours 5", "hours 5, above 20")
    ], "what is as usual is not told"
    plant.write_text(
        f"compare: [A: [{{{first}}}, {{{then}}}]]\nanswers: {{Network: [price: {{for: priority, change: 5 %}}]}}"
    )
    ((_name, acts),) = load_scenario(plant).comparisons
    assert [act.signed.answers for act in acts if act.name == "price"] == [
        "priority: A (team Desk)",
        "priority: A (team Network)",
    ]


def test_what_clients_do_today_is_answered_too(plant: Path) -> None:
    """An answer to it was passed over; what comes of it goes on wherever the act does."""
    today = "clients: {A: {acts: [{volume: {change: 5 %}, force: negotiated}, {priority: {team: Network}}]}}\n"
    answers = "answers: {Management: [refuse: volume, price: {for: priority, change: 5 %}]}\n"
    plant.write_text(f"{today}{answers}compare: [A: [bypass: {{skips: X}}]]")
    read = load_scenario(plant)
    assert [act.name for act in read.today] == ["priority", "price"]
    assert read.refusals == ("Refused by Management: volume: A",)
    plant.write_text(today + answers)
    ((name, acts),) = load_scenario(plant).comparisons
    assert (name, len(acts)) == ("priority: A + price: A", 2)
    assert problems(plant, today.split(", {prio")[0] + "]}}\n" + answers.split(", price")[0] + "]}") == [
        "2:10  everything is refused; expected something left to try; Refused by Management: volume: A."
    ]


def test_what_waits_for_a_refusal_that_cannot_come_is_refused(plant: Path) -> None:
    """It was left out, or done all the same, and nobody told."""
    kept = "{bypass: {skips: X}, if refused: volume}"
    expected = "if refused: there is no volume of A before it; expected one of his acts that stand before it"
    for before in ("", "priority: {team: Network}, "):
        found = problems(plant, f"compare: [A: [{before}{kept}], B: [volume: {{change: 5 %}}]]")
        assert [line.split("  ")[1] for line in found] == [expected]
    assert problems(plant, f"parties: {{A: {{repertoire: [{kept}]}}}}") == [f"1:28  {expected}"]
    assert problems(plant, f"clients: {{A: {{acts: [{kept}, volume: {{change: 5 %}}]}}}}") == [f"1:22  {expected}"]


def test_where_everything_is_refused_nothing_is_left_to_try(plant: Path) -> None:
    text = "compare: [A: [{bypass: {skips: X}, force: carried up}]]\nanswers: {Management: [refuse: bypass]}"
    said = "everything is refused; expected something left to try; Refused by Management: bypass: A."
    assert problems(plant, text) == [f"2:10  {said}"]


def test_one_comparison_alone_needs_no_brackets(plant: Path) -> None:
    """It was refused, though a list of one thing may be left out everywhere."""
    read = []
    for entry in ("[{A: [bypass: {skips: X}], called: first}]", "{A: [bypass: {skips: X}], called: first}"):
        plant.write_text(f"compare: {entry}")
        read.append(replace(load_scenario(plant), places={}))
    assert read[0] == read[1]
    assert problems(plant, "compare: {A: {bypas: {skips: X}}}")[0].startswith('1:15  no act "bypas"')


def test_an_answer_names_in_the_history_what_it_answers(plant: Path, desk: Organisation) -> None:
    plant.write_text(ANSWERED)
    (change,) = load_scenario(plant).comparisons[0][1][1].changes(desk, desk.origin)
    assert (change.author, change.answers) == ("Management", f"priority: {A}")
    assert (change.force, change.agreed_by) == ("negotiated", (A,))


@pytest.mark.parametrize(
    ("asked", "force", "agreed"),
    [
        ("pay rise: {team: Network, change: 3 %}", "negotiated", (A,)),
        ("pay rise: {team: Network, change: 3 %, force: carried up}", "carried up", ()),
        ("shortcut: {team: Network, activity: Resolve, times: 0.8}", "imposed", ()),
    ],
)
def test_what_is_asked_in_return_is_agreed_unless_it_is_kept_to_oneself(
    plant: Path, asked: str, force: str, agreed: tuple[str, ...]
) -> None:
    """A team that asked for more pay in return set its pay itself: autonomous regulation, where it was joint."""
    plant.write_text(
        f"compare: [{A}: [priority: {{team: Network}}]]\n"
        f"answers: {{Network: [ask in return: {{for: priority, act: {{{asked}}}}}]}}"
    )
    signed = load_scenario(plant).comparisons[0][1][1].signed  # type: ignore[attr-defined]
    assert (signed.author, signed.force, signed.agreed_by) == ("Network", force, agreed)


def test_what_is_told_of_all_teams_together_is_claimed_of_them(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    claim = "{rigidity: changes of rules by prescribers, to: rise}"
    file.write_text(f"compare:\n  - A: [bypass: {{skips: Triage, claim: {claim}}}]\n")
    (((_name, (act,)),)) = load_scenario(file).comparisons
    assert act.claim.party == "all teams"


def test_what_belongs_to_an_act_and_stands_among_the_clients_is_told(tmp_path: Path) -> None:
    """It was read as a client, who does an act that is no act."""
    path = tmp_path / "scenario.yaml"
    path.write_text("compare:\n  - Hospital A: [priority: {team: Network}]\n    force: negotiatd\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_scenario(path)
    (fault,) = caught.value.faults
    assert str(fault).endswith(
        'scenario.yaml:3:5  "force" stands among the clients: it belongs beside the name of an act; '
        "write it in the entry of the act: {priority: {…}, force: negotiated}"
    )
