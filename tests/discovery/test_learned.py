"""What is learned from whole logs, beside what was learned from them before.

Beside each log in `learned/` stands what `discover` made of it. A change of discovery that changes any of it fails
here, and names what changed: look at whether it is what was meant, then renew what is kept with

    python -m pytest tests/discovery/test_learned.py --renew

Most logs come of simulators that share no code with this package, of other trades and in other languages: laboratory,
claims, referrals and wheels of people with shifts, absences, batches and orders of queues; shops, offices, counters and
years of organisations drawn at random (`benchmarks/invented.py`); the others of plain offices.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import alternatives, discover
from irrupt.organisation import Organisation, to_dict

FOLDER = Path(__file__).parent / "learned"
LOGS = tuple(sorted(path.name.removesuffix(".csv.gz") for path in FOLDER.glob("*.csv.gz")))
AS_SHOWN = 9
"""Digits that are kept, and a thousandth of the last but two is forgiven: other processors round otherwise."""


def in_days(log: pl.DataFrame) -> pl.DataFrame:
    """The same records by day."""
    return log.with_columns(pl.col("start_time", "end_time").str.head(10))


def without_starts(log: pl.DataFrame) -> pl.DataFrame:
    return log.drop("start_time")


def without_people(log: pl.DataFrame) -> pl.DataFrame:
    return log.drop("resource")


def without_clients(log: pl.DataFrame) -> pl.DataFrame:
    return log.drop("client", "client_figure", strict=False)


OTHERWISE: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "laboratory without starts": ("laboratory", without_starts),
    "claims without people": ("claims", without_people),
    "referrals by day": ("referrals", in_days),
    "wheels without clients": ("wheels", without_clients),
    "wheels without starts": ("wheels", without_starts),
    "shops without starts": ("shops", without_starts),
    "claims later without people": ("claims later", without_people),
    "offices without people": ("offices", without_people),
    "years by day": ("years", in_days),
}


SLOW = {"referrals later", "claims later", "wheels later", "wheels without clients", "shops without starts"}
"""Others tell nearly as much in less time."""


def beside_quicker(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in names]


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    """Holds what was found against what is kept under a name, or keeps it."""

    def hold(name: str, found: Any) -> None:
        path, found = FOLDER / f"{name}.json.gz", rounded(found)
        differences = list(apart(json.loads(gzip.decompress(path.read_bytes())), found)) if path.exists() else ["new"]
        if request.config.getoption("--renew") and differences:
            text = json.dumps(found, ensure_ascii=False, indent=0, sort_keys=False)
            path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        told = "\n".join(differences[:30])
        assert not differences, f"{len(differences)} differences from what was learned before:\n{told}"

    return hold


@pytest.mark.parametrize("name", beside_quicker(LOGS))
def test_as_learned_before(name: str, kept: Callable[[str, Any], None]) -> None:
    kept(name, learned(read(FOLDER / f"{name}.csv.gz")))


@pytest.mark.parametrize("name", beside_quicker(OTHERWISE))
def test_records_that_tell_less(name: str, tmp_path: Path, kept: Callable[[str, Any], None]) -> None:
    log, change = OTHERWISE[name]
    made = tmp_path / f"{log}.csv"
    change(pl.read_csv(FOLDER / f"{log}.csv.gz", infer_schema=False)).write_csv(made)
    kept(name, learned(read(made)))


@pytest.mark.parametrize("work", ["shortest", "longest"])
def test_at_both_ends_of_what_work_may_have_taken(work: Any, kept: Callable[[str, Any], None]) -> None:
    kept(f"ward, {work} work", learned(read(FOLDER / "ward.csv.gz"), work=work))


@pytest.mark.parametrize("name", ["ward", pytest.param("laboratory", marks=pytest.mark.slow)])
def test_the_same_alternatives(name: str, kept: Callable[[str, Any], None]) -> None:
    log = read(FOLDER / f"{name}.csv.gz")
    others = alternatives(log, discover(log, fidelity=False), count=2)
    kept(f"{name}, alternatives", [to_dict(other) for other in others])


@pytest.mark.parametrize("name", ["samples", "teams", pytest.param("shops", marks=pytest.mark.slow)])
def test_the_same_distances_to_records_held_out(name: str, kept: Callable[[str, Any], None]) -> None:
    kept(f"{name}, trust", to_dict(discover(read(FOLDER / f"{name}.csv.gz")))["learned"])


def learned(log: Chronicle, **options: Any) -> Any:
    made: Organisation = discover(log, fidelity=False, **options)
    return to_dict(made)


def rounded(value: Any) -> Any:
    """*value* as JSON tells it, numbers to some digits."""
    if isinstance(value, dict):
        return {str(key): rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return float(f"{value:.{AS_SHOWN}g}") if isinstance(value, float) and math.isfinite(value) else value


def apart(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where *now* differs, as one would look for it."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before | now:
            yield from apart(before.get(key), now.get(key), f"{path} > {key}" if path else key)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from apart(one, other, f"{path} [{place}]")
    elif not _same(before, now):
        yield f"{path}: {str(before)[:80]}, now {str(now)[:80]}"


def _same(before: Any, now: Any) -> bool:
    if isinstance(before, float) and isinstance(now, (int, float)):
        return math.isclose(before, now, rel_tol=10.0 ** (3 - AS_SHOWN), abs_tol=1e-12)
    return bool(before == now)
