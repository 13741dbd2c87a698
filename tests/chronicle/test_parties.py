"""Clients as parties."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, group_clients, read, write
from irrupt.chronicle.model import conform
from irrupt.errors import UsageError
from irrupt.groups import OTHER_CLIENTS


def log_of(sizes: dict[str | None, int]) -> Chronicle:
    """A log in which each client has that many cases of one event."""
    clients = [client for client, size in sizes.items() for _ in range(size)]
    events = pl.DataFrame(
        {
            "case": [str(i) for i in range(len(clients))],
            "activity": ["a"] * len(clients),
            "end": [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * len(clients),
            "client": clients,
        },
        schema_overrides={"client": pl.String, "end": pl.Datetime("us", "UTC")},
    )
    return Chronicle(events=conform(events))


def test_without_clients_there_are_no_parties() -> None:
    assert group_clients(log_of({None: 5})) == {}


@pytest.mark.parametrize(("nobody", "says"), [(3, "3 cases name no client"), (1, "1 case names no client"), (0, None)])
def test_cases_that_name_no_client_are_told(nobody: int, says: str | None) -> None:
    """They stood among other clients, and nothing said so, however many they were."""
    events = pl.DataFrame(
        {
            "case": [f"{at // 2}" for at in range(20)],
            "activity": ["ask", "do"] * 10,
            "time": [f"2024-01-{at + 1:02} 10:00" for at in range(20)],
            "client": [None if at < 2 * nobody else "Hospital A" for at in range(20)],
        }
    )
    told = [note.split(":")[0] for note in read(events).notes if "no client" in note]
    assert told == ([says] if says else [])


def test_few_clients_are_a_party_each_unless_they_are_rare() -> None:
    assert group_clients(log_of({"a": 40, "b": 30, "c": 29})) == {"a": "a", "b": "b", "c": OTHER_CLIENTS}


def test_of_many_clients_only_the_largest_are_named() -> None:
    sizes: dict[str | None, int] = {f"c{i:02d}": 10 for i in range(50)} | {"big": 300, "mid": 150, "low": 99}
    parties = group_clients(log_of(sizes))
    assert {client for client, party in parties.items() if party == client} == {"big", "mid"}
    assert set(group_clients(log_of(sizes), most=1).values()) == {"big", OTHER_CLIENTS}
    assert set(group_clients(log_of(sizes), share=0.2).values()) == {"big", OTHER_CLIENTS}


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 130), min_size=1, max_size=20))
@settings(max_examples=15, deadline=None)
def test_every_client_has_a_party_and_larger_ones_come_before_smaller(sizes: dict[str | None, int]) -> None:
    parties = group_clients(log_of(sizes))
    assert set(parties) == set(sizes)
    named = [size for client, size in sizes.items() if parties[client] == client]  # type: ignore[index]
    others = [size for client, size in sizes.items() if parties[client] != client]  # type: ignore[index]
    assert not named or not others or min(named) >= max(others)


def test_clients_can_be_shown_by_where_most_of_their_cases_are() -> None:
    log = log_of({"a": 3, "b": 2, "c": 1, None: 1})
    sites = pl.Series("site", ["north", "north", "south", "south", "south", None, "north"])
    parties = group_clients(replace(log, events=log.events.with_columns(sites), groups="site"))
    assert parties == {"a": "north", "b": "south", "c": OTHER_CLIENTS}


def test_the_bundled_log_names_three_callers(incidents: Chronicle) -> None:
    parties = group_clients(incidents)
    assert len(parties) > 5_000
    assert len(set(parties.values())) == 4


def test_grouping_by_what_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match='did you mean "location"'):
        read(log_of({"a": 3}).events.with_columns(location=pl.lit("north")), groups="locatoin")
    with pytest.raises(UsageError, match="no client is visible"):
        read(log_of({None: 3}).events, groups="site")
    with pytest.raises(
        UsageError, match='no attribute "team"; the log has none: all its columns are read as something'
    ):
        read(log_of({"a": 3}).events, groups="team")
    several = log_of({"a": 3}).events.with_columns(pl.lit("x").alias(f"column {at}") for at in range(40))
    with pytest.raises(UsageError, match='no attribute "team"; known: column 0, column 1, '):
        read(several, groups="team")


def in_groups(**other: str) -> pl.DataFrame:
    """Two steps of each of twelve cases, of clients who belong to groups; columns are called *other*."""
    frame = pl.DataFrame(
        {
            "file": [str(at // 2) for at in range(24)],
            "citizen": [f"Citizen {at // 4}" for at in range(24)],
            "group": ["Seniors" if at // 4 % 2 else "Families" for at in range(24)],
            "activity": ["register", "decide"] * 12,
            "end": [f"2024-01-{at + 1:02} 10:00" for at in range(24)],
            "clerk": ["Bea", "Cem"] * 12,
            "service": ["Reception", "Review"] * 12,
        }
    )
    return frame.rename(other)


@pytest.mark.parametrize("name", ["group", "team", "department"])
def test_what_clients_are_grouped_by_is_not_guessed_to_be_the_team(name: str) -> None:
    """A column `group` was read as the team, and then was no attribute to group by: nothing told so."""
    log = read(in_groups(group=name), mapping={"case": "file"}, groups=name)
    assert log.mapping["team"] == "service"
    assert set(group_clients(log).values()) <= {"Seniors", "Families", OTHER_CLIENTS}
    assert log.events[log.groups].unique().sort().to_list() == ["Families", "Seniors"]


def test_a_column_to_group_by_that_is_read_as_something_is_told_with_the_way_out() -> None:
    frame = in_groups()
    with pytest.raises(UsageError, match=r'"group" is read as team; name another .*: --map team=COLUMN; attributes: s'):
        read(frame, mapping={"case": "file", "team": "group"}, groups="group")
    with pytest.raises(UsageError, match=r'"citizen" is read as client; name another .* --map client=COLUMN; .*: none'):
        read(frame.drop("group"), mapping={"case": "file"}, groups="citizen")


def test_cases_that_bear_another_group_than_their_client_are_told() -> None:
    """Where a group is one of cases rather than of clients, its cases are shown with others, and nobody could know."""
    rows = [(str(at), "a", "2024-01-01", f"P{at % 3}", "X" if at % 3 < 2 or at < 3 else "Y") for at in range(12)]
    frame = pl.DataFrame(rows, schema=["case", "activity", "end", "client", "payer"], orient="row")
    log = read(frame, groups="payer")
    assert group_clients(log) == {"P0": "X", "P1": "X", "P2": "Y"}
    assert [note for note in log.notes if "--client payer" in note] == [
        "1 case bears another payer than most cases of its client, and is shown with these; to go by each case, say "
        "--client payer"
    ]
    same = read(frame.with_columns(payer=pl.col("client")), groups="payer")
    assert not any("--client" in note for note in same.notes)


def test_a_client_who_is_called_as_a_team_is_told_apart(tmp_path: Path) -> None:
    """Anonymised logs name clients and teams alike, `Value 1`: a comparison tells parties by their names."""
    rows = [(str(at), "a", "2024-01-01", f"Value {at % 3}", f"Value {at % 2 + 1}") for at in range(12)]
    frame = pl.DataFrame(rows, schema=["case", "activity", "end", "client", "team"], orient="row")
    log = read(frame)
    assert set(log.events["client"]) == {"Value 0", "Value 1 (client)", "Value 2 (client)"}
    assert set(log.events["team"]) == {"Value 1", "Value 2"}
    note = "clients who bear the name of a team are marked: Value 1 (client), Value 2 (client)"
    assert note in log.notes
    path = tmp_path / "again.parquet"
    write(log, path)
    assert set(read(path).events["client"]) == set(log.events["client"])


def test_nobody_is_called_as_everybody_is() -> None:
    log = read(log_of({"all clients": 3, "B": 2}).events)
    assert set(log.events["client"]) == {"all clients (client)", "B"}
    assert "a client who is called as all clients together are is marked: all clients (client)" in log.notes
    assert not any("name of a team" in note for note in log.notes), "it is no team's name"
    assert set(read(log_of({"all clients": 3}).events).events["client"]) == {"all clients"}


def test_no_team_is_called_as_several_parties_are() -> None:
    """A comparison tells parties by their names: two of one name ended in an error that was called a bug."""
    log = log_of({"A": 3, "B": 2}).events
    teams = pl.Series("team", ["all clients", "Desk"] * log.height).head(log.height)
    told = read(log.with_columns(teams))
    assert set(told.events["team"]) == {"all clients (team)", "Desk"}
    assert "teams that are called as several parties together are marked: all clients (team)" in told.notes
    assert set(read(log.with_columns(team=pl.lit("all teams"))).events["team"]) == {"all teams"}
    assert set(read(log_of({"all teams": 3, "B": 2}).events).events["client"]) == {"all teams (client)", "B"}
