"""How loops are compiled."""

from __future__ import annotations

import pytest

from irrupt import compiling


def test_a_loop_can_be_compiled_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(**options: bool) -> object:
        if options.get("cache"):
            raise RuntimeError("no locator available")
        return lambda function: (function, options)

    monkeypatch.setattr(compiling, "njit", njit)
    assert compiling.compiled(len) == (len, compiling.OPTIONS)
    assert compiling.OPTIONS["nogil"]
