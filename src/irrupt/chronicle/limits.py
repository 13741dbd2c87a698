"""Bytes of a file, unpacked within limits: files are untrusted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from irrupt.errors import DataError, Fault, why
from irrupt.i18n import gettext as _
from irrupt.i18n import number

_CHUNK = 1 << 20
_SMALL = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may ask of this machine. Raise them for a file you trust."""

    size: int = 8 << 30
    """Bytes, unpacked."""
    ratio: float = 200.0
    """Bytes unpacked per byte packed, looked at once more than 16 MiB have come out."""
    depth: int = 100
    """Elements within elements (XES)."""
    columns: int = 5_000
    """Columns, or different attributes."""


def named(name: str, found: str, expected: str = "", remedy: str = "") -> DataError:
    """A `DataError` with one fault, at the file *name*."""
    return DataError(Fault(name, found, expected, remedy))


def unpacked(path: Path, limits: Limits) -> Iterator[bytes]:
    """The bytes of *path* in chunks: as they are, or unpacked from gzip or from a zip with one log in it.

    The kind is told by the first bytes, not by the name. Raises `DataError` when the file cannot be read, is cut short
    or grows beyond *limits*.
    """
    try:
        packed = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0)
            if head[:2] == b"\x1f\x8b":
                chunks = _gunzipped(stream)
            elif head == b"PK\x03\x04":
                chunks, packed = _unzipped(stream, path.name)
            else:
                chunks, packed = iter(lambda: stream.read(_CHUNK), b""), 0
            yield from _watched(chunks, packed, path.name, limits)
    except (EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise named(path.name, _("the packed file is damaged or cut short"), remedy=_("fetch it again")) from error
    except (OSError, RuntimeError, NotImplementedError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        raise named(path.name, _("cannot be read: {reason}").format(reason=reason)) from error


def _gunzipped(stream: IO[bytes]) -> Iterator[bytes]:
    """Members of a gzip stream, one after the other, at most a chunk at a time."""
    inflater = zlib.decompressobj(wbits=31)
    complete = False
    data = stream.read(_CHUNK)
    while data:
        if out := inflater.decompress(data, _CHUNK):
            yield out
        complete = inflater.eof
        if complete:
            data = (inflater.unused_data or stream.read(_CHUNK)).lstrip(b"\0")
            inflater = zlib.decompressobj(wbits=31)
        else:
            data = inflater.unconsumed_tail or stream.read(_CHUNK)
    if not complete:
        raise EOFError


def _unzipped(stream: IO[bytes], name: str) -> tuple[Iterator[bytes], int]:
    archive = zipfile.ZipFile(stream)
    inside = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not info.filename.startswith("__MACOSX")
        and PurePosixPath(info.filename).name[:1] != "."
    ]
    if any(info.filename in ("xl/workbook.xml", "mimetype") for info in inside):
        raise named(name, _("this is a spreadsheet"), _("CSV, XES or Parquet"), _("save it as CSV"))
    wanted = [info for info in inside if _looks_like_log(info.filename)]
    if len(wanted) != 1:
        names = ", ".join(sorted(info.filename for info in inside)[:8])
        raise named(
            name, _("holds {names}").format(names=names or _("nothing")), _("one CSV or XES file"), _("unpack it")
        )
    return _members(archive, wanted[0]), max(wanted[0].compress_size, 1)


def _looks_like_log(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt", ".xes", ".xml"))


def _members(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as member:
        if info.filename.lower().endswith(".gz"):
            yield from _gunzipped(member)
        else:
            yield from iter(lambda: member.read(_CHUNK), b"")


def _watched(chunks: Iterator[bytes], packed: int, name: str, limits: Limits) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limits.size:
            raise named(
                name,
                _("more than {size} bytes, unpacked").format(size=number(limits.size, 0)),
                remedy=_("raise Limits.size if you trust the file"),
            )
        if packed and total > _SMALL and total > limits.ratio * packed:
            raise named(
                name,
                _("unpacks to more than {ratio} times its size").format(ratio=number(limits.ratio, 0)),
                remedy=_("raise Limits.ratio if you trust the file"),
            )
        yield chunk
