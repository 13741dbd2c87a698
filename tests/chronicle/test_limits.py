"""Hostile and broken files end in a data error, soon and in little memory."""

from __future__ import annotations

import contextlib
import gzip
import io
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from irrupt.chronicle import Limits, read
from irrupt.chronicle.limits import unpacked
from irrupt.errors import DataError, UsageError

LOG = "<log><trace><string key='concept:name' value='1'/>{}</trace></log>"
EVENT = "<event><string key='concept:name' value='a'/><date key='time:timestamp' value='2020-01-01T00:00:00Z'/></event>"
LAUGHS = (
    "<!DOCTYPE log [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{i} '&a{i - 1};&a{i - 1};'>" for i in range(1, 30)) + "]>"
)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


CSV = b"case,activity,time\n1,a,2020-01-01\n1,b,2020-01-02\n"

ATTACKS: dict[str, tuple[str, bytes | Callable[[], bytes]]] = {
    "external entity": (
        "x.xes",
        b"<!DOCTYPE log [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><log><trace><event>&x;</event></trace></log>",
    ),
    "billion laughs": ("x.xes", (LAUGHS + "<log>&a29;</log>").encode()),
    "doctype alone": ("x.xes", b"<!DOCTYPE log SYSTEM 'http://example.org/x.dtd'><log/>"),
    "parameter entity": ("x.xes", b"<!DOCTYPE log [<!ENTITY % p SYSTEM 'file:///dev/random'> %p;]><log/>"),
    "too deep": ("x.xes", LOG.format("<event>" + "<list key='l'>" * 5000).encode()),
    "deep outside": ("x.xes", b"<a>" * 100_000),
    "too many attributes": (
        "x.xes",
        LOG.format("<event>" + "".join(f"<string key='k{i}' value=''/>" for i in range(9000)) + "</event>").encode(),
    ),
    "never ends": ("x.xes", LOG[:40].encode()),
    "not closed": ("x.xes", LOG.format(EVENT)[:-20].encode()),
    "binary in xml": ("x.xes", b"<log>\x00\x01</log>"),
    "bad utf-8 in xml": ("x.xes", b"<log><trace><string key='a' value='\xff\xfe'/></trace></log>"),
    "unknown encoding": ("x.xes", b"<?xml version='1.0' encoding='klingon'?><log/>"),
    "html": ("x.xes", b"<html><body>404</body></html>"),
    "no events": ("x.xes", b"<log xes.version='1.0'/>"),
    "empty trace": ("x.xes", b"<log><trace/></log>"),
    "events without anything": ("x.xes", b"<log><trace><event/></trace></log>"),
    "events outside": ("x.xes", f"<log>{EVENT}</log>".encode()),
    "gzip bomb": ("x.csv.gz", lambda: gzip.compress(b"case,activity,time\n" + b"\0" * (64 << 20))),
    "xes bomb": ("x.xes.gz", lambda: gzip.compress(b"<log>" + b" " * (64 << 20) + b"</log>")),
    "zip bomb": ("x.zip", lambda: zipped({"a.csv": b"0" * (64 << 20)})),
    "nested zip": ("x.zip", zipped({"a.zip": zipped({"a.csv": CSV})})),
    "two logs in a zip": ("x.zip", zipped({"a.csv": CSV, "b.csv": CSV})),
    "empty zip": ("x.zip", b"PK\x03\x04"),
    "zip of nothing": ("x.zip", zipped({"readme.md": b"hello"})),
    "spreadsheet": ("x.xlsx", zipped({"xl/workbook.xml": b"<x/>", "xl/a.csv": CSV})),
    "truncated gzip": ("x.csv.gz", gzip.compress(CSV)[:-9]),
    "damaged gzip": ("x.csv.gz", b"\x1f\x8b" + b"garbage" * 9),
    "damaged parquet": ("x.parquet", b"PAR1" + b"garbage" * 99 + b"PAR1"),
    "sqlite": ("x.csv", b"SQLite format 3\0" + b"\0" * 100),
    "json": ("x.json", b'{"ocel:events": {}}'),
    "pdf": ("x.pdf", b"%PDF-1.7"),
    "nul bytes": ("x.csv", b"case,activity,time\n1,\0a,2020-01-01\n"),
    "random bytes": ("x.csv", bytes(i * 7919 % 251 + 1 for i in range(5000))),
    "a million columns": ("x.csv", b",".join([b"c"] * 1_000_000) + b"\n"),
    "one long line": ("x.csv", b"a" * 5_000_000),
    "only quotes": ("x.csv", b'"' * 10_000),
    "header only": ("x.csv", b"case,activity,time\n"),
    "no readable time": ("x.csv", b"case,activity,time\n1,a,soon\n2,b,late\n"),
    "no case anywhere": ("x.csv", b"case,activity,time\n,a,2020-01-01\n,b,2020-01-02\n"),
    "year zero": ("x.csv", b"case,activity,time\n1,a,0000-01-01\n1,b,00000-99-99\n"),
    "blank": ("x.csv", b"   \n\n  "),
    "nothing": ("x.csv", b""),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_or_a_broken_file_is_a_data_error(attack: str, file: Callable[..., Path]) -> None:
    name, content = ATTACKS[attack]
    path = file(content() if callable(content) else content, name)
    begun, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError) as caught:
        read(path)
    assert time.process_time() - begun < 20.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert all(fault.where and fault.found for fault in caught.value.faults)
    assert "root:" not in str(caught.value)


def test_folders_of_unlike_tables_and_missing_files_are_refused(tmp_path: Path, file: Callable[..., Path]) -> None:
    file(CSV, "incidents.csv")
    file("place,colour\nhere,red\n", "colours.csv")
    with pytest.raises(DataError, match="folder"):
        read(tmp_path)
    with pytest.raises(UsageError, match=r'did you mean "incidents.csv"'):
        read(tmp_path / "incident.csv")


def test_limits_can_be_raised_for_a_file_one_trusts(file: Callable[..., Path]) -> None:
    rows = b"".join(b"%d,a,2020-01-01T00:00:%02d\n" % (i // 50, i % 50) for i in range(1_000))
    path = file(gzip.compress(b"case,activity,time\n" + rows), "log.csv.gz")
    with pytest.raises(DataError, match=r"Limits\.size"):
        read(path, limits=Limits(size=100))
    assert read(path, limits=Limits(size=1 << 20)).events.height == 1_000
    wide = LOG.format("<event><list key='l'>" + EVENT[7:-8] + "</list>" + EVENT[7:-8] + "</event>")
    with pytest.raises(DataError, match=r"Limits\.depth"):
        read(file(wide, "deep.xes"), limits=Limits(depth=3))
    assert read(file(wide, "deep.xes")).events.height == 1


@pytest.mark.parametrize("how", ["plain", "gz", "members", "padded", "zip", "gz in zip", "folders in zip"])
def test_any_packing_gives_the_same_bytes(how: str, file: Callable[..., Path]) -> None:
    half = len(CSV) // 2
    packed = {
        "plain": CSV,
        "gz": gzip.compress(CSV),
        "members": gzip.compress(CSV[:half]) + gzip.compress(CSV[half:]),
        "padded": gzip.compress(CSV) + b"\0" * 100,
        "zip": zipped({"a.csv": CSV}),
        "gz in zip": zipped({"a.csv.gz": gzip.compress(CSV)}),
        "folders in zip": zipped({"d/": b"", "d/a.csv": CSV, "__MACOSX/d/._a.csv": b"x", "d/.hidden": b"y"}),
    }[how]
    assert b"".join(unpacked(file(packed, "x.any"), Limits())) == CSV


def test_every_file_of_the_robustness_collections_is_read_or_refused(shared: Callable[[str], Path]) -> None:
    for folder in ("data/robustness", "data/edi"):
        for path in sorted(shared(folder).iterdir()):
            with contextlib.suppress(DataError, UsageError):  # Of several kinds of objects one has to be named.
                assert (chronicle := read(path)).events.height or chronicle.schedules.height


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv", "log.xes", "log.pdf"])
@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 4, b"%PDF-1.4 page"])
def test_whoever_gives_no_log_is_told_of_spreadsheets_too(tmp_path: Path, name: str, content: bytes) -> None:
    """What an office has is Excel: of a damaged file only formats that nobody there knows were named."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(tmp_path / name)
    expected = caught.value.faults[0].expected
    assert "Excel" in expected or "XES" not in expected
