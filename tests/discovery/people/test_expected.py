"""What members of a team would have done of its work, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from irrupt.discovery.people.expected import Asked


def test_what_nobody_would_do_is_not_lacking_where_it_occurs() -> None:
    """Neither of two does the first kind of work, which occurs in their team though nobody is named, nor the third,
    which does not; one of them does the second."""
    log: Any = SimpleNamespace(person=np.array([-1, -1, 0, 0, 0, 0]), people=("Ann", "Bob"))
    kind, at = np.array([0, 0, 1, 1, 1, 1]), np.arange(2, 6)
    asked = Asked(log, np.zeros(6, np.int64), at, [np.array([0, 1])])
    lacks = np.array([[True, False, True], [True, True, True]])
    found = asked.left(kind, asked.done(kind, 3), lacks)
    assert found.tolist() == [[False, False, True], [False, True, True]]
