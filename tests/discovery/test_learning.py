"""What is asked of learning is looked at before anything is learned."""

from __future__ import annotations

from typing import Any

import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.errors import UsageError


@pytest.mark.parametrize(("wrong", "said"), [({"seed": -1}, "seed"), ({"work": "typcial"}, "typical")])
def test_a_wrong_seed_and_an_unknown_way_to_take_work_are_refused(
    desk_log: Chronicle, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        discover(desk_log, **wrong)
