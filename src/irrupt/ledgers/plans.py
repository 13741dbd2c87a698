"""Plan versions as arrays: what was announced for each period, seen from each issue, beside what was bought.

The periods of all plans are put on one grid of days, weeks or months. One row stands for one version of one *series*
(a part of a client for a plant), one column for one *lead*: how many periods ahead. What a version does not mention
within its horizon is nought; not so far ahead as its client never announces anything, which is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.schedules.meeting import KEYS, LAST, Meeting, meeting, plan_kind
from irrupt.chronicle.schedules.steps import Step, is_longer, plan_step
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.ledgers.bought import what_was_bought
from irrupt.ledgers.grid import begins, moment_of, number_of, on_clock

LEADS = {"day": 120, "week": 104, "month": 36}
"""Leads that are looked at, at most."""
_NEVER = 10
"""Quantities that could have been announced so far ahead, from which on it tells that none ever was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Versions of plans, ordered by series and issue; see the module."""

    step: Step
    timezone: str
    series: pl.DataFrame
    """`client`, `plant`, `part`: row number is the number of the series."""
    of: Ints
    """Version -> series."""
    issued: Floats
    """Version -> days since 1970 at which it was issued, on the organisation's clock."""
    base: Ints
    """Version -> number of the period in which it was issued."""
    called: pl.Series
    """Version -> what it is called; null where nobody says."""
    announced: Floats
    """Version × lead -> quantity; nan beyond the horizon of the version, and at leads of which nothing is known."""
    firm: npt.NDArray[np.int8]
    """Version × lead -> 1 firm, 0 forecast, -1 not said."""
    spread: Flags
    """Version × lead -> whether the quantity was announced for a longer period, and is spread evenly."""
    first: int
    """Number of the first period of *bought* and *last*."""
    bought: Floats
    """Series × period -> what was bought in the end; nan where that is not known (yet)."""
    last: Floats
    """Series × period -> what the last plan before the period's end said; nan where it has not come yet."""
    sources: dict[str, str]
    """Client -> where *bought* comes from: `call-off`, `delivered` or `last plan`."""
    beyond: int
    """Quantities announced farther ahead than `LEADS`, which are left out."""

    @property
    def leads(self) -> int:
        """How many leads there are."""
        return int(self.announced.shape[1])

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.bought.shape[1])

    def begin_of(self, period: npt.ArrayLike) -> Floats:
        """Days since 1970 at which periods begin."""
        return begins(np.asarray(period, dtype=np.int64), self.step)

    def moments_of(self, period: npt.ArrayLike) -> tuple[datetime, ...]:
        """The moments at which periods begin."""
        return tuple(moment_of(day, self.timezone) for day in self.begin_of(period))


def plans(table: pl.DataFrame, timezone: str = "UTC", step: Step | None = None, *, met: Meeting | None = None) -> Plans:
    """The versions in a schedules *table*, on a grid of *step*: days where all plans are of days and reach no farther
    than five weeks, months where nearly all are of months, else weeks.

    What is announced for longer than a period is spread evenly. Call-offs are the plan where there are no forecasts;
    otherwise they are what was bought, and deliveries where nothing is called off;
    `irrupt.chronicle.schedules.meeting` tells which belong to which plans (*met*, where that is known already). Raises
    `DataError` when nothing is announced.
    """
    kind = plan_kind(table)
    met = met or meeting(table)
    table = on_clock(met.table, timezone)
    planned = (pl.col("kind") == kind) & ~pl.col("backlog") & pl.col("quantity").is_not_null()
    step = step or _step(table, planned)
    series = table.select(KEYS).unique().sort(KEYS, nulls_last=False).with_row_index("series")
    cells, versions = _cells(table, planned, series, step)
    versions = versions.join(series.select("series", "client"), on="series", how="left", maintain_order="left")
    dense, beyond = _dense(cells, versions, step)
    of, base = versions["series"].to_numpy().astype(np.int64), versions["base"].to_numpy().astype(np.int64)
    first, end = int(base.min()), int(base.max()) + dense.announced.shape[1]
    last = _last(dense.announced, of, base, first, (series.height, end - first))
    sources = {name: met.sources.get(name, LAST) for name in series["client"].fill_null("").unique().sort()}
    bought = what_was_bought(table, sources, series, last, first, step)
    return Plans(
        step=step,
        timezone=timezone,
        series=series.drop("series"),
        of=of,
        issued=versions["issued"].dt.epoch("us").to_numpy() / 86_400e6,
        base=base,
        called=versions["plan"],
        announced=dense.announced,
        firm=dense.firm,
        spread=dense.spread,
        first=first,
        bought=bought,
        last=last,
        sources=sources,
        beyond=beyond,
    )


def _step(table: pl.DataFrame, planned: pl.Expr) -> Step:
    step = plan_step(table.lazy().filter(planned))
    if step is not None:
        return step
    if table["backlog"].any():
        raise DataError(_("all quantities were announced after they were due: there are no plans to compare"))
    raise DataError(_("nothing is announced in these records: there are no plans to compare"))


def _cells(
    table: pl.DataFrame, planned: pl.Expr, series: pl.DataFrame, step: Step
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each period: `row` (its version), `period` (its number), `quantity` (null where a longer one reaches
    into it, and begins before it does), `firm`, `spread`. And the versions: `series`, `issued`, `plan`, `base`.

    Texts are encoded first, so that nothing long is ever copied.
    """
    texts = [pl.col(name).cast(pl.Categorical) for name in (*KEYS, "plan")]
    begin, end = (number_of(pl.col(name) - pl.duration(microseconds=1), step) + 1 for name in ("period", "until"))
    chosen = (
        table.lazy()
        .filter(planned)
        .select(
            *texts,
            "issued",
            number_of(pl.col("period"), step).cast(pl.Int32).alias("period"),
            "quantity",
            pl.col("firm").cast(pl.Int8).fill_null(-1),
            # those that begin within it: months that follow each other share no week, and leave none between them
            pl.when(is_longer(step)).then((end - begin).clip(1, 60)).otherwise(1).cast(pl.UInt8).alias("parts"),
            pl.when(is_longer(step)).then(begin).cast(pl.Int32).alias("begin"),
        )
    )
    keyed = series.lazy().with_columns(pl.col(KEYS).cast(pl.Categorical))
    cells = chosen.join(keyed, on=KEYS, how="left", nulls_equal=True).drop(KEYS).collect()
    which = ["series", "issued", "plan"]
    in_order = ("series", "issued", pl.col("plan").cast(pl.String).str.len_chars(), "plan")  # 9 comes before 10
    versions = cells.select(which).unique().sort(in_order, nulls_last=False).with_row_index("row")
    cells = cells.join(versions, on=which, how="left", nulls_equal=True).drop(which)
    versions = versions.with_columns(pl.col("plan").cast(pl.String), base=number_of(pl.col("issued"), step))
    long = cells.filter(pl.col("begin").is_not_null())
    cells = cells.with_columns(spread=pl.lit(False))
    if long.height:
        spread = long.with_columns(
            spread=pl.lit(True),
            period=pl.int_ranges(pl.col("period"), pl.col("begin") + pl.col("parts"), dtype=pl.Int32),
        ).explode("period")
        share = pl.when(pl.col("period") >= pl.col("begin")).then(pl.col("quantity") / pl.col("parts"))
        spread = spread.with_columns(quantity=share)
        cells = pl.concat([cells.filter(pl.col("begin").is_null()), spread.select(cells.columns)])
    return cells.drop("parts", "begin"), versions


@dataclass(frozen=True, slots=True)
class _Dense:
    announced: Floats
    firm: npt.NDArray[np.int8]
    spread: Flags


def _dense(cells: pl.DataFrame, versions: pl.DataFrame, step: Step) -> tuple[_Dense, int]:
    """The cells as arrays of version × lead; and how many lie beyond the leads that are looked at."""
    row = cells["row"].to_numpy()
    lead = cells["period"].to_numpy() - versions["base"].to_numpy()[row]
    near = (lead >= 0) & (lead < LEADS[step])
    if not near.any():
        raise DataError(_("all quantities were announced after they were due: there are no plans to compare"))
    leads = int(lead[near].max()) + 1
    shape = (versions.height, leads)
    at = row[near].astype(np.int64) * leads + lead[near]
    size = versions.height * leads
    quantity, longer = cells["quantity"].to_numpy()[near], cells["spread"].to_numpy()[near]
    told = ~np.isnan(quantity)
    announced = np.bincount(at[told], quantity[told], size).astype(np.float64)
    announced[np.bincount(at[told], minlength=size) == 0] = np.nan
    firm = np.full(size, 2, dtype=np.int8)
    np.minimum.at(firm, at[told], cells["firm"].to_numpy()[near][told])
    firm[firm == 2] = -1
    spread = np.zeros(size, dtype=bool)
    spread[at[longer]] = True
    spread[at[told & ~longer]] &= np.bincount(at[told & longer], minlength=size)[at[told & ~longer]] > 0
    announced, spread = announced.reshape(shape), spread.reshape(shape)
    first, last = _horizon(~np.isnan(announced) | spread, versions)
    inside = (np.arange(leads) >= first[:, None]) & (np.arange(leads) <= last[:, None])
    never = _never_said(~np.isnan(announced) & ~spread, inside, versions["client"])
    announced[inside & np.isnan(announced) & ~never & ~spread] = 0.0
    beyond = int((lead >= LEADS[step]).sum())
    return _Dense(announced, firm.reshape(shape), spread), beyond


def _horizon(said: Flags, versions: pl.DataFrame) -> tuple[Ints, Ints]:
    """The first and the last lead of the horizon of each version.

    A series that leaves periods out where it announces nothing may do so at the ends too: its horizon is that of all
    that its client announces in the same plan. For any other series it is what the version mentions.
    """
    last = said.shape[1] - 1 - said[:, ::-1].argmax(axis=1)
    first = said.argmax(axis=1)
    last[~said.any(axis=1)] = -1
    gaps = said.sum(axis=1) < last - first + 1
    frame = versions.select("series", "client", "issued", "plan").with_columns(first=first, last=last, gaps=gaps)
    same = ("client", "issued", "plan")
    lumpy = pl.col("gaps").any().over("series")
    whole = frame.select(
        pl.when(lumpy).then(pl.col("first").min().over(same)).otherwise("first").alias("first"),
        pl.when(lumpy).then(pl.col("last").max().over(same)).otherwise("last").alias("last"),
    )
    return whole["first"].to_numpy(), whole["last"].to_numpy()


def _never_said(for_one: Flags, inside: Flags, clients: pl.Series) -> Flags:
    """Version × lead: whether no version of its client ever announces anything *for_one* period so far ahead, though
    many could, as it is *inside* their horizon.

    Records that keep what was announced one, four and eight weeks ahead tell nothing of what was announced two ahead.
    """
    client = clients.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    size, leads = int(client.max(initial=0)) + 1, for_one.shape[1]
    place = client[:, None] * leads + np.arange(leads)
    said, could = (np.bincount(place[side], minlength=size * leads).reshape(size, leads) for side in (for_one, inside))
    never: Flags = ((said == 0) & (could >= _NEVER))[client]
    return never


def _last(announced: Floats, of: Ints, base: Ints, first: int, shape: tuple[int, int]) -> Floats:
    """What the last version said for each period that a version was issued in or after."""
    last = np.full(shape, np.nan)
    reached = np.full(shape[0], -1)
    np.maximum.at(reached, of, base - first)
    for lead in range(announced.shape[1] - 1, -1, -1):
        said = ~np.isnan(announced[:, lead])
        last[of[said], base[said] - first + lead] = announced[said, lead]
    last[np.arange(shape[1]) > reached[:, None]] = np.nan
    return last
