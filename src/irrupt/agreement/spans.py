"""What is told over time: since when a rule is not kept, and whether chance may have made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from irrupt.agreement.bounds import Each, Measured
from irrupt.agreement.model import Answer, Span
from irrupt.wall import local_times, moments_of

FEWEST = 5
"""Cases, or quantities, from which on a period is counted when it is told since when a rule is broken."""
ROUNDING = 1e-12
TRUNCATED = {"day": "1d", "week": "1w", "month": "1mo"}


def counted_spans(known: pl.DataFrame, at: str, each: Each, share: float, timezone: str) -> Iterator[Span]:
    """What is `kept` of *known*, period by period of the moments in its column *at*."""
    begins = moments_of(local_times(known[at], timezone).dt.truncate(TRUNCATED[each]), timezone)
    counted = (
        known.group_by(begins.alias("begin"))
        .agg(pl.len().alias("judged"), (~pl.col("kept")).sum().alias("broken"))
        .sort("begin")
    )
    for begin, cases, broken in counted.iter_rows():
        value = 1.0 - broken / cases
        yield Span(begin=begin, judged=cases, broken=broken, value=value, kept=reached(value, share))


def not_kept_since(spans: Sequence[Span], begin: datetime, fewest: int = FEWEST) -> datetime | None:
    """The begin of the last periods in a row that do not keep the rule, which holds from *begin* on. Periods of fewer
    than *fewest* cases do not interrupt it."""
    found = None
    for span in reversed(spans):
        if span.kept and (span.judged >= fewest or len(spans) == 1 or found is None):
            break
        if not span.kept:
            found = max(span.begin, begin)
    return found


def reached(share: float, asked: float) -> bool:
    """Whether a *share* is as large as the one *asked* for: all but 7 of 100 are 93 %, whatever is left behind the
    point by counting down from one."""
    return share >= asked - ROUNDING


def answer(share: float, asked: float, high: float) -> Answer:
    """What a *share* says beside the one *asked* for, where its interval reaches up to *high*."""
    if reached(share, asked):
        return "kept"
    return "within chance" if asked < 1.0 and high >= asked else "broken"


def holds(bound: Measured, value: float) -> bool:
    """Whether *value* lies between the limits of *bound*."""
    return (bound.at_most is None or value <= bound.at_most) and (bound.at_least is None or value >= bound.at_least)
