"""How loops are compiled."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numba import njit

from irrupt import compiling
from irrupt.engine.layout import record


def touched(rows: Any, table: Any, line: Any, at: int, other: int) -> float:
    """Reads and writes arrays in all ways that the loops do."""
    rows[at].key += 1
    table[at, other] = line[at] + 2.0
    line[other] = table[other, at]
    whole = table[at]
    whole[other] += 1.0
    line[1:3] = 7.0
    rows[other] = rows[at]
    return float(line[at] + table[other, at])


def arrays() -> tuple[Any, Any, Any]:
    rows = np.zeros(4, record("key:i8 share:f8"))
    rows["key"] = np.arange(4)
    return rows, np.arange(16.0).reshape(4, 4), np.arange(4.0)


@pytest.fixture(scope="module")
def checked() -> Any:
    """As all is compiled, but that indices out of range are told."""
    return njit(boundscheck=True, **compiling.OPTIONS)(touched)


def test_a_loop_can_be_compiled_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(**options: bool) -> object:
        if options.get("cache"):
            raise RuntimeError("no locator available")
        return lambda function: (function, options)

    monkeypatch.setattr(compiling, "njit", njit)
    assert compiling.compiled(len) == (len, compiling.OPTIONS)
    assert compiling.OPTIONS["nogil"]


@pytest.mark.parametrize("at", [np.int32(0), np.int64(3), np.uint8(1)])
@pytest.mark.parametrize("other", [0, 2])
def test_what_is_compiled_reads_and_writes_as_python_does(checked: Any, at: Any, other: int) -> None:
    one, same = arrays(), arrays()
    assert checked(*one, at, other) == touched(same[0].view(np.recarray), *same[1:], at, other)
    assert all(bool(np.all(a == b)) for a, b in zip(one, same, strict=True))


@pytest.mark.parametrize(("at", "other"), [(-1, 0), (0, -1), (4, 0)])
def test_no_index_counts_from_the_end(checked: Any, at: int, other: int) -> None:
    """Which would be looked at each time; where there is none of that, below 0 is as far out of range as behind the
    end."""
    with pytest.raises(IndexError):
        checked(*arrays(), at, other)


def test_where_indices_cannot_be_said_to_count_from_0_all_is_compiled_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(compiling.from_zero()) == {"pipeline_class"}
    monkeypatch.setitem(sys.modules, "irrupt.indices", None)
    assert compiling.from_zero() == {}
    usual = njit(**{name: value for name, value in compiling.OPTIONS.items() if name != "pipeline_class"})(touched)
    one, same = arrays(), arrays()
    assert usual(*one, 3, 2) == touched(same[0].view(np.recarray), *same[1:], 3, 2)


def doubled(at: Any, share: float) -> Any:
    return 2 * at + share


def test_a_piece_is_compiled_once_for_all_widths_that_it_is_handed() -> None:
    piece = compiling.piece(doubled)

    def both(at: Any, other: Any) -> float:
        return float(piece(at, 0.5) + piece(other, 0.25) + piece(3, 1.0))

    assert njit(**compiling.OPTIONS)(both)(np.int32(1), np.int64(2)) == 2.5 + 4.25 + 7.0
    assert len(piece.signatures) == 1


def test_where_nothing_can_be_said_of_pieces_they_are_compiled_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(compiling.to_be_linked()) == set(compiling.improved_once()) == {"pipeline_class"}
    monkeypatch.setitem(sys.modules, "irrupt.linking", None)
    assert compiling.to_be_linked() == compiling.improved_once() == {}
    assert compiling.of_one_form(len) is len
    usual = njit(**compiling.OPTIONS)(doubled)

    def both(at: Any, other: Any) -> float:
        return float(usual(at, 0.5) + usual(other, 0.25))

    assert njit(**compiling.OPTIONS)(both)(np.int32(1), np.int64(2)) == 2.5 + 4.25
    assert len(usual.signatures) == 2


@pytest.mark.slow
def test_what_is_kept_of_compiled_code_knows_all_files_that_it_is_compiled_from() -> None:
    """Or an edit of one of them would not be seen."""
    script = Path(__file__).with_name("keyed.py")
    told = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[:-1] == []
    assert int(told[-1].split()[0]) > 40


def test_a_function_that_is_compiled_from_other_files_stays_what_it_is() -> None:
    other = ModuleType("other")
    other.__file__ = __file__
    function = compiling.compiled_from(other)(doubled)
    assert function(np.int64(2), 0.5) == function.py_func(2, 0.5) == 4.5
    assert [cell.cell_contents for cell in function.py_func.__closure__] == [compiling.text_of(other)]


def test_compiling_leaves_the_collection_of_garbage_as_it_was() -> None:
    for collects in (True, False):
        gc.enable() if collects else gc.disable()
        try:
            assert njit(**compiling.OPTIONS)(doubled)(collects, 1.0) == 1.0 + 2.0 * collects
            assert gc.isenabled() is collects
        finally:
            gc.enable()


def test_what_was_met_in_one_form_is_entered_straight() -> None:
    half = compiling.Straight(njit(lambda values: values[0] / 2.0))
    assert half(np.ones(3)) == 0.5
    assert half.enter is compiling.entry(half.function) is not half.function
    assert half(np.full(2, 5.0)) == 2.5


def test_what_was_met_in_several_forms_asks_each_time() -> None:
    first = njit(lambda values: values[0])
    assert [first(np.ones(1)), first(np.ones(1, np.int32))] == [1.0, 1]
    assert compiling.entry(first) is first


def test_what_has_no_place_to_enter_is_called_as_it_is() -> None:
    plain = compiling.Straight(max)
    assert [plain(1, 2), plain(4, 3)] == [2, 4]
    assert plain.enter is max
