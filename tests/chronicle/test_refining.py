"""Finer steps beside coarse ones, names of clients beside their numbers, rows that are marked as cancelled."""

from __future__ import annotations

import polars as pl
import pytest

from irrupt.chronicle import Chronicle, read

PARTS = {"received": "Intake", "sorted": "Intake", "checked": "Decision", "signed": "Decision"}


def table(**more: list[object]) -> pl.DataFrame:
    """Twelve cases of four steps, and the columns *more*, a value for each row."""
    size = 4 * 12
    columns = {
        "Case ID": [f"C{row // 4}" for row in range(size)],
        "Time": [f"2024-03-{1 + row // 4:02d} 1{row % 4}:00" for row in range(size)],
        "User": [f"u{row % 5}" for row in range(size)],
    }
    return pl.DataFrame({**columns, **more})


def coarse(name: str = "Step") -> dict[str, list[object]]:
    return {name: [whole for _row in range(12) for whole in PARTS.values()]}


def fine(name: str) -> dict[str, list[object]]:
    return {name: [part for _row in range(12) for part in PARTS]}


def noted(log: Chronicle, text: str) -> bool:
    return any(text in note for note in log.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Step", "Sub-step"),
        ("Status", "Substatus"),
        ("Étape", "Sous-étape"),
        ("Schritt", "Teilschritt"),
        ("Fase", "Subfase"),
        ("Etapa", "Subetapa"),
        ("Fase", "Sottofase"),
        ("Stap", "Deelstap"),
        ("Etap", "Podetap"),
    ],
)
def test_the_parts_of_steps_are_the_steps(whole: str, part: str) -> None:
    log = read(table(**coarse(whole), **fine(part)))
    assert log.mapping["activity"] == part
    assert noted(log, f'--map "activity={whole}"')
    asked = read(table(**coarse(whole), **fine(part)), mapping={"activity": whole})
    assert (asked.mapping["activity"], noted(asked, part)) == (whole, False)


@pytest.mark.parametrize(
    ("places", "words"),
    [("Vorgang", "Kurztext Vorgang"), ("Operation", "Operation description"), ("Opération", "Libellé opération")],
)
def test_steps_are_called_by_their_texts_rather_than_their_places(places: str, words: str) -> None:
    numbers = [f"00{1 + row % 4}0" for row in range(48)]
    log = read(table(**{places: numbers}, **fine(words)))
    assert (log.mapping["activity"], log.activities()) == (words, sorted(PARTS))
    assert noted(log, f'--map "activity={places}"')


def test_parts_that_belong_to_several_steps_or_are_missing_are_told_of() -> None:
    mixed = [("a", "b")[row % 3 > 0] for row in range(48)]
    some = [part if row % 2 else None for row, part in enumerate(fine("x")["x"])]
    for more in (mixed, some):
        log = read(table(**coarse(), **{"Sub-step": more}))
        assert log.mapping["activity"] == "Step"
        assert noted(log, '--map "activity=Sub-step"')


CLIENTS = ("Falcon", "Egret", "Heron")


def clients(number: str, name: str, several: bool = False) -> dict[str, list[object]]:
    """Each case is of a client with a *number* and a *name*, which *several* numbers may share."""
    numbers = [f"70{row // 4 % (6 if several else 3)}" for row in range(48)]
    return {number: numbers, name: [CLIENTS[row // 4 % 3] for row in range(48)]}


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("requester id", "requester organization"),
        ("Customer no", "Customer"),
        ("Kundennummer", "Firma"),
        ("Client ID", "Client label"),
        ("ID cliente", "Cliente razón"),
    ],
)
def test_clients_are_called_by_their_names(code: str, name: str) -> None:
    log = read(table(**coarse(), **clients(code, name)))
    assert log.events["client"].unique().sort().to_list() == sorted(CLIENTS)
    asked = read(table(**coarse(), **clients(code, name)), client=code)
    assert asked.mapping["client"] == code


def test_a_name_of_several_clients_is_told_of() -> None:
    log = read(table(**coarse(), **clients("requester id", "requester organization", several=True)))
    assert log.mapping["client"] == "requester id"
    assert noted(log, '--client "requester organization"')


def test_clients_who_are_named_stay_so() -> None:
    log = read(table(**coarse(), **clients("Customer segment", "Customer name")))
    assert log.mapping["client"] == "Customer name"
    assert not noted(log, "Customer segment")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "sign", "other"),
    [
        ("Storno", "X", ""),
        ("Cancelled", "true", "false"),
        ("is_deleted", 1, 0),
        ("Annulé", "oui", "non"),
        ("Estado", "Anulado", "Activo"),
        ("Status", "Storniert", "Gebucht"),
        ("Anulowano", "tak", "nie"),
        ("voided", True, False),
    ],
)
def test_rows_that_are_marked_as_cancelled_are_told_of(name: str, sign: object, other: object) -> None:
    marks = [sign if row in (5, 18, 30) else other for row in range(48)]
    log = read(table(**fine("Activity"), **{name: marks}))
    told = [(one.count, one.places) for one in log.problems if one.code == "cancelled"]
    assert told == [(3, ("row 6", "row 19", "row 31"))]
    assert log.events.height == 48


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("Cancelled", ["yes" if row // 4 == 2 else "no" for row in range(48)]),
        ("Storno", [None] * 48),
        ("Cancellation reason", ["late" if row % 9 == 0 else None for row in range(48)]),
        ("Cancelled at", ["2024-03-09 10:00" if row % 9 == 0 else None for row in range(48)]),
    ],
)
def test_cases_that_were_cancelled_and_whatever_else_is_said_of_it_are_no_cancelled_rows(
    name: str, marks: list[object]
) -> None:
    log = read(table(**fine("Activity"), **{name: marks}))
    assert not any(one.code == "cancelled" for one in log.problems)


def test_one_time_of_a_case_is_not_all_that_a_row_tells() -> None:
    days = {
        name: [f"2024-03-{1 + n + at:02}" for n in range(9)] for at, name in enumerate(("Opened", "Done", "Closed"))
    }
    frame = pl.DataFrame({"Ticket": [f"T{n}" for n in range(9)], "State": ["Closed"] * 9, **days})
    assert noted(read(frame, mapping={"end": "Opened"}), "other columns hold dates, too: Done, Closed")
    assert read(frame).events.height == 27


def test_what_may_name_people_is_said_where_nothing_else_tells_what_was_done() -> None:
    frame = table().rename({"User": "By whom by"})
    assert noted(read(frame), '"By whom by" is taken for what was done')
    other = read(table(**fine("X1"), **{"X2": [f"Zed {row % 7}" for row in range(48)]}).drop("User"))
    assert noted(other, '"X2" is taken for what was done by what stands in it; else --map "activity=X1"')


@pytest.mark.parametrize("other", ["activity owner", "activity remark", "activity owner name"])
def test_what_else_is_told_of_numbered_steps_is_no_step(other: str) -> None:
    numbers = [str(10 * (row % 4)) for row in range(48)]
    log = read(table(activity=numbers, **{other: [f"note {'abcdefg'[row % 7]}" for row in range(48)]}))
    assert log.mapping["activity"] == "activity"


@pytest.mark.parametrize("other", ["customer segment", "customer city"])
def test_where_clients_live_is_not_what_they_are_called(other: str) -> None:
    log = read(table(**coarse(), **clients("customer id", other)))
    assert log.mapping["client"] == "customer id"


def test_numbers_that_come_late_have_names_of_their_own() -> None:
    """Whether each name has one number was asked of the first rows only: later numbers were merged."""
    cases = 25_100
    rows = pl.DataFrame({"n": range(cases)}).select(
        pl.format("C{}", "n").alias("Case ID"),
        pl.lit("2024-03-01 10:00").alias("Time"),
        pl.concat_list(pl.lit("in"), pl.lit("out")).alias("Step"),
        pl.when(pl.col("n") < 25_050).then(pl.col("n") % 3).otherwise(3).add(700).cast(pl.String).alias("requester id"),
    )
    names = {"700": "Heron", "701": "Egret", "702": "Falcon", "703": "Heron"}
    rows = rows.with_columns(pl.col("requester id").replace_strict(names).alias("requester organization")).explode(
        "Step"
    )
    log = read(rows)
    assert (log.mapping["client"], log.events["client"].n_unique()) == ("requester id", 4)


def test_of_several_columns_called_after_clients_the_others_are_told_with_how_to_take_them() -> None:
    """Who is the client decides all that is counted of him."""
    table_ = table(**coarse("Activity"), customer=by_case("Acme", "Beta", "Gamma"), account=by_case("a", "b", "c", "d"))
    log, asked = read(table_), read(table_, client="account")
    assert log.mapping["client"] == "customer"
    (said,) = (note for note in log.notes if "account" in note)
    assert said.endswith('--client "account"')
    assert (asked.mapping["client"], noted(asked, '--client "')) == ("account", False)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "other",
    [
        {"client id": [["17", "18", "19"][row // 4 % 3] for row in range(48)]},  # the same clients, numbered
        {"customer type": [["big", "small"][row // 4 % 2] for row in range(48)]},  # what they are like
        {"account": ["main"] * 48},  # all the same
        {"caller": [f"c{row}" for row in range(48)]},  # another one for each step
        {"customer rep": [["Ann", "Bob"][row // 4 % 2] for row in range(48)]},  # who serves them
    ],
)
def test_what_parts_cases_as_the_client_does_or_does_not_tell_him_is_no_other_client(
    other: dict[str, list[object]],
) -> None:
    log = read(table(**coarse("Activity"), customer=by_case("Acme", "Beta", "Gamma"), **other))
    assert (log.mapping["client"], noted(log, "called after clients")) == ("customer", False)


def by_case(*values: object) -> list[object]:
    """The *values* in turn, one for each case."""
    return [values[row // 4 % len(values)] for row in range(48)]
