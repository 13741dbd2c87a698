"""Hours that change after they were announced, by how long before their day people are told."""

from __future__ import annotations

from collections.abc import Sequence

from irrupt.chronicle.goods import NOTICE_DAYS
from irrupt.i18n import mark
from irrupt.ledgers.model import Measure

SOURCE = mark("after Eurofound, European Working Conditions Survey (notice of changes in the work schedule)")


def _measure(name: str, definition: str) -> Measure:
    return Measure(
        name=name,
        ledger="work",
        unit="share",
        of="team",
        definition=definition,
        matters_least=0.002,
        source=SOURCE,
        of_whole=False,
    )


SAME_DAY = _measure(
    mark("hours changed the same day"),
    mark(
        "Hours that come in addition to those announced, or are taken away, of which people are told on the day "
        "itself, or not at all, over the hours worked."
    ),
)
DAY_BEFORE = _measure(
    mark("hours changed the day before"),
    mark(
        "Hours that come in addition to those announced, or are taken away, of which people are told the day before, "
        "over the hours worked."
    ),
)
DAYS_BEFORE = _measure(
    mark("hours changed days before"),
    mark(
        "Hours that come in addition to those announced, or are taken away, of which people are told two days before "
        "or more, and less than two weeks, over the hours worked."
    ),
)
WEEKS_BEFORE = _measure(
    mark("hours changed weeks before"),
    mark(
        "Hours that come in addition to those announced, or are taken away, of which people are told two weeks before "
        "or more, over the hours worked."
    ),
)
CLASSES = (SAME_DAY, DAY_BEFORE, DAYS_BEFORE, WEEKS_BEFORE)
assert len(CLASSES) == len(NOTICE_DAYS)


def by_notice(changed: Sequence[float], worked: float) -> dict[str, float]:
    """Measure -> share of the hours *worked*, from hours *changed* by class of notice; nan where nobody works."""
    return {
        one.name: float(hours) / worked if worked > 0 else float("nan")
        for one, hours in zip(CLASSES, changed, strict=True)
    }
