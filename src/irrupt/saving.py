"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import uuid4

from irrupt.errors import Fault, UsageError, file_at, why
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    import polars as pl

OURS = b'<meta name="generator" content="irrupt">'
"""What stands near the begin of each page that we write."""
_HEAD = 4096
"""Bytes of a file in which it is looked for."""


@contextmanager
def saving(path: str | os.PathLike[str], *, remedy: str = "") -> Iterator[IO[bytes]]:
    """A stream that becomes the file at *path* when all went well: a new file beside it, flushed to the disk, renamed.

    A file that was there keeps its rights, and a link goes on pointing to where it did. What is no regular file, such
    as a pipe or /dev/stdout, is written straight. Raises `UsageError`, with the *remedy*, when it cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, saving(Path(folder) / "note.txt") as stream:
    ...     stream.write(b"whole")
    5
    """
    try:
        target = file_at(path)
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as stream, _asked_again(stream):
                yield stream
        else:
            yield from _renamed(Path(os.path.realpath(target)))
    except Exception as error:
        known = error if isinstance(error, OSError) else _of_the_system(error)
        if known is None:
            raise
        found = _("cannot be written: {why}").format(why=why(known))
        raise UsageError(Fault(str(path), found, remedy=remedy)) from error


@contextmanager
def _asked_again(stream: IO[bytes]) -> Iterator[None]:
    """Let the system say again why nothing more can be written to *stream*, where polars, which writes the end of a
    Parquet file in another way, does not hand it on."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.startswith("polars") and "transport error" in str(error):
            stream.write(bytes(_HEAD))
            stream.flush()
        raise


def _of_the_system(error: Exception) -> OSError | None:
    """What the system said, where polars wraps it into an error of its own, as it does for Parquet."""
    code = re.search(r"\(os error (\d+)\)", str(error)) if type(error).__module__.startswith("polars") else None
    return OSError(int(code[1]), os.strerror(int(code[1]))) if code else None


def refuse(*paths: str | os.PathLike[str] | None) -> None:
    """Raise `UsageError` with all of *paths* that cannot be written, before long work that would end there."""
    faults = [Fault(str(path), _("cannot be written: {why}").format(why=said)) for path in paths if (said := _no(path))]
    if faults:
        raise UsageError(faults)


def _no(path: str | os.PathLike[str] | None) -> str:
    """Why *path* cannot be written; nothing where it can."""
    if path is None:
        return ""
    try:
        target = Path(os.path.realpath(file_at(path)))
    except OSError as error:
        return why(error)
    code = 0
    if target.is_dir():
        code = errno.EISDIR
    elif not target.parent.is_dir():
        code = errno.ENOTDIR if target.parent.exists() else errno.ENOENT
    elif not os.access(target if target.exists() else target.parent, os.W_OK):
        code = errno.EACCES
    return why(OSError(code, os.strerror(code))) if code else ""


def refuse_other_tables(path: Path) -> None:
    """Raise `UsageError` where *path* is no table that `save_table` writes."""
    if path.suffix not in {".csv", ".parquet"}:
        raise UsageError(Fault(str(path), _("unknown kind of file"), ".csv, .parquet"))


def refuse_other_pages(path: str | os.PathLike[str] | None) -> None:
    """Raise `UsageError` where *path* does not end like a page that is read in a browser, or is a file that holds
    something else than a page of ours: whoever names it hardly means that it is to be lost."""
    if path is None:
        return
    target = Path(path)
    if target.exists() and not target.is_file():
        return
    if target.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(Fault(str(path), _("unknown kind of file"), ".html"))
    with suppress(OSError), file_at(path).open("rb") as stream:
        begin = stream.read(_HEAD)
        if begin.strip() and OURS not in begin:
            remedy = _("name another file, or move this one away first")
            raise UsageError(Fault(str(path), _("this file is no report that irrupt wrote"), remedy=remedy))


def save_page(path: str | os.PathLike[str], text: str) -> None:
    """Write the page *text* to the file at *path*; raises as `refuse_other_pages` and `saving` do."""
    refuse_other_pages(path)
    save_text(path, text)


def save_table(path: Path, table: pl.DataFrame) -> None:
    """Write *table* to the CSV or Parquet file at *path*. Raises `UsageError` for another ending, or when it cannot be
    written."""
    refuse_other_tables(path)
    with saving(path) as stream:
        if path.suffix == ".parquet":
            table.write_parquet(stream)
        else:
            table.write_csv(stream)


def save_text(path: str | os.PathLike[str], text: str) -> None:
    """Write *text* (UTF-8) to the file at *path*, whole or not at all; raises as `saving` does."""
    with saving(path) as stream:
        stream.write(text.encode("utf-8", "replace"))


def _renamed(target: Path) -> Iterator[IO[bytes]]:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    new = target.with_name(f".{target.name[:200]}.{uuid4().hex[:12]}")
    try:
        with new.open("xb") as stream, _asked_again(stream):
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            new.chmod(target.stat().st_mode & 0o777)
        os.replace(new, target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    with suppress(OSError, AttributeError):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
