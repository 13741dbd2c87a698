"""Object-centric logs: three forms say the same; what flattening keeps, doubles and leaves aside is counted."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from irrupt.chronicle import read
from irrupt.chronicle.limits import Limits
from irrupt.errors import DataError, IrruptError, UsageError

from .conftest import FORMS, TYPES, as_earlier_json, as_earlier_xml, as_json, as_sqlite, as_xml, invented


def of(log, problem):
    return {one.code: one.count for one in log.problems}.get(problem, 0)


@pytest.mark.parametrize(("case_type", "seed"), [("orders", 0), ("employees", 1)])
def test_the_three_forms_give_the_same_log(tmp_path, case_type, seed):
    made = invented(seed)
    logs = [read(write(made, tmp_path / f"log.{form}"), case_type=case_type) for form, write in FORMS.items()]
    for one in logs[1:]:
        assert_frame_equal(one.events, logs[0].events, check_column_order=False)
        assert [(p.code, p.count) for p in one.problems] == [(p.code, p.count) for p in logs[0].problems]
        assert one.client_acts == logs[0].client_acts


@pytest.mark.parametrize("write", [as_earlier_json, as_earlier_xml])
def test_the_earlier_version_says_what_the_later_one_says_without_relations_of_objects(tmp_path, write):
    made = invented(2)
    objects = {
        name: (kind, {a: [("1970-01-01T00:00:00", v[0][1])] for a, v in given.items()}, [])
        for name, (kind, given, _links) in made["objects"].items()
    }
    same = {"objects": objects, "events": made["events"]}
    later = read(as_json(same, tmp_path / "later.json"), case_type="orders")
    earlier = read(write(same, tmp_path / "earlier.log"), case_type="orders")
    assert_frame_equal(earlier.events, later.events, check_column_order=False)
    assert [(p.code, p.count) for p in earlier.problems] == [(p.code, p.count) for p in later.problems]


@pytest.mark.parametrize(("seed", "case_type"), list(enumerate(TYPES)))
def test_every_event_is_told_once_for_each_object_of_the_type(tmp_path, case_type, seed):
    made = invented(seed)
    log = read(as_json(made, tmp_path / "log.json"), case_type=case_type)
    mine = {name for name, (kind, _given, _links) in made["objects"].items() if kind == case_type}
    expected = Counter(
        (name, event) for event, _kind, _time, _given, links in made["events"] for name, _how in links if name in mine
    )
    assert set(expected.values()) == {1}
    assert Counter(log.events.select("case", "ocel:eid").iter_rows()) == expected
    told = Counter(event for _name, event in expected)
    assert of(log, "shared event") == sum(many > 1 for many in told.values())
    assert of(log, "event without a case") == len(made["events"]) - len(told)
    assert log.set_aside is None or log.set_aside.height == len(made["events"]) - len(told)
    assert of(log, "case without events") == len(mine - {name for name, _event in expected})


def test_steps_for_different_things_side_by_side_are_counted(tmp_path):
    made = invented(4)
    log = read(as_json(made, tmp_path / "log.json"), case_type="orders")
    several = sum(
        sum(kind == "items" for other, _how in links for kind in [made["objects"][other][0]]) > 1
        for kind, _given, links in made["objects"].values()
        if kind == "orders"
    )
    assert of(log, "steps side by side") == several > 0
    assert "“pick item” for different items" in next(p.done for p in log.problems if p.code == "steps side by side")


def test_clients_and_people_are_told_by_the_types_of_objects(tmp_path):
    made = invented(1)
    log = read(as_json(made, tmp_path / "log.json"), case_type="orders")
    ordered_by = {name: links[0][0] for name, (kind, _given, links) in made["objects"].items() if kind == "orders"}
    assert dict(log.events.select("case", "client").iter_rows()) == ordered_by
    assert set(log.events["resource"].drop_nulls()) == {"Ann", "Bob"}
    other = read(as_json(made, tmp_path / "log.json"), case_type="orders", client="employees")
    assert set(other.events["client"].drop_nulls()) == {"Ann", "Bob"}


def test_clients_that_only_objects_belong_to_are_told(tmp_path):
    """No event names the customers; the orders do."""
    made = invented(1)
    ordered_by = {name: links[0][0] for name, (kind, _given, links) in made["objects"].items() if kind == "orders"}
    clients = set(ordered_by.values())
    made["events"] = [(*rest, [one for one in links if one[0] not in clients]) for *rest, links in made["events"]]
    log = read(as_json(made, tmp_path / "log.json"), case_type="orders")
    assert log.mapping["client"] == "customers"
    assert dict(log.events.select("case", "client").iter_rows()) == ordered_by


def test_attributes_of_the_case_are_those_of_the_time(tmp_path):
    made = invented(2)
    log = read(as_json(made, tmp_path / "log.json"), case_type="orders")
    for case, moment, price in log.events.select("case", "end", "price").iter_rows():
        values = made["objects"][case][1]["price"]
        since = [value for time, value in values if time <= moment.replace(tzinfo=None).isoformat()]
        assert price == float(since[-1])
    assert log.events["price"].n_unique() == 2


def test_what_changes_had_no_value_before_its_first_and_what_does_not_always_had_its_own(tmp_path):
    """An order that is placed is not paid yet. A value without a time holds until the next."""
    made = json.loads(as_json(invented(2), tmp_path / "log.json").read_text(encoding="utf-8"))
    orders = [one for one in made["objects"] if one["type"] == "orders"]
    far = "2099-01-01T00:00:00Z"
    for one in orders:
        one["attributes"] = [
            {"name": "paid", "time": far, "value": "yes"},
            {"name": "paid", "time": "2099-02-01T00:00:00Z", "value": "back"},
            {"name": "size", "time": far, "value": "large"},
            {"name": "state", "value": "new"},
            {"name": "state", "time": far, "value": "over"},
        ]
    (tmp_path / "log.json").write_text(json.dumps(made), encoding="utf-8")
    log = read(tmp_path / "log.json", case_type="orders")
    assert set(log.events.select("size", "state").iter_rows()) == {("large", "new")}
    assert "paid" not in log.events.columns or log.events["paid"].null_count() == log.events.height


def test_which_type_is_the_case_must_be_said(tmp_path):
    path = as_json(invented(1), tmp_path / "log.json")
    with pytest.raises(UsageError) as told:
        read(path)
    assert all(f"{name} (" in str(told.value) for name in TYPES)
    assert "--case-type" in str(told.value)
    with pytest.raises(UsageError, match='did you mean "orders"'):
        read(path, case_type="order")
    plain = tmp_path / "log.csv"
    plain.write_text("case,activity,end\na,b,2024-01-01\n")
    with pytest.raises(UsageError, match="one kind of cases"):
        read(plain, case_type="orders")


def test_an_only_type_needs_no_saying(tmp_path):
    made = invented(1)
    events = [(*one[:4], [link for link in one[4] if made["objects"][link[0]][0] == "items"]) for one in made["events"]]
    log = read(as_json({"objects": made["objects"], "events": events}, tmp_path / "log.json"))
    assert log.mapping["case"] == "items"


def test_all_faults_are_listed_and_the_rest_is_read(tmp_path):
    made = invented(3)
    sound = read(as_json(made, tmp_path / "log.json"), case_type="orders")
    data = json.loads((tmp_path / "log.json").read_text())
    data["events"].append(data["events"][0] | {"time": "2024-02-02T00:00:00", "relationships": []})
    data["events"].append({"id": "x1", "type": "place order", "relationships": [{"objectId": "o1"}]})
    data["events"].append({"id": "x2", "time": "2024-02-02T00:00:00", "relationships": [{"objectId": "o1"}]})
    odd = {"id": "x3", "type": "odd", "time": "2024-02-02T00:00:00", "relationships": [{"objectId": "o1"}]}
    data["events"].append(odd)
    data["events"][0]["relationships"] += [{"objectId": "nobody"}, {"qualifier": "nothing"}]
    data["objects"] += [{"id": "o0", "type": "items"}, {"id": "lost"}, {"id": "alone", "type": "orders"}, "no object"]
    data["objects"][5]["relationships"].append({"objectId": "nowhere", "qualifier": ""})
    (tmp_path / "log.json").write_text(json.dumps(data))
    log = read(tmp_path / "log.json", case_type="orders")
    counts = {
        "shared event name": 1, "broken relation of events": 2, "broken relation of objects": 1, "unknown object": 1,
        "shared object name": 1, "undeclared type": 1, "case without events": 1, "missing time": 1,
        "missing activity": 1,
    }  # fmt: skip
    assert counts == {name: of(log, name) for name in counts}
    assert log.events.height == sound.events.height + 1
    places = next(one.places for one in log.problems if one.code == "broken relation of events")
    assert places == ("e1 – nobody", "e1 – ?")


def test_packed_logs_are_read(tmp_path):
    made = invented(5)
    for form, write in FORMS.items():
        path = write(made, tmp_path / f"log.{form}")
        packed = tmp_path / f"log.{form}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        assert_frame_equal(read(packed, case_type="items").events, read(path, case_type="items").events)


def test_hostile_files_are_refused(tmp_path):
    made = invented(1)
    xml = as_xml(made, tmp_path / "log.xml")
    whole = xml.read_text()
    xml.write_text(whole.replace("<log>", '<!DOCTYPE log [<!ENTITY a "a">]><log>', 1))
    with pytest.raises(DataError, match="document type"):
        read(xml, case_type="orders")
    xml.write_text(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="not well-formed"):
        read(xml, case_type="orders")
    deep = tmp_path / "deep.json"
    deep.write_text('{"events":' + "[" * 100_000)
    with pytest.raises(DataError, match="not well-formed JSON"):
        read(deep)
    deep.write_text('{"ocel:events": {}}')
    with pytest.raises(DataError, match="no event belongs"):
        read(deep)
    with pytest.raises(DataError, match="more than 1 different attributes"):
        read(as_json(made, tmp_path / "log.json"), case_type="orders", limits=Limits(columns=1))


def test_a_database_can_only_be_read_and_only_its_tables(tmp_path):
    path = as_sqlite(invented(1), tmp_path / "log.sqlite")
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE event RENAME TO hidden")
    connection.execute("CREATE VIEW event AS SELECT ocel_id, randomblob(1000000000) AS ocel_type FROM hidden")
    connection.commit()
    connection.close()
    with pytest.raises(DataError, match="without the tables event"):
        read(path, case_type="orders")
    connection = sqlite3.connect(path)
    connection.execute("DROP VIEW event")
    connection.execute("CREATE TABLE event (ocel_id TEXT, ocel_type TEXT AS (hex(zeroblob(9))))")
    connection.execute("INSERT INTO event SELECT ocel_id FROM hidden")
    connection.commit()
    connection.close()
    with pytest.raises(DataError, match="without the tables event"):
        read(path, case_type="orders")
    whole = as_sqlite(invented(1), tmp_path / "other.sqlite").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="damaged"):
        read(path, case_type="orders")


@pytest.mark.slow
def test_a_published_log_is_read():
    path = Path(__file__).resolve().parents[4] / "shared" / "data" / "ocel2_orders.sqlite.gz"
    if not path.exists():
        pytest.skip("ocel2_orders.sqlite.gz is not beside the project")
    log = read(path, case_type="orders")
    assert (log.cases, log.events.height, log.events["client"].n_unique()) == (2000, 6484, 3)
    assert log.mapping["client"] == "customers"


def as_table(made):
    """The events of *made* with a column of lists for each type."""
    kinds = {name: kind for name, (kind, _given, _links) in made["objects"].items()}
    rows = []
    for event, activity, time, given, links in made["events"]:
        lists = {f"ocel:type:{kind}": [name for name, _how in links if kinds[name] == kind] for kind in TYPES}
        rows.append({"ocel:eid": event, "ocel:activity": activity, "ocel:timestamp": time, **lists, **given})
    return pl.DataFrame(rows, infer_schema_length=None)


def test_tables_with_lists_of_objects_say_the_same(tmp_path):
    made = invented(6)
    whole = read(as_json(made, tmp_path / "log.json"), case_type="items")
    frame = as_table(made)
    lists = [name for name in frame.columns if name.startswith("ocel:type:")]
    texts = [pl.col(name).map_elements(lambda cell: str(list(cell)), return_dtype=pl.String) for name in lists]
    frame.with_columns(texts).write_csv(tmp_path / "log.csv")
    for log in (read(frame, case_type="items"), read(tmp_path / "log.csv", case_type="items")):
        same = ["case", "activity", "end", "resource", "ocel:eid"]
        assert_frame_equal(log.events.select(same), whole.events.select(same))
        assert of(log, "event without a case") == of(whole, "event without a case")


@pytest.mark.parametrize("form", FORMS)
def test_damaged_files_never_end_in_a_traceback(tmp_path, form):
    whole = FORMS[form](invented(1, orders=3), tmp_path / f"log.{form}").read_bytes()
    random = np.random.default_rng(len(form))
    for _ in range(12):
        damaged = bytearray(whole)
        at, size = int(random.integers(len(whole))), int(random.integers(1, 30))
        damaged[at : at + size] = random.bytes(size) if random.random() < 0.5 else b""
        (tmp_path / "damaged").write_bytes(damaged)
        with suppress(IrruptError):
            read(tmp_path / "damaged", case_type="orders")


def test_names_of_a_database_that_are_no_text_are_told(tmp_path):
    path = as_sqlite(invented(1, orders=3), tmp_path / "log.sqlite")
    path.write_bytes(path.read_bytes().replace(b"weight REAL", b"weigh\xfd REAL"))
    with pytest.raises(DataError, match="damaged"):
        read(path, case_type="orders")


def test_a_column_that_a_table_lacks_is_empty(tmp_path):
    path = as_sqlite(invented(1, orders=3), tmp_path / "log.sqlite")
    whole = read(path, case_type="orders")
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE event_object DROP COLUMN ocel_qualifier")
    connection.commit()
    assert_frame_equal(read(path, case_type="orders").events, whole.events)
    connection.execute("ALTER TABLE event DROP COLUMN ocel_type")
    connection.commit()
    connection.close()
    with pytest.raises(DataError, match="no activity"):
        read(path, case_type="orders")
