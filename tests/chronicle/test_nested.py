"""Records in JSON: lists of events, one event to a line, cases with events inside; and JSON that holds no log."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle.nested import parsed
from irrupt.errors import DataError, UsageError

EVENTS: list[dict[str, Any]] = [
    {"caseId": case, "activity": step, "timestamp": f"2025-01-{6 + day:02d}T0{8 + at}:00:00", "user": {"name": "anna"}}
    for day, case in enumerate(["a", "b"])
    for at, step in enumerate(["Request", "Decide"])
]
CASES = [
    {
        "id": case,
        "customer": who,
        "history": [{"name": one["activity"], "time": one["timestamp"]} for one in EVENTS if one["caseId"] == case],
    }
    for case, who in (("a", "Smith"), ("b", "Jones"))
]


def written(folder: Path, text: str, name: str = "log.json") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(EVENTS),
        json.dumps({"events": EVENTS}),
        json.dumps({"version": 1, "data": {"events": EVENTS}}, indent=2),
        "\n".join(map(json.dumps, EVENTS)),
        "\ufeff" + json.dumps(EVENTS),
    ],
)
def test_a_list_of_events_is_read(tmp_path: Path, text: str) -> None:
    log = read(written(tmp_path, text))
    assert log.events.select("case", "activity", "resource").rows() == [
        ("a", "Request", "anna"), ("a", "Decide", "anna"), ("b", "Request", "anna"), ("b", "Decide", "anna"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", [json.dumps(CASES), json.dumps({"cases": CASES}), "\n".join(json.dumps(one) for one in CASES)]
)
def test_cases_with_events_inside_are_read(tmp_path: Path, text: str) -> None:
    log = read(written(tmp_path, text, "log.jsonl"))
    assert log.events.select("case", "activity", "client").rows() == [
        ("a", "Request", "Smith"), ("a", "Decide", "Smith"), ("b", "Request", "Jones"), ("b", "Decide", "Jones"),
    ]  # fmt: skip


def test_cases_without_events_are_told(tmp_path: Path) -> None:
    idle = [{"id": "c", "customer": "Hunt", "history": []}, {"id": "d", "customer": "Cook"}]
    (told,) = read(written(tmp_path, json.dumps([*CASES, *idle]))).problems
    assert (told.code, told.count, told.places) == ("case without events", 2, ("case c", "case d"))


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("permit_request_id", {"street": "Elm St", "no": 0}),
        ("Antragsnummer", {"Straße": "Ulmenweg", "Nr": 0}),
        ("folio", {"calle": "Olmo", "numero": 0}),
        ("nr_wniosku", {"ulica": "Lipowa", "nr": 0}),
    ],
)
@pytest.mark.parametrize("several", [False, True])
def test_the_number_of_a_case_is_no_number_of_something_in_it(
    tmp_path: Path, key: str, place: dict[str, Any], several: bool
) -> None:
    """Houses have numbers, too: of their own for each case, or one for several."""
    number = list(place)[-1]
    steps = [
        [{"status": state, "datetime": f"2025-03-{2 + day:02}T09:{at}0:00"} for at, state in enumerate(("in", "out"))]
        for day in range(12)
    ]
    cases = [
        {"address": {**place, number: n // 2 if several else n}, key: f"R-{n}", "kind": "light", "history": history}
        for n, history in enumerate(steps)
    ]
    log = read(written(tmp_path, json.dumps({"requests": cases})))
    assert log.cases == 12
    assert log.mapping["case"].removeprefix("case:") == key


def test_keys_may_be_the_names_of_cases(tmp_path: Path) -> None:
    by_case = {one["id"]: one["history"] for one in CASES}
    assert read(written(tmp_path, json.dumps(by_case))).events["case"].to_list() == ["a", "a", "b", "b"]


def test_what_is_of_several_kinds_is_text(tmp_path: Path) -> None:
    odd = [{**one, "amount": value} for one, value in zip(EVENTS, [1, "two", None, [3]], strict=True)]
    assert read(written(tmp_path, json.dumps(odd))).events["amount"].to_list() == ["1", "two", None, "[3]"]


@pytest.mark.parametrize("text", ["[]", "{}", '{"a": 1}', '[{"a": 1}, 2]', "[{}]"])
def test_json_without_events_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError):
        read(written(tmp_path, text))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    lines = [json.dumps(one) for one in EVENTS]
    lines[2] = lines[2][:20]
    with pytest.raises(DataError, match="line 3"):
        read(written(tmp_path, "\n".join(lines)))


def test_all_lines_that_hold_no_event_are_told_at_once(tmp_path: Path) -> None:
    lines = [json.dumps(EVENTS[0]), "[1, 2]", "", "{", json.dumps(EVENTS[1])]
    with pytest.raises(DataError) as told:
        read(written(tmp_path, "\n".join(lines)))
    assert [fault.where for fault in told.value.faults] == ["log.json, line 2", "log.json, line 4"]
    assert "a list; expected an event, or a case with its events" in str(told.value)


def test_a_text_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not well-formed JSON"):
        read(written(tmp_path, json.dumps(EVENTS)[:-10]))


def test_places_name_the_record(tmp_path: Path) -> None:
    wrong = [*EVENTS, {**EVENTS[0], "timestamp": "soon"}]
    problems = read(written(tmp_path, json.dumps(wrong))).problems
    assert any(place.startswith('record 5, column "timestamp"') for problem in problems for place in problem.places)


def test_a_type_of_cases_is_only_for_object_centric_logs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one kind of cases"):
        read(written(tmp_path, json.dumps(EVENTS)), case_type="order")


@pytest.mark.parametrize(
    ("key", "number"), [("id", "batch number"), ("order", "phone number"), ("case_id", "batch number")]
)
def test_a_case_may_have_several_records(tmp_path: Path, key: str, number: str) -> None:
    """The only number that each record has for itself was taken for the case."""
    records = [
        {
            key: f"C{n // 2}",
            number: f"B{n}",
            "steps": [{"step": "xyz"[at], "time": f"2026-02-0{1 + n} 0{at}:00"} for at in (0, 1)],
        }
        for n in range(8)
    ]
    assert read(written(tmp_path, json.dumps(records))).cases == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused_with_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = written(tmp_path_factory.mktemp("json"), json.dumps(data))
    with contextlib.suppress(DataError, UsageError):
        read(path)
    assert parsed(json.dumps(data).encode(), "x") == data
