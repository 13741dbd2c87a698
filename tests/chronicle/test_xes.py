"""XES as it is in the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.journal import Raw
from irrupt.chronicle.limits import Limits
from irrupt.chronicle.xes import read_xes


def raw(body: str, chunk: int = 1 << 20) -> Raw:
    """The records in a log with this *body*, fed *chunk* bytes at a time."""
    data = f"<log>{body}</log>".encode()
    return read_xes((data[i : i + chunk] for i in range(0, len(data), chunk)), "t.xes", Limits())


def event(**attributes: str) -> str:
    return "<event>" + "".join(f'<string key="{k}" value="{v}"/>' for k, v in attributes.items()) + "</event>"


def test_attributes_get_the_type_they_declare() -> None:
    body = """<trace><event>
        <string key="s" value="007"/><int key="i" value="7"/><float key="f" value="7.5"/><boolean key="b" value="true"/>
        <date key="d" value="2020-01-01T00:00:00.000+01:00"/><id key="u" value="x-1"/></event></trace>"""
    frame = raw(body).frame
    assert frame.select("s", "i", "f", "b", "u").row(0) == ("007", 7, 7.5, True, "x-1")
    assert raw(body).dates == {"d"}


def test_a_value_that_is_not_of_its_type_keeps_the_column_as_text_and_is_counted() -> None:
    body = '<trace><event><int key="i" value="7"/></event><event><int key="i" value="seven"/></event></trace>'
    log = raw(body)
    assert log.frame["i"].to_list() == ["7", "seven"]
    assert [(p.code, p.count) for p in log.problems if p.code == "wrong type"] == [("wrong type", 1)]


def test_whole_and_broken_numbers_under_one_key_are_numbers() -> None:
    body = '<trace><event><int key="i" value="7"/></event><event><float key="i" value="7.5"/></event></trace>'
    assert raw(body).frame["i"].to_list() == [7.0, 7.5]


def test_nested_attributes_lists_and_containers_are_flat() -> None:
    body = """<trace><event><string key="a" value="x"><int key="cost" value="3"/></string>
        <list key="l"><values><int key="v" value="1"/><int key="v" value="2"/></values></list>
        <container key="c"><string key="w" value="y"/></container></event></trace>"""
    log = raw(body)
    assert log.frame.select("a", "a.cost", "l.v", "l.v (2)", "c.w").row(0) == ("x", 3, 1, 2, "y")
    assert [p.count for p in log.problems if p.code == "repeated attribute"] == [1]


def test_attributes_of_the_case_stand_in_each_of_its_events() -> None:
    body = (
        f'<trace><string key="channel" value="desk"/>{event(a="1")}{event(a="2")}</trace><trace>{event(a="3")}</trace>'
    )
    assert raw(body).frame["case:channel"].to_list() == ["desk", "desk", None]


def test_attributes_behind_the_events_of_a_case_count_too() -> None:
    assert raw(f'<trace>{event(a="1")}<string key="end" value="late"/></trace>').frame["case:end"].to_list() == ["late"]


def test_cases_without_a_name_are_cases_and_same_names_are_one() -> None:
    named = f'<trace><string key="concept:name" value="x"/>{event(a="1")}</trace>'
    log = raw(f"<trace>{event(a='0')}</trace>{named}{named}")
    assert log.frame["case:concept:name"].to_list() == ["trace 1", "x", "x"]
    assert {p.code: p.count for p in log.problems} == {"unnamed case": 1, "shared case name": 1}
    (shared,) = (problem for problem in log.problems if problem.code == "shared case name")
    assert shared.found == "1 trace has the name of an earlier one"
    assert "3 traces, 2 cases; where they are cases of their own, give each a concept:name" in shared.done
    assert log.notes == ("1 trace has the name of an earlier one: read as one case",)


def test_events_outside_of_any_case_are_kept_without_one() -> None:
    log = raw(f"<trace>{event(a='0')}</trace>{event(a='1')}")
    assert log.frame["case:concept:name"].to_list() == ["trace 1", None]
    assert log.locate([0, 1]) == ("case trace 1, event 1", "event 2 outside of any case")


def test_cases_without_events_are_told() -> None:
    named = '<trace><string key="concept:name" value="x"/></trace>'
    (told,) = (p for p in raw(f"{named}<trace>{event(a='1')}</trace><trace/>").problems if "event" in p.code)
    assert (told.count, told.found, told.places) == (2, "2 cases have no event", ("case x", "case trace 3"))


def test_events_of_which_none_is_in_a_case_are_kept_without_one() -> None:
    log = raw(f"{event(a='0')}<trace/>")
    assert log.frame["case:concept:name"].to_list() == [None]


def test_an_unknown_element_is_read_as_text_and_reported() -> None:
    log = raw('<trace><event><text key="a" value="x"/></event><event><text key="a" value="y"/></event></trace>')
    assert log.frame["a"].to_list() == ["x", "y"]
    assert [(p.code, p.count) for p in log.problems if p.code == "unknown element"] == [("unknown element", 2)]


def test_the_order_of_attributes_of_an_element_does_not_matter() -> None:
    assert raw('<trace><event><string value="v" key="k"/></event></trace>').frame["k"].to_list() == ["v"]


def test_globals_classifiers_and_attributes_of_the_log_are_no_events() -> None:
    body = f"""<extension name="Concept" prefix="concept" uri="u"/>
        <global scope="event"><string key="a" value="UNKNOWN"/></global><classifier name="c" keys="a"/>
        <float key="meta" value="1"><float key="x" value="2"/></float><trace>{event(a="1")}</trace>"""
    assert raw(body).frame["a"].to_list() == ["1"]


def test_several_logs_in_one_file_are_read_as_one_and_reported() -> None:
    log = raw(f"<log><trace>{event(a='1')}</trace></log><log><trace>{event(a='2')}</trace></log>")
    assert log.frame.height == 2
    assert "several logs" in [p.code for p in log.problems]


def test_entities_and_odd_characters_in_values() -> None:
    assert (
        raw('<trace><event><string key="a" value="&lt;&amp;&#233;&#10;é"/></event></trace>').frame["a"][0] == "<&é\né"
    )


@given(st.integers(1, 40), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_how_the_bytes_arrive_does_not_matter(chunk: int, events: int) -> None:
    body = "<trace>" + "".join(event(a=f"é{i}", **({"b": str(i)} if i % 3 else {})) for i in range(events)) + "</trace>"
    assert raw(body, chunk).frame.equals(raw(body).frame)


def test_packing_in_parts_gives_the_same_columns(monkeypatch: object) -> None:
    body = "".join(
        f'<trace><string key="n" value="{t}"/>' + "".join(event(**{f"k{i % 4}": str(i)}) for i in range(7)) + "</trace>"
        for t in range(30)
    )
    whole = raw(body).frame
    monkeypatch.setattr("irrupt.chronicle.xes._CHUNK", 4)  # type: ignore[attr-defined]
    assert raw(body).frame.select(whole.columns).equals(whole)


def test_real_logs_have_the_cases_and_events_that_are_published(real: Callable[[str], Chronicle]) -> None:
    for name, cases, events in (("helpdesk", 4580, 21_348), ("production", 225, 4543), ("receipt", 1434, 8577)):
        log = real(f"data/{name}.xes.gz")
        aside = 0 if log.set_aside is None else log.set_aside.height
        assert (log.cases, log.events.height + aside) == (cases, events)


def test_offsets_of_real_logs_give_local_hours(real: Callable[[str], Chronicle]) -> None:
    assert real("data/production.xes.gz").timezone == "Etc/GMT-8"
    assert real("data/receipt.xes.gz").timezone == "Europe/Paris"


def test_a_log_with_measured_starts(real: Callable[[str], Chronicle]) -> None:
    log = real("data/production.xes.gz")
    assert log.starts == "measured"
    assert log.events["start"].null_count() == 0
    assert (log.events["start"] <= log.events["end"]).all()
    assert log.events["end"].dtype == pl.Datetime("us", "UTC")


def test_a_simulated_clock_from_1970_is_noted(real: Callable[[str], Chronicle]) -> None:
    log = real("data/teleclaims.xes.gz")
    assert any("1970" in note for note in log.notes)
    assert log.client_acts == {"incoming claim"}


def test_times_to_the_day_are_noted(beginning: Callable[[str, int], Path]) -> None:
    log = read(beginning("data/road_traffic_fines.xes.gz", 3_000))
    assert log.cases == 3_000
    assert any("to the day only" in note for note in log.notes)
    assert log.client_acts == {"Payment", "Insert Date Appeal to Prefecture", "Appeal to Judge"}
    assert log.events["end"].min() > dt.datetime(1999, 12, 30, tzinfo=dt.UTC)  # type: ignore[operator]
