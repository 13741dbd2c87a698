"""Histories of changed fields: what was changed is a step, whatever the system calls its columns."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import irrupt as ir
from irrupt.chronicle.field_changes import with_changed_fields
from irrupt.chronicle.journal import ROW, Raw
from irrupt.errors import DataError
from irrupt.sight.footprint import REQUALIFIES

SAP = """OBJECTCLAS;OBJECTID;CHANGENR;USERNAME;UDATE;UTIME;TCODE;TABNAME;TABKEY;FNAME;CHNGIND;VALUE_OLD;VALUE_NEW;KUNNR
VERKBELEG;0004500000;0000100001;MUELLER;08.01.2024;07:12:50;VA01;VBAK;0004500000;KEY;I;;;Autowerk
VERKBELEG;0004500000;0000100002;EDI_USER;16.01.2024;09:01:00;VA02;VBEP;0004500000000010;EDATU;U;20240119;20240109;Autowerk
VERKBELEG;0004500000;0000100002;EDI_USER;16.01.2024;09:01:00;VA02;VBEP;0004500000000010;WMENG;U;500,000;300,000;Autowerk
VERKBELEG;0004500001;0000100003;WEBER;09.01.2024;08:00:00;VA01;VBAK;0004500001;KEY;I;;;Bahn
VERKBELEG;0004500001;0000100004;WEBER;19.01.2024;11:30:00;VA02;VBAP;0004500001000010;ABGRU;U;;Z1;Bahn
VERKBELEG;0004500001;0000100005;WEBER;20.01.2024;11:30:00;VA02;VBAK;0004500001;KEY;D;;;Bahn
"""
GERMAN = """Verkaufsbeleg;Feld;Alter Wert;Neuer Wert;Geändert am;Uhrzeit;Geändert von;Auftraggeber
4500000;Beleg angelegt;;;08.01.2024;07:12:50;Müller;Autowerk
4500000;Lieferdatum;19.01.2024;09.01.2024;16.01.2024;09:01:00;Weber;Autowerk
4500001;Beleg angelegt;;;09.01.2024;08:00:00;Weber;Bahn
4500001;Liefersperre;01;;19.01.2024;11:30:00;Weber;Bahn
"""
JIRA = """issue_id,changelog_id,author_key,created_date,field,field_type,from,from_string,to,to_string
10001,20001,bhill,2024-01-08T09:00:00Z,status,jira,1,Open,3,In Progress
10001,20002,agrant,2024-01-08T10:00:00Z,priority,jira,3,Medium,2,High
10001,20003,bhill,2024-01-09T10:00:00Z,status,jira,3,In Progress,5,Resolved
10002,20004,bhill,2024-01-09T12:00:00Z,status,jira,1,Open,3,In Progress
"""
SERVICENOW = """tablename,documentkey,fieldname,oldvalue,newvalue,user,sys_created_on
incident,a1,state,1,2,beth.anglin,2024-01-08 09:00:00
incident,a1,assignment_group,Service Desk,Network,beth.anglin,2024-01-08 09:30:00
incident,a1,due_date,2024-03-01 08:00:00,2024-02-20 08:00:00,system,2024-01-08 10:00:00
incident,b2,state,1,2,don.goodliffe,2024-01-08 11:00:00
"""


def steps(log: ir.Chronicle) -> list[tuple[str, str]]:
    return log.events.select("case", "activity").rows()


def test_change_documents_of_sap_are_read_by_document(tmp_path: Path) -> None:
    """Its transaction was taken for the activity, and the key of the line for the case; which lines repeat the step
    before is not asked, since each is a change of its own."""
    (file := tmp_path / "changes.csv").write_text(SAP, encoding="utf-8")
    log = ir.read(file)
    first, other = "0004500000", "0004500001"
    assert steps(log) == [
        *[(first, step) for step in ("created", "EDATU changed", "WMENG changed")],
        *[(other, step) for step in ("created", "ABGRU changed", "deleted")],
    ]
    assert log.events["client"].unique().sort().to_list() == ["Autowerk", "Bahn"]
    assert log.events["resource"].to_list()[:2] == ["MUELLER", "EDI_USER"]
    assert {"VALUE_OLD", "VALUE_NEW", "FNAME"} <= set(log.events.columns)
    as_it_is = ir.read(file, mapping={"activity": "FNAME", "case": "OBJECTID"})
    assert "EDATU" in as_it_is.events["activity"].to_list()


def test_fields_are_changed_in_the_language_of_their_columns(tmp_path: Path) -> None:
    (file := tmp_path / "changes.csv").write_text(GERMAN, encoding="utf-8")
    log = ir.read(file)
    assert [step for _case, step in steps(log)] == [
        *("Beleg angelegt", "Lieferdatum geändert"),
        *("Beleg angelegt", "Liefersperre geändert"),
    ]


def test_of_a_status_the_step_is_what_was_reached(tmp_path: Path) -> None:
    """The status that was left, an old value, was taken for the activity."""
    (file := tmp_path / "issue_history.csv").write_text(JIRA, encoding="utf-8")
    log = ir.read(file)
    assert steps(log)[:3] == [("10001", "In Progress"), ("10001", "priority changed"), ("10001", "Resolved")]
    assert log.events["resource"].to_list()[:2] == ["bhill", "agrant"]
    (file := tmp_path / "sys_audit.csv").write_text(SERVICENOW, encoding="utf-8")
    assert steps(ir.read(file)) == [
        *[("a1", step) for step in ("state 2", "assignment_group changed", "due_date changed")],
        ("b2", "state 2"),
    ]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "head",
    [
        "OpportunityId,AccountName,Field,OldValue,NewValue,CreatedDate,CreatedById",
        "Lead ID,Account Name,Field / Event,Old Value,New Value,Edit Date,Edited By",
        "Deal ID,Company,Property,Previous Value,New Value,Date modified,Changed By",
        "Ticketnummer,Kunde,Feld,Alter Wert,Neuer Wert,Geändert am,Geändert von",
        "Numéro demande,Demandeur,Champ,Ancienne valeur,Nouvelle valeur,Modifié le,Modifié par",
    ],
)
@pytest.mark.parametrize("counted", [False, True])
def test_histories_of_sales_and_desks_tell_when_in_milliseconds_or_not(
    tmp_path: Path, head: str, counted: bool
) -> None:
    """Times of thirteen figures were taken for numbers of documents."""
    stages = ("", "Found", "Offered", "Won")
    field = "Status" if "Feld" in head or "Champ" in head else "dealstage" if "Deal" in head else "StageName"
    rows = [
        f"006{case:012}AAA,Borel,{field},{old},{new},{1000 * time if counted else f'2026-01-{case + 1:02} 1{at}:00'},a"
        for case in range(20)
        for at, (old, new) in enumerate(pairwise(stages))
        for time in [1_767_268_800 + case * 86_400 + at * 3_600]
    ]
    (file := tmp_path / "history.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    log = ir.read(file)
    assert (log.cases, log.activities()) == (20, sorted(stages[1:]))
    assert log.events["end"].dt.date().n_unique() == 20
    assert log.events["resource"].unique().to_list() == ["a"]


def test_changed_dates_quantities_and_priorities_requalify_what_was_asked_for(tmp_path: Path) -> None:
    (file := tmp_path / "changes.csv").write_text(SAP, encoding="utf-8")
    found = {(one.party, one.deed): one.share for one in ir.see(ir.read(file)).footprints}
    assert found["all clients", REQUALIFIES] == 0.5


def test_changes_without_their_times_are_asked_for(tmp_path: Path) -> None:
    """New values that are dates were taken for the times of the changes."""
    columns = [0, 1, 2, 7, 8, 9, 10, 11, 12]
    lines = [";".join(line.split(";")[at] for at in columns) for line in SAP.splitlines()]
    (file := tmp_path / "cdpos.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match="no column tells when fields were changed; SAP keeps times in CDHDR"):
        ir.read(file)


@pytest.mark.parametrize(
    "head",
    [
        "case,time,activity,field,from,to",
        "case,time,status,zone,old,new",
        "Fall,Zeitpunkt,Tätigkeit,Feld,alt,neu",
        "case,time,step,property,old value,new value",
    ],
)
def test_what_is_told_to_be_done_goes_before_what_moved(tmp_path: Path, head: str) -> None:
    """Places between which something moved were taken for values of a field."""
    steps_of = ("packed", "moved", "stored")
    moments = [(n, at, f"2026-02-{1 + n:02} 1{at}:00") for n in range(5) for at in range(3)]
    rows = [f"c{n},{moment},{steps_of[at]},Plant,Desk,Lab" for n, at, moment in moments]
    (file := tmp_path / "moves.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    assert ir.read(file).activities() == sorted(steps_of)


@pytest.mark.parametrize(("field", "old", "new"), [("field", "from", "to"), ("field name", "before", "after")])
def test_when_something_began_and_ended_is_no_value_of_a_field(field: str, old: str, new: str) -> None:
    moments = [(f"2026-02-0{1 + at} 08:00", f"2026-02-0{1 + at} 09:00") for at in range(6)]
    columns = {"case": list("aabbcc"), "task": ["dig", "sow"] * 3, field: ["North"] * 6}
    columns |= {old: [begin for begin, _ in moments], new: [end for _, end in moments]}
    for left_out in ((), ("task",)):
        frame = pl.DataFrame({ROW: range(6), **columns}).drop(left_out)
        raw = Raw(frame=frame, name="", locate=lambda _rows: ())
        assert with_changed_fields(raw, {}) is raw
