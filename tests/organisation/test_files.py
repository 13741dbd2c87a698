"""Organisation files: nothing is lost, nothing is guessed, and everything that is wrong is told at once."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.errors import Fault, ModelError, UsageError
from irrupt.organisation import (
    Distribution,
    Organisation,
    Route,
    Step,
    Team,
    dump,
    files,
    from_dict,
    json_schema,
    load,
    to_dict,
)
from irrupt.organisation.described import organisation_in
from irrupt.yaml_marks import read_text

SCHEMA = Path(files.__file__).with_name("organisation.schema.json")
moderate = settings(
    max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

DESK = """\
name: Desk
timezone: Europe/Paris
origin: 2024-01-01
clients:
  No: {cases per week: 10}
  Hospital A: {cases per week: 3.5, figure: patient, profile: office hours}
steps:
  Triage: {team: on, duration: {lognormal: {mean: 12 min, cv: 1.2}}}
  12:30: {activity: 2024-01-01, duration: resolving}
routes:
  start: [{to: Triage, share: 1}]
  Triage:
    - {to: 12:30, share: 0.7, delay: 1h30, waits for: client}
    - {to: end, share: 0.3}
  12:30: [{to: end, share: 1}]
teams:
  on: {priority: {No: 1}}
people:
  Ann: {teams: [on], calendar: office}
calendars:
  office: Mon-Fri 09:00-17:00
distributions:
  resolving: {quantiles: [0, 1, 5.5], unit: min}
"""


def refused(call: Callable[[], object]) -> tuple[Fault, ...]:
    """What is wrong according to *call*; nothing when it goes through."""
    try:
        call()
    except ModelError as problem:
        return problem.faults
    return ()


def problems(text: str) -> list[str]:
    """What is wrong with *text*, without the name of the file."""
    with pytest.raises(ModelError) as caught:
        organisation_in(read_text(text, "f"))
    return [str(fault).removeprefix("f:") for fault in caught.value.faults]


@moderate
@given(data=st.data())
def test_what_was_written_reads_back_exactly(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation], tmp_path_factory: pytest.TempPathFactory
) -> None:
    organisation = data.draw(organisations)
    path = tmp_path_factory.getbasetemp() / "organisation.yaml"
    dump(organisation, path)
    assert load(path) == organisation


@moderate
@given(data=st.data())
def test_plain_values_give_the_organisation_back_even_through_json(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    organisation = data.draw(organisations)
    assert from_dict(to_dict(organisation)) == organisation
    assert from_dict(json.loads(json.dumps(to_dict(organisation)))) == organisation


@moderate
@given(data=st.data())
def test_every_yaml_reader_finds_the_same_values(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    """PyYAML reads YAML 1.1, with all its traps."""
    written = to_dict(data.draw(organisations))
    other = yaml.safe_load(files.text_of(from_dict(written)))
    assert other == written


def test_one_thing_alone_needs_no_brackets() -> None:
    short = DESK.replace("[{to: Triage, share: 1}]", "Triage").replace("[{to: end, share: 1}]", "{to: end}")
    short = short.replace("teams: [on]", "teams: on").replace("{to: end, share: 0.3}", "end")
    short = short.replace("share: 0.7", "share: 70 %")
    assert short.count("[") == DESK.count("[") - 3
    assert organisation_in(read_text(short, "f")) == organisation_in(read_text(DESK, "f"))


def test_a_file_written_by_hand_means_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(DESK)
    desk = load(path)
    assert desk.origin == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert set(desk.clients) == {"No", "Hospital A"}
    assert desk.steps["12:30"].activity == "2024-01-01"
    assert desk.steps["Triage"].team == "on"
    assert desk.routes["Triage"][0].waits_for == "client"
    assert desk.distribution(desk.routes["Triage"][0].delay).mean == 5400.0
    assert desk.calendars["office"].minutes_per_week == 2400
    assert desk.distributions["resolving"].points == (0.0, 60.0, 330.0)
    assert desk.clients["Hospital A"].profile[9] == 1.0
    assert desk.clients["Hospital A"].profile[8] == 0.0


def test_what_a_queue_does_is_written_and_read(desk: Organisation) -> None:
    teams = {"First line": Team(ageing=172800.0), "Network": Team(limit=3)}
    people = {**desk.people, "Bob": replace(desk.people["Bob"], teams=("Network",))}
    routes = {**desk.routes, "Resolve": (Route(to="end", share=1.0),)}
    other = replace(desk, teams=teams, people=people, routes=routes)
    assert to_dict(other)["teams"] == {"First line": {"ageing": "2 days"}, "Network": {"limit": 3}}
    assert from_dict(to_dict(other)) == other


def test_json_is_read_too(desk: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "desk.json"
    path.write_text(json.dumps(to_dict(desk), indent=2))
    assert load(path) == desk


def test_what_is_usual_is_not_written(desk: Organisation) -> None:
    text = files.text_of(desk)
    assert "  Triage: {team: First line, duration: {lognormal: {mean: 12 min, cv: 1.2}}}\n" in text
    assert "    - {to: Answer, share: 0.1, waits for: client}\n" in text
    assert "  office: Mon-Fri 09:00-17:00\n" in text
    assert "  Hospital A: {cases per week: 10}\n" in text


def test_a_distribution_whose_name_reads_like_a_duration_stays_a_name(desk: Organisation) -> None:
    named = {"5 min": desk.distributions["resolving"], "12": desk.distributions["resolving"]}
    steps = {**desk.steps, "Resolve": Step(activity="Resolve", team="Network", duration="5 min")}
    steps["Triage"] = Step(activity="Triage", team="Network", duration="12")
    other = replace(desk, distributions=named, steps=steps)
    assert from_dict(to_dict(other)) == other


def test_a_moment_that_is_no_midnight_is_written_out(desk: Organisation) -> None:
    moved = replace(desk, origin=datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    assert to_dict(moved)["origin"] == "2024-01-01T00:00:00.000001+00:00"
    assert to_dict(replace(desk, timezone="Nowhere"))["origin"] == "2023-12-31T23:00:00+00:00"
    assert to_dict(replace(desk, origin=datetime(2024, 1, 1)))["origin"] == "2024-01-01T00:00:00"


def changed(old: str, new: str) -> str:
    assert DESK.count(old) == 1, old
    return DESK.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "figure: patient",
            "figure: «patiant",
            '"patiant"; expected one of consumer, user, citizen, patient, industrial; did you mean "patient"?',
        ),
        ("{team: on,", "{«teem: on,", 'unknown key "teem"; did you mean "team"?'),
        ("waits for: client", "«waits_for: client", 'unknown key "waits_for"; did you mean "waits for"?'),
        ("share: 0.7", "share: «most", '"most" is not a number'),
        ("share: 0.7", "share: «.inf", '".inf" is not a number'),
        ("share: 0.7", "share: «-0.7", "-0.7; expected a share from 0 to 1"),
        ("{to: 12:30, share: 0.7, ", "«{share: 0.7, ", 'the key "to" is missing'),
        ("{lognormal: {mean: 12 min", "«{lognormal: {mean: 12", '"12" has no unit: write 12 min, 12 h or 12 days'),
        (
            "delay: 1h30",
            "delay: «12 mn",
            '"12 mn" is neither a duration nor the name of a distribution; expected a duration such as 45 s, 12 min, '
            "1.5 h or 2 days",
        ),
        ("delay: 1h30", "delay: «resolvng", 'no distribution "resolvng"; did you mean "resolving"?'),
        ("{No: 1}", "{No: «1.5}", '"1.5" is not a whole number'),
        ("{No: 1}", "{«Hospital: 1}", 'no client "Hospital"; did you mean "Hospital A"?'),
        ("{priority: {No: 1}}", "«[No]", "a list; expected a mapping: key: value"),
        ("{teams: [on]", "{teams: «ons", 'no team "ons"; did you mean "on"?'),
        ("{teams: [on]", "{teams: «null", "nothing; expected a list"),
        ("[{to: end, share: 1}]", "«ende", 'no step "ende"; did you mean "end"?'),
        ("[{to: end, share: 1}]", "{to: end, «shere: 1}", 'unknown key "shere"; did you mean "share"?'),
        ("{teams: [on]", "{teams: [on, «ons]", 'no team "ons"; did you mean "on"?'),
        ("{teams: [on]", "{at once: «few, teams: [on]", '"few" is not a number'),
        ("{teams: [on]", "{at once: «0, teams: [on]", "0; expected 1 or more"),
        ("calendar: office", "calendar: «null", 'nothing; expected a text; put it in quotes if it is a name: "null"'),
        (
            "Mon-Fri 09:00-17:00",
            "«Mo-Fr 9-17",
            '"Mo-Fr 9-17" is not hours: write Mon-Fri 09:00-17:00, Sat 22:00-06:00 or always',
        ),
        (
            "{quantiles: [0, 1, 5.5], unit: min",
            "«{quantiles: [0, 1], unit: m",
            'quantiles: no unit "m"; known: s, min, h, days',
        ),
        ("origin: 2024-01-01", "origin: «2024-13-01", '"2024-13-01" is not a date such as 2024-01-01'),
        ("origin: 2024-01-01", "origin: «2024-01-02", "Tue 2024-01-02 00:00; expected a Monday, 00:00 local time"),
        ("timezone: Europe/Paris", "timezone: «Paris", 'no time zone "Paris"; expected a name such as Europe/Paris'),
        ("profile: office hours", "profile: «[[1, 2]]", "2 numbers; expected 168, one for each hour of the week"),
        (
            "profile: office hours",
            "profile: «offise hours",
            '"offise hours": needs 7 rows of 24 numbers, Monday first, or: always, office hours',
        ),
        (
            "figure: patient",
            "figure: «[patient]",
            "a list; expected one of consumer, user, citizen, patient, industrial",
        ),
        ("name: Desk\n", "name: Desk\nlearned: {«sorce: x}\n", 'unknown key "sorce"; did you mean "source"?'),
        ("teams:\n", "skips: {No: [Triage, «Traige]}\nteams:\n", 'no step "Traige"; did you mean "Triage"?'),
        (
            "origin: 2024-01-01",
            "origin: «2024-01-01T00:00:00+00:00",
            "Mon 2024-01-01 01:00; expected a Monday, 00:00 local time",
        ),
        ("profile: office hours", "group: «maybe", '"maybe"; expected true or false'),
        ("name: Desk", "name: Desk\nschema version: «2", "version 2 of the format: this irrupt reads version 1"),
        ("name: Desk\n", "«", 'the key "name" is missing'),
        ("to: end, share: 0.3", "to: «ende, share: 0.3", 'no step "ende"; did you mean "end"?'),
        (
            "  Triage:\n    - {to: 12:30, share: 0.7",
            "  «Triage:\n    - {to: 12:30, share: 0.6",
            "the shares sum to 0.9; expected 1",
        ),
        ("name: Desk\n", "name: Desk\nlearned: «{source: x}\n", 'the key "cases" is missing'),
        (
            "name: Desk\n",
            "name: Desk\nlearned: {source: x, cases: 1, events: 1, begin: «soon, end: 2024-01-01, starts: missing}\n",
            '"soon" is not a moment such as 2024-01-31T09:30:00+00:00',
        ),
    ],
)
def test_each_fault_is_told_with_line_and_column(old: str, new: str, says: str) -> None:
    """« marks the place that must be told."""
    text = changed(old, new)
    before = text[: text.index("«")]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    assert f"{place}  {says}" in problems(text.replace("«", ""))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    """Never a traceback: only our own errors, each fault with line and column."""
    begin = data.draw(st.integers(0, len(DESK)))
    end = data.draw(st.integers(begin, min(len(DESK), begin + 20)))
    text = DESK[:begin] + data.draw(st.text("ab:{}[],-\n 5'\"#&*!~", max_size=5)) + DESK[end:]
    assert all(fault.where.startswith("f:") for fault in refused(lambda: organisation_in(read_text(text, "f"))))


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text("abc:5 ", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_values_are_given_they_are_taken_or_refused(data: st.DataObject) -> None:
    values: Any = json.loads(json.dumps(read_text(DESK, "f").data))
    place = values
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(plain)
            break
        place = place[key]
    assert all(fault.where for fault in refused(lambda: from_dict(values)))


def test_all_faults_are_told_at_once_from_top_to_bottom() -> None:
    text = changed("figure: patient", "figure: patiant").replace("{team: on,", "{teem: on,").replace("0.3", "x")
    found = problems(text)
    assert len(found) == 3
    lines = [int(problem.split(":")[0]) for problem in found]
    assert lines == sorted(lines) == [6, 8, 14]


def test_a_key_that_is_none_hides_nothing_but_what_its_own_entry_lacks() -> None:
    """That its shares do not sum is not told of what has a share that is misspelt."""
    text = """
name: desk
origin: 2024-01-01
clients: {C: {cases per week: 5}}
calendars: {day: Mon-Fri 09:00-17:00}
teams: {T: {}}
people: {A: {teams: T, calendar: day, sped: 2}, B: {teams: TT, calendar: dayy}}
steps: {S: {team: T, duration: 1 h, foo: 3}}
routes: {start: S, S: [{to: endd, shar: 0.5}]}
"""
    found = problems(text)
    assert [problem.split(" (")[0].split(";")[0].split("  ")[1] for problem in found] == [
        'unknown key "sped"',
        'no team "TT"',
        'no calendar "dayy"',
        'unknown key "foo"',
        'unknown key "shar"',
    ]


@pytest.mark.parametrize("more", [{}, {"foo": 1}], ids=["alone", "beside a key that is none"])
def test_half_a_character_where_a_number_belongs_is_told(desk: Organisation, more: dict[str, int]) -> None:
    values = to_dict(desk)
    next(iter(values["clients"].values())).update({"evenness": "\ud800"} | more)
    assert [fault.found for fault in refused(lambda: from_dict(values))] == ["not text in UTF-8"]


def test_what_is_wrong_besides_a_key_that_is_none_is_told_without_a_file_too(desk: Organisation) -> None:
    values = to_dict(desk)
    values["steps"]["Triage"] |= {"foo": 1}
    values["people"]["Ann"]["calendar"] = "nowhere"
    told = [str(fault) for fault in refused(lambda: from_dict(values))]
    assert len(told) == 2
    assert {"foo" in one for one in told} == {"nowhere" in one for one in told} == {True, False}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f  nothing is written here"),
        ("# nothing\n", "f  nothing is written here"),
        ("just text", '1:1  "just text"; expected a mapping: key: value'),
        ("- a\n", "1:1  a list; expected a mapping: key: value"),
        (
            changed("  No:", "  Hospital A: {cases per week: 1}\n  No:"),
            '7:3  the key "Hospital A" stands here twice (first in line 5)',
        ),
        (
            changed("name: Desk", "name: &n Desk").replace("[{to: Triage", "[{to: *n"),
            "1:7  anchors (&) and aliases (*) are not used here; write it out",
        ),
        (changed("name: Desk", "name: !x Desk"), "1:7  tags such as !x are not used here"),
        (
            changed("name: Desk", "name: !!python/name:os.system x"),
            "1:7  tags such as tag:yaml.org,2002:python/name:os.system are not used here",
        ),
        (changed("name: Desk", "? [a]\n: b\nname: Desk"), "1:3  a key must be a text"),
        ("a: [1, 2", "2:1  not YAML: a list in [ ] is not closed; close it, or put a comma before this place"),
        ("a: b\n---\nc: d\n", "2:1  not YAML: a second document begins here; put each into a file of its own"),
        ("a: \x00", "f  not YAML: a control character stands in the text; take it out"),
        ("a: " + "[" * 60 + "]" * 60, "1:54  nested too deeply"),
        ("[" * 100_000, "1:1001  not YAML: more brackets in each other than any file needs"),
    ],
)
def test_what_is_no_file_of_ours_is_told_with_its_place(text: str, says: str) -> None:
    assert says in problems(text)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a: {b: 1\nc: 2", "2:2", "a mapping in { } is not closed"),
        ("a:\n\t- b", "2:1", "this character cannot begin a value"),
        ("a: b: c", "1:5", "a colon cannot stand here"),
        ("a: 1\n b: 2", "2:3", "a colon cannot stand here"),
        ("a:\n  b: 1\n c: 2", "3:2", "this line is not indented as those before it"),
        ("a:\n- 1\n b: 2", "3:3", "a colon cannot stand here"),
        ("a: 'b", "1:6", "a text in quotes is not closed"),
        ('a: "b\\q"', "1:6", "a backslash that means nothing"),
        ("a: *b", "1:4", "a name behind * that was not given"),
        ("a: 1\nb\n", "3:1", "a key without a colon behind it"),
    ],
)
def test_what_is_wrong_with_the_yaml_is_told_in_our_words_with_what_to_do(text: str, place: str, says: str) -> None:
    (said,) = problems(text)
    assert said.startswith(f"{place}  not YAML: {says}; ")


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.yaml  cannot be read: no such file"):
        load(tmp_path / "nowhere.yaml")
    with pytest.raises(UsageError, match=r"cannot be read: this is a folder"):
        load(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Desk\nhôpital: 1\n".encode("latin-1"))
    with pytest.raises(ModelError, match=r"latin.yaml:2  not text in UTF-8"):
        load(latin)


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_text(DESK, encoding="utf-8-sig")
    assert load(path).name == "Desk"


def test_faults_in_plain_values_name_the_path(desk: Organisation) -> None:
    data: dict[str, Any] = to_dict(desk)
    data["steps"]["Triage"]["team"] = "Frist line"
    with pytest.raises(ModelError, match=r'^steps > Triage > team  no team "Frist line"; did you mean "First line"\?'):
        from_dict(data)
    data["steps"]["Triage"]["team"] = 5
    with pytest.raises(ModelError, match=r'^steps > Triage > team  "5"; expected a text'):
        from_dict(data)


def test_an_organisation_that_cannot_run_is_not_written(desk: Organisation, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nobody works in this team"):
        dump(replace(desk, people={}), tmp_path / "desk.yaml")
    assert os.listdir(tmp_path) == []


def test_a_file_is_written_whole_or_not_at_all(
    desk: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.yaml"
    dump(desk, path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot be written: no space is left"):
        dump(replace(desk, name="Other"), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["desk.yaml"]


def test_a_folder_that_is_not_there_is_told(desk: Organisation, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: no such file or folder"):
        dump(desk, tmp_path / "nowhere" / "desk.yaml")


def test_a_new_file_can_be_read_by_others_and_an_old_one_keeps_its_rights(desk: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    mask = os.umask(0o022)
    try:
        dump(desk, path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    dump(desk, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """When it fails: write `irrupt.organisation.json_schema()` to organisation.schema.json, indented by 1."""
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_the_schema_tells_editors_the_keys_as_they_are_written() -> None:
    schema = json_schema()
    assert {"schema version", "client routes", "distributions"} <= set(schema["properties"])
    assert "cases per week" in schema["$defs"]["ClientEntry"]["properties"]
    assert schema["additionalProperties"] is False


def test_seasons_and_cases_at_a_time_are_read_and_written(tmp_path: Path) -> None:
    text = DESK.replace("week: 10", "week: 10, season: {July: 0.7, aug: 0}, at a time: {1: 0.6, 5: 0.4}")
    text = text.replace("cases per week: 3.5", "cases per week: 3.5, at a time: 4")
    rules = organisation_in(read_text(text, "desk.yaml"))
    first, second = rules.clients["No"], rules.clients["Hospital A"]
    assert first.season == (*(1.0,) * 6, 0.7, 0.0, *(1.0,) * 4)
    assert (first.at_a_time, second.at_a_time) == ({1: 0.6, 5: 0.4}, {4: 1.0})
    assert to_dict(rules)["clients"]["Hospital A"]["at a time"] == 4
    dump(rules, tmp_path / "again.yaml")
    assert load(tmp_path / "again.yaml") == rules
    assert from_dict(json.loads(json.dumps(to_dict(rules)))) == rules
    assert from_dict(to_dict(rules)) == rules
    wrong = problems(text.replace("July: 0.7", "Sommer: 1"))
    assert "is not a season such as {Jul: 0.7, Aug: 0.4, Dec: 1.5}" in wrong[0]


def test_days_of_the_month_are_read_and_written() -> None:
    days = "1-3: 0.5, 25: 2, last 2: 1.5, -9: 0"
    text = DESK.replace("week: 10", f"week: 10, days of month: {{{days}}}, working days of month: {{last 3: 4}}")
    rules = organisation_in(read_text(text, "desk.yaml"))
    assert rules.clients["No"].days_of_month == {1: 0.5, 2: 0.5, 3: 0.5, 25: 2.0, -2: 1.5, -1: 1.5, -9: 0.0}
    assert rules.clients["No"].working_days_of_month == {-3: 4.0, -2: 4.0, -1: 4.0}
    assert from_dict(json.loads(json.dumps(to_dict(rules)))) == rules
    assert from_dict(to_dict(rules)) == rules
    last = organisation_in(read_text(text.replace(days, "last: 2"), "desk.yaml"))
    assert last.clients["No"].days_of_month == {-1: 2.0}
    asked = "names no days of the month; they are named as in {1-5: 0.7, 25: 2, last 3: 2.5}"
    for wrong in ("5-1", "last 0", "last 32"):
        assert f'"{wrong}" {asked}' in problems(text.replace(days, f"{wrong}: 2"))[0]
    assert f'"7" {asked}' in problems(text.replace(f"{{{days}}}", "7"))[0]
    assert "day 2 is named twice" in problems(text.replace("25: 2", "2: 2"))[0]
    for day in ("0", "32", "-32", "30-33"):
        (wrong, *_more) = problems(text.replace("25", day))
        assert "no such day in any month; expected 1 to 31, or -1, the last one, to -31" in wrong


def test_people_who_are_alike_are_written_once() -> None:
    text = DESK.replace("  Ann: {teams", "  Clerk: {teams: [on], calendar: office, count: 3, speed: 2}\n  Ann: {teams")
    rules = organisation_in(read_text(text, "desk.yaml"))
    assert list(rules.people) == ["Clerk 1", "Clerk 2", "Clerk 3", "Ann"]
    assert rules.people["Clerk 2"].speed == 2.0
    assert from_dict(to_dict(rules)) == rules
    assert problems(text.replace("Ann", "Clerk 2")) == ['20:3  "Clerk 2" is somebody else, too']
    assert problems(text.replace("[on], calendar: office, count", "[of], calendar: office, count")) == [
        '19:19  no team "of"; known: on'
    ]
    assert "expected a whole number from 1 to 10000" in problems(text.replace("count: 3", "count: 0"))[0]


def test_quantities_of_classes_are_read_and_written() -> None:
    said = "week: 10, classes: {s: 0.8, l: 0.2}, quantity by class: {l: {exponential: 3}}"
    rules = organisation_in(read_text(DESK.replace("week: 10", said), "desk.yaml"))
    assert rules.clients["No"].quantity_by_class == {"l": Distribution.exponential(3.0)}
    assert from_dict(to_dict(rules)) == rules


def test_classes_by_quantity_are_read_and_written() -> None:
    said = "week: 10, classes: {s: 0.8, l: 0.2}, quantity: {exponential: 3}, by quantity: [s, l]"
    rules = organisation_in(read_text(DESK.replace("week: 10", said), "desk.yaml"))
    assert rules.clients["No"].by_quantity == ("s", "l")
    assert from_dict(to_dict(rules)) == rules
