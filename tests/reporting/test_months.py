"""Days of the month, drawn."""

from __future__ import annotations

from typing import cast

from irrupt.reporting.sections.months import months
from irrupt.sight.model import Finding, Sight


class Seen:
    """As much of a `Sight` as is drawn."""

    def __init__(self, *found: Finding) -> None:
        self.findings = (Finding(text="", kind="arrivals"), *found)


def finding(client: str, times: dict[str, float], *, working: bool = False) -> Finding:
    numbers = {"client": client, "working days": working, "times": times}
    return Finding(text="", kind="days of the month", numbers=numbers)


def test_days_that_are_counted_alike_stand_in_one_figure() -> None:
    dates = {str(day): 1.0 for day in range(1, 32)}
    ends = {"1": 0.5, "-2": 2.0, "-1": 4.204}
    seen = Seen(
        finding("Mill", ends, working=True), finding("Shop", dates | {"25": 7.0}), finding("Bank", ends, working=True)
    )
    first, second = months(cast(Sight, seen))
    assert (first.title, second.title) == ("Cases by working day of the month", "Cases by day of the month")
    assert "−1 is the last one" in first.reading
    assert "−1" not in second.reading
    assert "Monday to Friday" in first.reading
    assert first.numbers is not None
    assert [head.text for head in first.numbers.heads] == ["Day", "Mill", "Bank"]
    assert [cell.text for cell in first.numbers.rows[-1]] == ["−1", "420", "420"]
    assert "Shop: most 700 %" in str(second.wide)


def test_nothing_is_drawn_where_nothing_was_found() -> None:
    assert not list(months(cast(Sight, Seen())))
