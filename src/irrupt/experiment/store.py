"""A store keeps what pairs of runs came to, in one SQLite file, so that no pair is ever run twice.

    layout    the measures and parties whose values a pair holds, in order
    scenario  one scenario on one organisation, by its key: the hash of all that its values depend on
    pair      per scenario and replication: the values without and with the act, as 8-byte floats
    look      how many pairs a scenario had when an answer was shown
    founding  an organisation before anything is changed in it
    founded   on which one each scenario rests
    changed   per scenario and order of the acts that waited and were done: what the last of them changed

Rows are added, never changed. Each replication is one transaction: whatever ends the process, the store opens again and
holds all that was finished. Several processes may add to one store; where two run the same pair, they agree to the bit.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.errors import DataError, Fault, UsageError, file_at, why
from irrupt.experiment.runs import Pair, Replication
from irrupt.i18n import gettext as _
from irrupt.saving import saving

APPLICATION, FORMAT = 0x69727270, 1
PATIENCE = 120.0
"""Seconds to wait while another process writes."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS layout (number INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS scenario (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, layout INTEGER NOT NULL REFERENCES layout,
    made TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pair (
    scenario INTEGER NOT NULL REFERENCES scenario, replication INTEGER NOT NULL, unfinished INTEGER NOT NULL,
    crc INTEGER NOT NULL, without BLOB NOT NULL, with_act BLOB NOT NULL,
    PRIMARY KEY (scenario, replication)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS look (
    scenario INTEGER NOT NULL REFERENCES scenario, pairs INTEGER NOT NULL,
    PRIMARY KEY (scenario, pairs)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS founding (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, rules BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS founded (
    scenario INTEGER PRIMARY KEY REFERENCES scenario, founding INTEGER NOT NULL REFERENCES founding);
CREATE TABLE IF NOT EXISTS changed (
    scenario INTEGER NOT NULL REFERENCES scenario, done TEXT NOT NULL, changes BLOB NOT NULL,
    PRIMARY KEY (scenario, done)) WITHOUT ROWID;
"""
TABLES = SCHEMA.count("CREATE TABLE")
FLOAT = np.dtype("<f8")
PACKED = np.dtype([("replication", ">u4"), ("without", FLOAT), ("with", FLOAT)])
"""What `values` reads of each pair."""
NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE)
"""What SQLite says where the disk is full, or a file has reached the size that it may have."""
Column = tuple[str, str]
"""Measure and party."""


class Ruled(NamedTuple):
    """What a store holds of the rules of one scenario, as `put_rules` was given it."""

    made: dict[str, Any]
    columns: list[Column]
    founding: bytes
    changed: dict[str, bytes]
    with_act: dict[int, Floats]
    """Replication -> the values of the run with the act, one per column."""


class Store:
    """What pairs of runs came to, in the file at *path*, which is made where there is none.

    *read_only* opens an existing store that is not to be changed. Close it, or use it in a `with` statement.

    Raises `UsageError` when the file cannot be opened or made, `DataError` when it is no store or damaged.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        try:
            self.path = file_at(path)
        except OSError as error:
            raise UsageError(Fault(str(path), _("cannot be opened or made: {why}").format(why=why(error)))) from None
        with self._told():
            self._open(read_only)
            try:
                self._check(read_only)
            except BaseException:
                self.close()
                raise
        self._numbers: dict[str, int] = {}

    def _open(self, read_only: bool) -> None:
        if read_only and not self.path.is_file():
            raise UsageError(Fault(str(self.path), _("this is a folder") if self.path.is_dir() else _("no such file")))
        writable = not read_only or os.access(self.path.parent, os.W_OK)
        # what a process that died has not yet put in its place lies beside, where whoever takes the file as it is
        # does not look
        whole = "" if self._left_beside() else "&immutable=1"
        mode = "mode=rwc" if not read_only else "mode=rw" if writable else f"mode=ro{whole}"
        address = f"{self.path.absolute().as_uri()}?{mode}"
        self._database = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
        if read_only:
            self._database.execute("PRAGMA query_only = ON")

    def _left_beside(self) -> bool:
        # one look: another process may put it in its place, and take it away, at any moment
        try:
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size > 0
        except FileNotFoundError:
            return False

    def _check(self, read_only: bool) -> None:
        # All at one moment: another process may be making the store just now.
        self._database.execute("BEGIN")
        query = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
        tables = self._database.execute(query).fetchone()[0]
        (application,) = self._database.execute("PRAGMA application_id").fetchone()
        (form,) = self._database.execute("PRAGMA user_version").fetchone()
        self._database.execute("COMMIT")
        if application != APPLICATION and (tables or read_only):
            raise DataError(Fault(str(self.path), _("this is no store of results"), remedy=_("name another file")))
        if form > FORMAT:
            raise DataError(Fault(str(self.path), _("was written by a later irrupt"), remedy=_("use a later irrupt")))
        if not read_only:
            self._write_ahead()
            self._database.execute("PRAGMA synchronous = NORMAL")
        if tables < TABLES and not read_only:  # new, or made by an irrupt that kept no rules
            with self._writing():
                for statement in SCHEMA.split(";"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA application_id = {APPLICATION}")
                self._database.execute(f"PRAGMA user_version = {FORMAT}")

    def _write_ahead(self) -> None:
        """A process that dies leaves the file whole in this mode, and readers never wait for a writer."""
        late = time.monotonic() + PATIENCE
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # Of two who ask for it at one moment, SQLite refuses one at once, however patient he is.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > late:
                    raise
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite complains of, in words that help."""
        try:
            yield
        except sqlite3.Error as error:
            raise explained(self.path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def open_scenario(self, key: str, columns: Sequence[Column], made: Mapping[str, Any]) -> None:
        """Make room for the scenario *key* where there is none; *made* says in words what it is."""
        text = json.dumps([list(column) for column in columns], ensure_ascii=False)
        with self._told(), self._writing():
            self._database.execute("INSERT OR IGNORE INTO layout (columns) VALUES (?)", (text,))
            self._database.execute(
                "INSERT OR IGNORE INTO scenario (key, layout, made) SELECT ?, number, ? FROM layout WHERE columns = ?",
                (key, json.dumps(made, ensure_ascii=False, default=str), text),
            )
            row = self._database.execute("SELECT number FROM scenario WHERE key = ?", (key,)).fetchone()
        self._numbers[key] = row[0]

    def put(self, found: Replication, keys: Mapping[str, str]) -> None:
        """Keep *found*, wholly or not at all; *keys*: scenario -> its key, opened before."""
        rows = []
        for name, pair in found.pairs.items():
            without, with_act = (np.ascontiguousarray(values, FLOAT).tobytes() for values in pair)
            crc = zlib.crc32(with_act, zlib.crc32(without))
            rows.append((self._numbers[keys[name]], found.number, found.unfinished, crc, without, with_act))
        with self._told(), self._writing():
            self._database.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?, ?, ?)", rows)

    def pairs(self, key: str, name: str, below: int) -> Iterator[Replication]:
        """The replications numbered *below* that are there of the scenario *key*, each as a pair of *name*.

        Raises `DataError` where a pair is damaged.
        """
        query = (
            "SELECT replication, unfinished, crc, without, with_act FROM pair"
            " WHERE scenario = ? AND replication < ? ORDER BY replication"
        )
        with self._told():
            for number, unfinished, crc, without, with_act in self._database.execute(
                query, (self._numbers[key], below)
            ):
                if zlib.crc32(with_act, zlib.crc32(without)) != crc:
                    raise self._damaged()
                pair = Pair(*(np.frombuffer(blob, FLOAT).astype(np.float64) for blob in (without, with_act)))
                yield Replication(number, unfinished, {name: pair})

    def put_rules(self, key: str, founding: tuple[str, bytes], changed: Mapping[str, bytes]) -> None:
        """Keep under which rules the runs of the scenario *key* are: *founding* ones, after their hash, and what was
        *changed* in them."""
        number = self._numbers[key]
        with self._told(), self._writing():
            self._database.execute("INSERT OR IGNORE INTO founding (sha256, rules) VALUES (?, ?)", founding)
            query = "INSERT OR IGNORE INTO founded SELECT ?, number FROM founding WHERE sha256 = ?"
            self._database.execute(query, (number, founding[0]))
            rows = [(number, done, changes) for done, changes in changed.items()]
            self._database.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?, ?)", rows)

    def rules(self, key: str) -> Ruled | None:
        """Under which rules the runs of the scenario *key* were; None: an earlier irrupt made it, which kept none."""
        about = (
            "SELECT s.number, s.made, l.columns, f.rules FROM scenario s JOIN layout l ON l.number = s.layout"
            " JOIN founded d ON d.scenario = s.number JOIN founding f ON f.number = d.founding WHERE s.key = ?"
        )
        of_each = "SELECT replication, with_act FROM pair WHERE scenario = ? ORDER BY replication"
        with self._told():
            if not self._database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'founded'").fetchone():
                return None
            if not (row := self._database.execute(about, (key,)).fetchone()):
                return None
            number, made, columns, founding = row
            changed = self._database.execute("SELECT done, changes FROM changed WHERE scenario = ?", (number,))
            pairs = self._database.execute(of_each, (number,))
            values = {replication: np.frombuffer(blob, FLOAT) for replication, blob in pairs}
            return Ruled(json.loads(made), [tuple(one) for one in json.loads(columns)], founding, dict(changed), values)

    def looked(self, key: str, pairs: int) -> int:
        """How often fewer than *pairs* pairs of the scenario *key* had been looked at; this look is kept too."""
        number = self._numbers[key]
        with self._told(), self._writing():
            self._database.execute("INSERT OR IGNORE INTO look VALUES (?, ?)", (number, pairs))
            query = "SELECT count(*) FROM look WHERE scenario = ? AND pairs < ?"
            return int(self._database.execute(query, (number, pairs)).fetchone()[0])

    def contents(self) -> pl.DataFrame:
        """One row per scenario: `key`, `organisation`, `scenario`, `seed`, `weeks`, `measures`, `pairs`."""
        query = (
            "SELECT s.key, s.made, l.columns, (SELECT count(*) FROM pair p WHERE p.scenario = s.number)"
            " FROM scenario s JOIN layout l ON l.number = s.layout ORDER BY s.number"
        )
        with self._told():
            found = self._database.execute(query).fetchall()
        rows = []
        for key, text, columns, pairs in found:
            made = json.loads(text)
            told = {name: made.get(name) for name in ("organisation", "scenario", "seed", "weeks")}
            rows.append({"key": key, **told, "measures": len(json.loads(columns)), "pairs": pairs})
        return pl.DataFrame(rows, schema=CONTENTS, orient="row")

    def values(self, measure: str | None = None, party: str | None = None) -> pl.DataFrame:
        """Values of pairs, of *measure* and *party* where given: `VALUES`, sorted as the store holds them.

        Raises `DataError` where pairs are damaged.
        """
        layouts = self._database.execute("SELECT number, columns FROM layout ORDER BY number").fetchall()
        parts = [pl.DataFrame(schema=VALUES)]
        for number, text in layouts:
            for place, (one, whose) in enumerate(json.loads(text)):
                if measure in (None, one) and party in (None, whose):
                    parts += self._column(number, place, one, whose)
        return pl.concat(parts)

    def _column(self, layout: int, place: int, measure: str, party: str) -> Iterator[pl.DataFrame]:
        # One text per scenario instead of one row per pair: a million rows are read in less than a second.
        query = (
            "SELECT s.key, group_concat(printf('%08x', p.replication) || hex(substr(p.without, :at, 8))"
            " || hex(substr(p.with_act, :at, 8)), '') FROM scenario s JOIN pair p ON p.scenario = s.number"
            " WHERE s.layout = :layout GROUP BY s.number ORDER BY s.number"
        )
        with self._told():
            found = self._database.execute(query, {"at": 1 + 8 * place, "layout": layout}).fetchall()
        try:
            packed = [np.frombuffer(bytes.fromhex(text), PACKED) for _key, text in found]
        except ValueError:
            raise self._damaged() from None
        if packed:
            lengths = [len(one) for one in packed]
            all_pairs = np.concatenate(packed)
            yield pl.DataFrame(
                {
                    "key": pl.Series([key for key, _text in found], dtype=pl.String).gather(
                        np.repeat(np.arange(len(found)), lengths)
                    ),
                    "measure": pl.repeat(measure, len(all_pairs), dtype=pl.String, eager=True),
                    "party": pl.repeat(party, len(all_pairs), dtype=pl.String, eager=True),
                    "replication": all_pairs["replication"].astype(np.int64),
                    "without": all_pairs["without"].astype(np.float64),
                    "with": all_pairs["with"].astype(np.float64),
                }
            )

    def _damaged(self) -> DataError:
        return DataError(
            Fault(str(self.path), _("a pair of runs in it is damaged"), remedy=_("name another file, and run again"))
        )


CONTENTS: dict[str, Any] = {
    "key": pl.String(),
    "organisation": pl.String(),
    "scenario": pl.String(),
    "seed": pl.Int64(),
    "weeks": pl.Float64(),
    "measures": pl.Int64(),
    "pairs": pl.Int64(),
}
VALUES: dict[str, Any] = {
    "key": pl.String(),
    "measure": pl.String(),
    "party": pl.String(),
    "replication": pl.Int64(),
    "without": pl.Float64(),
    "with": pl.Float64(),
}
"""Columns of `Store.values`: one row per scenario, measure, party and replication."""


def explained(path: Path, error: sqlite3.Error) -> UsageError | DataError:
    """What went wrong with the store at *path*, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    where = str(path)
    if code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorcode", 0) in NO_ROOM:
        remedy = _("make room and run again: what is finished is kept and will not be run twice")
        full = _("the disk is full") if code == sqlite3.SQLITE_FULL else _("the disk is full, or files may not grow")
        return UsageError(Fault(where, full, remedy=remedy))
    if code == sqlite3.SQLITE_READONLY or (code == sqlite3.SQLITE_CANTOPEN and path.is_file()):
        return UsageError(Fault(where, _("may not be written"), remedy=_("name a file that may be written")))
    if code == sqlite3.SQLITE_CANTOPEN:
        return UsageError(Fault(where, _("cannot be opened or made"), remedy=_("name a file in a folder of yours")))
    if code == sqlite3.SQLITE_BUSY:
        return UsageError(Fault(where, _("another process has been writing for minutes"), remedy=_("try again later")))
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return DataError(
            Fault(where, _("this is no store of results, or it is damaged"), remedy=_("name another file"))
        )
    return DataError(Fault(where, _("cannot be read or written: {why}").format(why=error)))


def export(store: Store, output: str | Path) -> int:
    """Write all values of *store* to the Parquet file *output*, with what each scenario is; how many rows.

    The same store gives the same rows in the same order, whoever added them and when. Raises `UsageError` when the file
    cannot be written.
    """
    what = store.contents().select("key", "organisation", "scenario", "seed", "weeks")
    order = ["key", "measure", "party", "replication"]
    table = store.values().join(what, on="key", how="left").sort(order)
    with saving(output) as stream:
        table.write_parquet(stream)
    return table.height
