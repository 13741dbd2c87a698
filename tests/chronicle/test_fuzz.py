"""Any bytes, any frame: a Chronicle or a domain error, never anything else."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, group_clients, period, read, rows, write
from irrupt.errors import IrruptError

CSV = (
    b"Case ID;Activity;Start;End;Resource;Client;note\n"
    + b"".join(
        b'%d;%s;2024-01-0%d 08:00;2024-01-0%d 09:00:00.5+01:00;p%d;k%d;"x;y"\n'
        % (i // 3, (b"Open", b"W\xc3\xa4it", b"Close")[i % 3], 1 + i % 9, 1 + i % 9, i % 2, i % 4)
        for i in range(12)
    )
)  # fmt: skip
XES = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">'
    + b"".join(
        b'<trace><string key="concept:name" value="%d"/><event><string key="concept:name" value="a&amp;b"/>'
        b'<date key="time:timestamp" value="2024-01-0%dT08:00:00.000+01:00"/>'
        b'<string key="lifecycle:transition" value="%s"/>'
        b'<list key="l"><values><int key="n" value="1"/></values></list></event></trace>'
        % (i % 3, 1 + i, (b"start", b"complete")[i % 2])
        for i in range(6)
    )
    + b"</log>"
)  # fmt: skip


def use(chronicle: Chronicle) -> None:
    """Everything that is done with a Chronicle, on this one."""
    table, legend = rows(chronicle)
    assert len(table.end) == chronicle.events.height > 0
    assert legend.activities
    assert 0 < period(chronicle).share_of_cases <= 1
    assert set(group_clients(chronicle)) == set(chronicle.events["client"].drop_nulls())
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("parquet", "csv", "xes"):
            write(chronicle, Path(folder) / f"x.{ending}")


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """*whole* with some stretches cut out, repeated, or overwritten."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        new = draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"", b'"', b";", b"\n", b"<", b"&", b"]]>", b"\xff"]))
        )
        data[at : at + length] = new * draw(st.integers(0, 3))
    return bytes(data)


def read_bytes(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        with contextlib.suppress(IrruptError):
            use(read(path))


@given(damaged(CSV))
@settings(max_examples=settings().max_examples // 7, deadline=None)
def test_damaged_tables(data: bytes) -> None:
    read_bytes(data, "x.csv")


@given(damaged(XES))
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_damaged_xes(data: bytes) -> None:
    read_bytes(data, "x.xes")


@given(st.binary(max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_bytes(data: bytes) -> None:
    read_bytes(data, "x")


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**62), 2**62),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.text(max_size=4),
    st.binary(max_size=3),
)
COLUMN_NAMES = st.sampled_from(["case", "activity", "time", "end", "start", "client", "resource", "lifecycle", "x", ""])


@given(st.data())
@settings(max_examples=settings().max_examples, deadline=None)
def test_any_frame(data: st.DataObject) -> None:
    height = data.draw(st.integers(0, 6))
    names = data.draw(st.lists(COLUMN_NAMES, unique=True, min_size=1, max_size=8))
    columns = []
    for name in names:
        kind = data.draw(
            st.sampled_from([st.integers(0, 3), st.text("ab?- ", max_size=3), st.datetimes(), st.floats(), VALUES])
        )
        values = data.draw(st.lists(st.one_of(st.none(), kind), min_size=height, max_size=height))
        columns.append(pl.Series(name, values, dtype=pl.Object if kind is VALUES else None, strict=False))
    with contextlib.suppress(IrruptError):
        use(read(pl.DataFrame(columns)))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.datetimes()), min_size=1, max_size=8))
@settings(max_examples=settings().max_examples, deadline=None)
def test_any_moment_of_any_year_is_read_or_set_aside(events: list[tuple[str, str, object]]) -> None:
    frame = pl.DataFrame(
        [("a", "x", dt.datetime(2024, 3, 4)), *events], schema=["case", "activity", "end"], orient="row"
    )
    log = read(frame, merge_repeats=False)
    aside = 0 if log.set_aside is None else log.set_aside.height
    assert log.events.height + aside == 1 + len(events)
    rows(log)
    period(log)
