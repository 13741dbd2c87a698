"""What the records tell of a procedure, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from irrupt.discovery.procedure import UNTOLD, afterwards, symbol_name, symbols
from irrupt.discovery.routes.routing import FIRST_SYMBOL, OVER


def test_who_waited_in_vain_was_sent_where_most_are_that_went_on_from_there() -> None:
    """To the one who asks most of those that come, or of those that write: not to the one who asks most of all. From
    where nobody goes on to be asked, nobody was sent there."""
    come, write, ask, ask_elsewhere, read = range(FIRST_SYMBOL, FIRST_SYMBOL + 5)
    cases = [[come, ask]] * 3 + [[come, ask_elsewhere]] + [[write, ask_elsewhere]] * 5 + [[write, ask]]
    cases += [[come], [write], [read], [come], [come]]
    of_step = np.array([step for case in cases for step in case])
    ends = np.cumsum([len(case) for case in cases])
    inner = np.ones(len(of_step), bool)
    inner[np.append(0, ends[:-1])] = False
    log: Any = SimpleNamespace(inner=inner, last=ends - 1, activities=("Come", "Write", "Ask", "Read"))
    known: Any = SimpleNamespace(of_step=of_step, activity=np.array([-1, -1, 0, 1, 2, 2, 3]))
    over = np.arange(15) != 14
    found = afterwards(log, known, over, dict.fromkeys((10, 11, 12), "Ask"))
    assert found.tolist() == [OVER] * 10 + [ask, ask_elsewhere, OVER, OVER, UNTOLD]


def test_an_activity_that_is_done_beside_this_or_that_or_nothing_has_a_name_for_each() -> None:
    """Two of three had one name, and what passed before both was told by one of them."""
    log: Any = SimpleNamespace(
        case=np.arange(6), activity=np.array([0, 1, 1, 1, 1, 2]), block=np.array([0, 0, 1, 2, 2, 2]), activities="ABC"
    )
    known = symbols(log, np.array([-1, 0, 0, 0, 0, -1]), np.ones(6, bool))
    names = [symbol_name(log, ("Desk",), known, symbol) for symbol in known.of_step.tolist()]
    assert names == ["A", "B @ Desk", "B @ Desk *", "B @ Desk * *", "B @ Desk * *", "C"]
