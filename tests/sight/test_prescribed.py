"""Prescribed against real: what is written, in YAML or BPMN, and how far cases are from it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt import i18n
from irrupt.chronicle import read
from irrupt.errors import ModelError, UsageError
from irrupt.sight import load_procedure, see
from irrupt.sight.prescribed import ADDED, ELSEWHERE, LEFT_OUT, aligned
from irrupt.sight.rates import load_rates

from .conftest import log_of, make_chronicle

FLOWS = """<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p" name="Desk">
<bpmn:startEvent id="s"/><bpmn:userTask id="a" name="ask"/><bpmn:{gateway} id="g"/><bpmn:task id="b" name="check"/>
<bpmn:task id="c" name="do"/><bpmn:{gateway} id="h"/><bpmn:subProcess id="u"><bpmn:task id="d" name="answer"/>
<bpmn:endEvent id="x"/><bpmn:sequenceFlow id="i1" sourceRef="d" targetRef="x"/></bpmn:subProcess><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="1" sourceRef="s" targetRef="a"/><bpmn:sequenceFlow id="2" sourceRef="a" targetRef="g"/>
<bpmn:sequenceFlow id="3" sourceRef="g" targetRef="b"/><bpmn:sequenceFlow id="4" sourceRef="g" targetRef="c"/>
<bpmn:sequenceFlow id="5" sourceRef="b" targetRef="h"/><bpmn:sequenceFlow id="6" sourceRef="c" targetRef="h"/>
<bpmn:sequenceFlow id="7" sourceRef="h" targetRef="u"/><bpmn:sequenceFlow id="8" sourceRef="u" targetRef="e"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("procedures")

    def load(text):
        path = folder / "procedure"
        path.write_text(text, encoding="utf-8")
        return load_procedure(path)

    return load


def words_of(procedure, longest=7):
    """All ways of at most *longest* steps that the procedure allows."""
    found, waiting, seen = set(), [((), state) for state in procedure.first], set()
    while waiting:
        word, state = waiting.pop()
        if (word, state) in seen:
            continue
        seen.add((word, state))
        if state in procedure.over:
            found.add(tuple(procedure.steps[step] for step in word))
        waiting += [
            (word + (() if step < 0 else (step,)), after)
            for step, after in procedure.moves[state]
            if step < 0 or len(word) < longest
        ]
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a, b]", {"ab"}),
        ("steps: [a, {optional: b}, c]", {"abc", "ac"}),
        ("steps: [{one of: [a, [b, c]]}]", {"a", "bc"}),
        ("steps: [{any order: [a, [b, c]]}]", {"abc", "bac", "bca"}),
        ("steps: [{repeat: [a, b]}]", {"ab", "abab", "ababab"}),
        ("steps: [{optional: {repeat: a}}]", {"a" * n for n in range(8)}),
    ],
)
def test_a_written_order_allows_what_it_says(written, text, words):
    assert {"".join(word) for word in words_of(written(text))} == words


@pytest.mark.parametrize(
    ("gateway", "middles"),
    [
        ("exclusiveGateway", {("check",), ("do",)}),
        ("parallelGateway", {("check", "do"), ("do", "check")}),
        ("inclusiveGateway", {("check",), ("do",), ("check", "do"), ("do", "check")}),
    ],
)
def test_a_diagram_allows_what_its_gateways_say(written, gateway, middles):
    procedure = written(FLOWS.replace("{gateway}", gateway))
    assert procedure.name == "Desk"
    assert words_of(procedure) == {("ask", *middle, "answer") for middle in middles}


@pytest.mark.parametrize(
    ("marked", "longest", "words"),
    [
        ('<bpmn:userTask id="a" name="ask">{}</bpmn:userTask>', 5, {"aca", "aaca", "aaaca"}),
        ('<bpmn:subProcess id="u">{}', 5, {"aca", "acaa", "acaaa"}),
    ],
)
@pytest.mark.parametrize("loop", ["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"])
def test_what_a_diagram_marks_as_repeated_may_be_repeated(written, marked, longest, words, loop):
    """A task that may be done again was held to be done once: the second time was not written."""
    plain = marked.split("{}")[0].replace(">", "/>") if "/bpmn:userTask" in marked else marked.format("")
    flows = FLOWS.replace("{gateway}", "exclusiveGateway").replace(plain, marked.format(f"<bpmn:{loop}/>"))
    assert loop in flows
    found = {"".join(step[0] for step in word) for word in words_of(written(flows), longest)}
    assert {word for word in found if "d" not in word} == words


def test_a_sub_process_that_is_drawn_closed_is_a_step(written):
    """The procedure came to its end there: cases that stopped before it followed to the letter, and no others."""
    opened = FLOWS[FLOWS.index('<bpmn:subProcess id="u">') : FLOWS.index('<bpmn:endEvent id="e"/>')]
    inside = "<bpmn:incoming>7</bpmn:incoming>{}"
    closed = FLOWS.replace(opened, f'<bpmn:subProcess id="u" name="answer">{inside}</bpmn:subProcess>')
    procedure = written(closed.replace("{}", "").replace("{gateway}", "exclusiveGateway"))
    assert words_of(procedure) == {("ask", "check", "answer"), ("ask", "do", "answer")}
    again = closed.replace("{}", "<bpmn:standardLoopCharacteristics/>").replace("{gateway}", "exclusiveGateway")
    assert ("ask", "do", "answer", "answer") in words_of(written(again))


@pytest.mark.parametrize(
    "aside",
    [
        '<bpmn:subProcess id="v" name="on hold" triggeredByEvent="true"><bpmn:task id="w"/></bpmn:subProcess>',
        '<bpmn:task id="v" name="on hold" isForCompensation="true"/>',
    ],
)
def test_what_no_flow_enters_is_no_other_beginning(written, aside):
    """A case of nothing but what interrupts or undoes the others followed to the letter."""
    flows = FLOWS.replace("{gateway}", "exclusiveGateway").replace("</bpmn:process>", f"{aside}</bpmn:process>")
    with pytest.raises(ModelError, match=r"cannot be read as a procedure.*on hold"):
        written(flows)


def edits_between(one, other):
    """Insertions and deletions between two words, by their longest common part."""
    lengths = [[0] * (len(other) + 1) for _row in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            lengths[i + 1][j + 1] = lengths[i][j] + 1 if a == b else max(lengths[i][j + 1], lengths[i + 1][j])
    return len(one) + len(other) - 2 * lengths[-1][-1]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-1, 3), max_size=5))
def test_the_alignment_is_the_cheapest_of_all(written, way):
    procedure = written("[a, {optional: b}, {any order: [c, {repeat: d}]}]")
    names = [procedure.steps[step] if step >= 0 else "?" for step in way]
    found = aligned(procedure, way)
    assert found.edits == min(edits_between(names, word) for word in words_of(procedure, longest=9))
    assert found.edits == len(found.left_out) + len(found.added)
    assert all(-1 <= way[place] <= 3 for place in found.added)


def test_cases_are_held_against_what_is_written(chronicle, written):
    ways = {"A": ["ask", "do", "answer"], "B": ["ask", "answer", "do"], "C": ["ask", "do", "chat"]}
    events = [
        {"case": f"{client}{n:02d}", "activity": name, "end": 24.0 * n + at, "client": client, "team": "Desk"}
        for n in range(40)
        for client, way in ways.items()
        for at, name in enumerate(way)
    ]
    procedure = written("[Ask, do, answer, {optional: never}]")
    sight = see(chronicle(events), clients={name: name for name in "ABC"}, use_period=False, prescribed=procedure)
    share = {one.party: one.share[0] for one in sight.prescribed.following}
    assert share == {"all clients": pytest.approx(1 / 3), "A": 1.0, "B": 0.0, "C": 0.0}
    edits = {one.party: one.edits[0] for one in sight.prescribed.following}
    assert (edits["A"], edits["B"], edits["C"]) == (0.0, 2.0, 2.0)
    third = pytest.approx(1 / 3)
    told = {(one.step, one.how): one.share[0] for one in sight.prescribed.deviations}
    assert told.pop(("answer", LEFT_OUT)) == told.pop(("chat", ADDED)) == third
    assert [(how, value) for (_step, how), value in told.items()] == [(ELSEWHERE, third)]
    assert sight.prescribed.never == ("never",)
    assert any("never show: “never”" in note for note in sight.chronicle.notes)
    first = next(one for one in sight.findings if one.kind == "written procedure")
    assert first.text.startswith("33")
    assert {case[0] for case in first.cases} == {"B", "C"}
    told = {one.numbers["client"] for one in sight.findings if one.kind == "written procedure of a client"}
    assert told == {"A"}  # beside A, B and C fare alike


def test_a_client_whose_cases_are_not_over_does_not_leave_what_is_written(written):
    procedure = written(
        "[Receive, {optional: Check}, Assess, {repeat: [{optional: Amend}, Approve]}, Deliver, {optional: Invoice}, "
        "{one of: [Close, Cancelled]}]"
    )
    sight = see(read(log_of(0, 28, 14.0)), use_period=False, prescribed=procedure)
    assert {one.party for one in sight.prescribed.following} >= {"all clients", "Bode"}
    assert not [one.text for one in sight.findings if one.kind == "written procedure of a client"]


def test_cases_that_clients_give_up_are_held_against_what_is_written_too(chronicle, written):
    """All cases were said to follow to the letter, where half of them were cancelled, and counted among those held."""
    early = [-4000.0, -3000.0]  # before the period in use
    events = [
        {"case": f"{begin}", "activity": name, "end": begin + at, "team": None if "cancelled" in name else "Desk"}
        for number, begin in enumerate([*early, *(6.0 * n for n in range(196))])
        for at, name in enumerate(("ask", "cancelled by customer") if number % 2 else ("ask", "do"))
    ]
    log = chronicle(events, client_acts=frozenset({"cancelled by customer"}))
    held = see(log, prescribed=written("[ask, do]")).prescribed
    assert (held.cases, held.following[0].share[0]) == (196, 0.5)
    told = {(one.step, one.how): one.share[0] for one in held.deviations}
    assert told == {("cancelled by customer", ADDED): 0.5, ("do", LEFT_OUT): 0.5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("steps: [a, {optinal: b}]", 'did you mean "optional"'),
        ("steps: [a, {perhaps: b}]", "expected optional, one of, any order, repeat$"),
        ("stps: [a]", "no list of steps"),
        ("steps: []", "no list of steps"),
        ("steps: [a, {}]", "the name of a step"),
        ("steps: [", "not YAML"),
        ("steps: [a, {one of: []}]", "nothing stands under"),
        ("steps: [a, {optional: }]", "nothing stands under"),
        ("<!DOCTYPE x><definitions/>", "document type"),
        ("<definitions/>", "no process with steps"),
        ("<definitions>", "not well-formed"),
        ("<definitions><process id='p'><complexGateway id='g' name='G'/></process></definitions>", "complexGateway"),
        ("steps: [{any order: [a, b, c, d, e, f, g, h, i, j, k, l, m]}]", "situations"),
    ],
)
def test_what_is_wrong_is_said(written, text, says):
    with pytest.raises(ModelError, match=says):
        written(text)


def test_flows_that_hang_loose_are_told_with_their_lines(written):
    """A flow to what is not there was taken for an end of the process."""
    flow = "<sequenceFlow sourceRef='{}' targetRef='{}'/>\n"
    flows = flow.format("s", "a") + flow.format("a", "bb") + flow.format("", "a")
    with pytest.raises(ModelError) as caught:
        written(f"<definitions><process id='p'><startEvent id='s'/>\n<task id='a'/>\n{flows}</process></definitions>")
    assert [fault.where.rpartition(":")[2] for fault in caught.value.faults] == ["4", "5"]
    assert '"bb"' in str(caught.value)


def test_all_faults_come_at_once(written):
    with pytest.raises(ModelError) as caught:
        written("steps: [{optinal: b}, {wun of: [c]}]\nnme: x")
    assert len(caught.value.faults) == 3


def test_faults_of_steps_come_with_their_lines_also_those_within_others(written):
    """Only the first was told, without a line, and a choice among nothing was taken."""
    with pytest.raises(ModelError) as caught:
        written("name: X\nsteps:\n- ask\n- {optionl: [check, {one of: []}]}\n- repeat:\n    any order: []\n- {}\n")
    places = [fault.where.removeprefix("procedure:") for fault in caught.value.faults]
    assert places == ["4:4", "4:22", "6:5", "7:3"]


def test_a_file_of_another_kind_is_told_in_the_language_in_use(tmp_path):
    """A table in another encoding was told in the words of the decoder."""
    (tmp_path / "log.csv").write_bytes("Fall;Tätigkeit\n".encode("cp1252"))
    i18n.use("fr")
    try:
        with pytest.raises(ModelError) as caught:
            load_procedure(tmp_path / "log.csv")
        with pytest.raises(UsageError) as missing:
            load_rates(tmp_path / "rates.yaml")
    finally:
        i18n.use(None)
    assert "codec" not in str(caught.value)
    assert "fichier" in str(missing.value)


EVENTS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Desk">
<startEvent id="s" name="came in"/><task id="a" name="ask"/><intermediateCatchEvent id="r" name="Reply"/>
<task id="d" name="do"/><boundaryEvent id="late" name="too late" attachedToRef="d"/><endEvent id="e"/>
<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="r"/>
<sequenceFlow sourceRef="r" targetRef="d"/><sequenceFlow sourceRef="d" targetRef="e"/>
<sequenceFlow sourceRef="late" targetRef="e"/></process></definitions>"""


def test_an_event_counts_where_the_records_show_it(written):
    procedure = written(EVENTS)
    assert words_of(procedure) == {("came in", "ask", "Reply", "do"), ("came in", "ask", "Reply", "too late")}
    shown = procedure.recorded(lambda name: name in ("ask", "Reply", "do"))
    assert words_of(shown) == {("ask", "Reply", "do"), ("ask", "Reply")}


def test_an_event_of_a_diagram_is_no_step_that_is_not_written(chronicle, written):
    steps = ("ask", "reply", "do")
    events = [
        {"case": f"{case}", "activity": step, "end": case * 5.0 + at, "client": "A"}
        for case in range(40)
        for at, step in enumerate(steps)
    ]
    prescribed = see(chronicle(events), prescribed=written(EVENTS)).prescribed
    assert prescribed.following[0].share[0] == 1.0
    assert not prescribed.deviations
    assert prescribed.steps == ("Reply", "ask", "do")


@pytest.mark.parametrize("turned", [True, False])
def test_that_fewer_follow_since_a_rule_changed_is_told(written, turned):
    """Beside the change of order nothing said that since then hardly a case is as it is written."""
    events = []
    for week in range(30):
        for case in range(20):
            order = ("come", "check", "do") if week < 15 or not turned else ("come", "do", "check")
            at = 168.0 * week + 5 * case
            one = {"case": f"{week}-{case}", "client": "A", "resource": "Ann"}
            events += [one | {"activity": name, "end": at + place / 2} for place, name in enumerate(order)]
    sight = see(make_chronicle(events), clients={"A": "A"}, use_period=False, prescribed=written("[come, check, do]"))
    told = [one for one in sight.findings if one.kind == "written procedure since a change"]
    assert [(one.numbers["before"], one.numbers["after"]) for one in told] == [(1.0, 0.0)] * turned
