"""Records to learn from, and records that are held out to tell how far what was learned is from them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.arrivals.censoring import Completeness, completeness
from irrupt.discovery.log import Log, read

SHARE = 0.8
"""Share of the events before the cut."""
_FEWEST_TRAINING = 20
_FEWEST_TEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Records to learn from, and records held out."""

    train: Chronicle
    test: Chronicle
    by_cases: bool
    """True when the log was too short for a cut in time: its later cases are held out, whenever they ended."""
    clipped: bool
    """True when held-out cases are shown as far as they had come on the log's last day."""


def split(chronicle: Chronicle, share: float = SHARE) -> Split | None:
    """*chronicle* cut after the first *share* of its events; None when too little would be left on either side.

    Cases that cross the cut are on neither side, and cases that were not over when the log stopped are not held out,
    unless it was cut by time at its beginning, too.
    """
    events = chronicle.events.with_columns(pl.coalesce("end", "start").alias("end")).drop_nulls("end")
    if events["case"].n_unique() < _FEWEST_TRAINING + _FEWEST_TEST:
        return None
    cut = events["end"].sort()[int(share * (events.height - 1))]
    begins = pl.coalesce("start", "end").min().over("case")
    ends = pl.col("end").max().over("case")
    train, test = events.filter(ends <= cut), events.filter(begins > cut)
    log = read(chronicle)
    seen = completeness(log, log.activity)
    clipped = seen.clipped
    if not clipped:
        test = test.join(_unfinished(chronicle, log, seen), on="case", how="anti", maintain_order="left")
    if train["case"].n_unique() >= _FEWEST_TRAINING and test["case"].n_unique() >= _FEWEST_TEST:
        kept, held = chronicle.with_events(train), chronicle.with_events(test)
        return Split(train=kept, test=held, by_cases=False, clipped=clipped)
    first = events.group_by("case").agg(pl.coalesce("start", "end").min().alias("begin")).sort("begin")["begin"]
    middle = first[int(share * (len(first) - 1))]
    train, test = events.filter(begins <= middle), events.filter(begins > middle)
    if train["case"].n_unique() < _FEWEST_TRAINING or test["case"].n_unique() < _FEWEST_TEST:
        return None
    return Split(train=chronicle.with_events(train), test=chronicle.with_events(test), by_cases=True, clipped=False)


def _unfinished(chronicle: Chronicle, log: Log, seen: Completeness) -> pl.DataFrame:
    """The cases of *log*, which was read from *chronicle*, that are not *seen* to their end."""
    names = chronicle.events["case"].to_numpy()
    return pl.DataFrame({"case": pl.Series(names[log.row[log.begin[~seen.ends]]], dtype=pl.String)}).unique()
