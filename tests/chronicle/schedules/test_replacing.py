"""Messages that replace others with the same number and day, in whatever order they are read."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from irrupt.chronicle.model import Chronicle

from .wrapped import edifact, read, x12

GOT = ("QTY+48:9", "DTM+50:20240105:102")


def delfor(function: str, *parts: tuple[str, int], clock: str = "0800", lines: tuple[str, ...] = ()) -> str:
    due = [(f"LIN+++{part}:IN", *GOT, "SCC+1++W", f"QTY+113:{q}", "DTM+2:20240122:102") for part, q in parts]
    head = (f"BGM+241+A+{function}", "DTM+137:20240108:102", "NAD+BY+ACME::92")
    text = edifact(*head, *itertools.chain(*due), *lines, release="97A")
    return text.replace(":0800", f":{clock}")


def planning(function: str, *parts: tuple[str, int], clock: str = "0800") -> str:
    code = {"9": "00", "5": "05"}[function]
    due = [(f"LIN**BP*{part}", f"FST*{q}*C*W*20240122") for part, q in parts]
    text = x12(f"BFR*{code}**A*DL*A*20240108*20240205*20240108", "N1*BY*ACME*92*ACME", *itertools.chain(*due))
    return text.replace("20240101*0800", f"20240101*{clock}")


Writer = Callable[..., str]
EACH = pytest.mark.parametrize("write", [delfor, planning])


def announced(found: Chronicle) -> dict[str, list[float]]:
    """What is announced for each part."""
    rows = found.schedules.filter(kind="forecast").group_by("part", maintain_order=True).agg("quantity")
    return dict(rows.select("part", "quantity").iter_rows())


def told(found: Chronicle) -> dict[str, int]:
    return {one.code: one.count for one in found.problems}


@EACH
@pytest.mark.parametrize("back", [False, True])
def test_an_original_never_stands_beside_what_replaces_it(write: Writer, back: bool, tmp_path: Path) -> None:
    """Folders are read by the names of their files, which need not follow the order of messages."""
    texts = [write("9", ("P", 100), ("Q", 7)), write("5", ("P", 60))]
    found = read(tmp_path, texts[::-1] if back else texts)
    assert announced(found) == {"P": [60.0], "Q": [7.0]}
    (problem,) = found.problems
    assert (problem.code, problem.places[0][:3]) == ("replaced message", "000" if back else "001")


@EACH
def test_what_was_prepared_last_stands(write: Writer, tmp_path: Path) -> None:
    texts = [write("9", ("P", 10))]
    texts += [write("5", ("P", q), clock=clock) for q, clock in ((60, "0900"), (100, "1000"), (60, "1100"))]
    for at, order in enumerate([*itertools.permutations(texts)][::3]):
        folder = tmp_path / str(at)
        folder.mkdir()
        found = read(folder, order)
        assert announced(found) == {"P": [60.0]}
        assert told(found) == {"replaced message": 3}


@EACH
def test_what_was_read_last_stands_where_nothing_else_tells(write: Writer, tmp_path: Path) -> None:
    """It may say again what was said before the one that it replaces."""
    found = read(tmp_path, [write("5", ("P", q)) for q in (100, 60, 100)])
    assert announced(found) == {"P": [100.0]}
    assert told(found)["replaced message"] == 2
    assert "repeated message" not in told(found)


@EACH
def test_copies_of_what_is_replaced_are_copies(write: Writer, tmp_path: Path) -> None:
    first, second = write("5", ("P", 100)), write("5", ("P", 60), clock="0900")
    found = read(tmp_path, [first, second, first])
    assert announced(found) == {"P": [60.0]}
    assert told(found)["replaced message"] == told(found)["repeated message"] == 1


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(("clock", "quantity"), [("0900", 0.0), ("1100", 60.0)])
def test_a_deletion_counts_as_long_as_nothing_replaces_it(
    clock: str, quantity: float, back: bool, tmp_path: Path
) -> None:
    deletes = delfor("5", clock="1000", lines=("LIN+1+2+P:IN",))
    texts = [delfor("9", ("P", 100)), deletes, delfor("5", ("P", 60), clock=clock)]
    assert announced(read(tmp_path, texts[::-1] if back else texts)) == {"P": [quantity]}
