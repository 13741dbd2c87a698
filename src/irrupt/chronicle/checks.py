"""What is wrong with records, and what is done about it. Every step reports; none drops a row silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once
from irrupt.chronicle.candidates import could_name_worker
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.succession import behind_earlier, sorted_by_case, steps_within
from irrupt.chronicle.times import Times
from irrupt.chronicle.variants import told_variants
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

_MARKERS = (["?", "??", "???"], ["EMPTY"])
"""Texts that some files write where a value is missing, by convention."""
_CONVENTION = 0.01
_SAME_CLOCK = 0.95
_LETTERS = 0.9
_YEARS = 30
"""Years with no record at all, beyond which a time stands for none: 9999-12-31, 1900-01-01."""
_EVER = (1600, 3000)
"""Years in which there can be records at all."""
_UNCLEAR = "unclear dates"
_ONCE = 0.1
"""Share of different rows that must stand there once, or the file was written twice."""


def without_markers(frame: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Empty texts become null; so do question marks and the like where the file uses them for what is missing."""
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Categorical)]
    if not texts:
        return frame
    missing = [""]
    for markers in _MARKERS:
        counts = frame.select(pl.col(texts).is_in(markers).sum()).row(0)
        marked = {name: int(count or 0) for name, count in zip(texts, counts, strict=True) if count}
        if not marked or max(marked.values()) < max(_CONVENTION * frame.height, 2):
            continue
        missing += markers
        text = ngettext(
            '"{marker}" means missing: {n} cell in {columns}',
            '"{marker}" means missing: {n} cells in {columns}',
            sum(marked.values()),
        )
        found = {"marker": markers[0], "n": number(sum(marked.values()), 0), "columns": ", ".join(sorted(marked))}
        journal.note(text.format(**found))
    cells = frame.select(pl.col(texts).is_in(missing))  # columns without any stay what they are: no copies
    return frame.with_columns(
        pl.when(none).then(None).otherwise(pl.col(none.name)).alias(none.name) for none in cells if none.any()
    )


def trimmed(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Names without blanks around them, and without line breaks inside."""
    names = [name for name in ("case", "activity", "resource", "team", "client") if name in table.columns]
    changed = pl.repeat(False, table.height, eager=True)
    for name in names:
        column = table[name]
        different = column.unique()
        if _tidy(different).equals(different, null_equal=True):
            continue
        tidy = _tidy(column)
        changed |= column.ne_missing(tidy) & tidy.is_not_null()
        table = table.with_columns(tidy)
    rows = table[ROW].filter(changed)
    found = ngettext("{n} name with stray blanks", "{n} names with stray blanks", len(rows)).format(n=len(rows))
    journal.problem("stray blanks", rows, found, _("trimmed"))
    return table


_TIDY = TEXT.str.replace_all(r"[\s\pZ\pC]+", " ").str.strip_chars(" ").replace("", None)


def _tidy(names: pl.Series) -> pl.Series:
    return at_once(names, _TIDY)


def _without(table: pl.DataFrame, out: pl.Series) -> pl.DataFrame:
    """*table* without the rows that are *out*: itself where none is."""
    return table.filter(~out) if out.any() else table


def usable(table: pl.DataFrame, end: Times, journal: Journal) -> pl.DataFrame:
    """Rows that have a case, an activity and a readable time; the others are set aside.

    Where nothing is known, databases write a day that never comes, or one long ago: that is no time.
    """
    unreadable = end.unreadable
    years = _EVER if journal.raw.own or journal.raw.settled else _years(table["end"])
    instead = _placeholders(table["end"], years)
    begun = pl.repeat(value=False, n=table.height, dtype=pl.Boolean, eager=True)
    if "start" in table.columns:
        table = _without_placeholders(table, years, journal)
        begun = table["start"].is_not_null()
    nothing = table["end"].is_null() & ~unreadable
    reasons = (
        ("unreadable time", unreadable, _("time cannot be read")),
        ("placeholder", instead, _instead_of(table["end"].filter(instead))),
        ("never completed", nothing & begun, _("a start, but no time of the end")),
        ("missing time", nothing & ~begun, _("no time")),
        ("missing case", table["case"].is_null(), _("no case")),
        ("missing activity", table["activity"].is_null(), _("no activity")),
    )
    out = pl.Series([False], dtype=pl.Boolean).new_from_index(0, table.height)
    for code, mask, reason in reasons:
        rows = table[ROW].filter(mask & ~out)
        found = ngettext("{n} row: {reason}", "{n} rows: {reason}", len(rows)).format(
            n=number(len(rows), 0), reason=reason
        )
        journal.problem(code, rows, found, _("set aside"), role="end" if code == "unreadable time" else "")
        journal.set_aside(rows, reason)
        out = out | mask
    return _without(table, out)


def _years(moments: pl.Series) -> tuple[int, int]:
    """The years between which records can lie: around those of most of them, if one span holds these."""
    years = moments.drop_nulls().dt.year().sort()
    years = years.filter(years.is_between(*_EVER))
    spans = (years.diff().fill_null(0) >= _YEARS).cum_sum()
    span = years.filter(spans == spans[len(spans) // 2]) if len(years) else years
    return (span[0] - _YEARS, span[-1] + _YEARS) if 2 * len(span) > len(years) else _EVER


def _repeated(table: pl.DataFrame) -> pl.Series:
    """Which rows repeat another one before them: of all rows only a number of each is compared, whole rows only where
    these agree, since whole rows of a large log take much room."""
    numbers = table.hash_rows().to_numpy()
    ordered = np.sort(numbers)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return pl.repeat(False, table.height, eager=True)
    alike = pl.Series(np.isin(numbers, twice))
    places = alike.arg_true()
    again = ~table.filter(alike).select(pl.struct(pl.all()).is_first_distinct()).to_series()
    return pl.repeat(False, table.height, eager=True).scatter(places.filter(again), True)


def _placeholders(moments: pl.Series, years: tuple[int, int]) -> pl.Series:
    """Which of *moments* do not lie within the *years* of the records, and so stand for no time."""
    return ~moments.dt.year().is_between(*years, closed="none").fill_null(True)


def _instead_of(moments: pl.Series) -> str:
    days = ", ".join(moments.dt.strftime("%Y-%m-%d").unique().sort().head(3))
    return _("a placeholder instead of a time: {days}").format(days=days)


def _without_placeholders(table: pl.DataFrame, years: tuple[int, int], journal: Journal) -> pl.DataFrame:
    """Start times that stand for none are unknown."""
    instead = _placeholders(table["start"], years)
    rows = table[ROW].filter(instead)
    found = ngettext("{n} start time: {reason}", "{n} start times: {reason}", len(rows))
    reason = _instead_of(table["start"].filter(instead))
    journal.problem(
        "placeholder start", rows, found.format(n=number(len(rows), 0), reason=reason), _("start taken as unknown")
    )
    return table.with_columns(pl.when(~instead).then(pl.col("start")).alias("start"))


def named(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Activities without a letter, in a log whose activities have letters, are kept as unknown."""
    worded = pl.col("activity").str.contains(r"\pL")
    share = table.select(worded.mean()).item() or 0.0
    if share == 1.0 or share < _LETTERS:
        return table
    odd = table.filter(~worded)
    labels = ", ".join(f'"{label}"' for label in odd["activity"].unique().sort().head(5))
    found = ngettext("{n} event in state {labels}", "{n} events in state {labels}", odd.height)
    journal.problem(
        "unknown activity", odd[ROW], found.format(n=number(odd.height, 0), labels=labels), _("kept as unknown")
    )
    unknown = pl.concat_str(pl.lit("unknown ("), pl.col("activity"), pl.lit(")"))
    return table.with_columns(pl.when(worded).then(pl.col("activity")).otherwise(unknown).alias("activity"))


def distinct(table: pl.DataFrame, journal: Journal, *, daily: bool) -> pl.DataFrame:
    """Rows that do not repeat another in every column.

    With times to the day only, equal rows may be two events; with times to the minute too, where nothing else is
    recorded by which the events of a case could differ.
    """
    columns = [name for name in table.columns if name != ROW]
    again = _repeated(table.select(columns))
    rows = table[ROW].filter(again)
    found = ngettext("{n} row repeats another in every column", "{n} rows repeat another in every column", len(rows))
    found = found.format(n=number(len(rows), 0))
    if daily:
        journal.problem("duplicate", rows, found, _("kept: times are to the day, so both may have happened"))
        return table
    if len(rows) and _hardly_told_apart(table, again):
        what = _("kept: times are to the minute and nothing else tells events apart, so both may have happened")
        journal.problem("duplicate", rows, found, what)
        return table
    journal.problem("duplicate", rows, found, _("set aside, the first is kept"))
    journal.set_aside(rows, _("repeats another row in every column"))
    return _without(table, again)


def _hardly_told_apart(table: pl.DataFrame, again: pl.Series) -> bool:
    """Whether times are to the minute, and every other column but the activity says one thing of a whole case; a file
    that was written twice repeats all of its rows."""
    if (table["end"].dt.epoch("us") % 60_000_000 != 0).any():
        return False
    cases = table["case"].n_unique()
    others = [name for name in table.columns if name not in (ROW, "case", "activity", "start", "end")]
    if any(table.select(pl.struct("case", name).n_unique()).item() != cases for name in others):
        return False
    once = int(table.select(pl.struct(pl.exclude(ROW)).is_unique().sum()).item())
    return once >= _ONCE * int(again.not_().sum())


def upright(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Rows in the order in which things happened, also where the file lists the newest first."""
    steps = steps_within(table["case"], table["end"])
    back, on = int((steps < 0).sum()), int((steps > 0).sum())
    if back > 10 * on and back > 1:
        journal.note(_("the file lists the newest events first: turned round"))
        return table.reverse()
    return table


def ordered(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """Rows sorted by case and time; equal times keep the order of the file."""
    late = behind_earlier(table, "end")
    if "start" in table.columns:
        by_start = behind_earlier(table, "start")
        late = by_start if by_start.sum() < late.sum() else late
    rows = table[ROW].filter(late)
    found = ngettext(
        "{n} event before an earlier row of its case", "{n} events before earlier rows of their cases", len(rows)
    )
    journal.problem("out of order", rows, found.format(n=number(len(rows), 0)), _("sorted by time"))
    table = sorted_by_case(table)
    same = int(((table["case"] == table["case"].shift(1)) & (table["end"] == table["end"].shift(1))).sum())
    if same:
        text = ngettext(
            "{n} event has the time of the one before it in its case: the order of the file is kept",
            "{n} events have the time of the one before them in their case: the order of the file is kept",
            same,
        )
        journal.note(text.format(n=number(same, 0)))
    return table


def undecided(
    frame: pl.DataFrame, column: str, times: Times, journal: Journal, *, once: Sequence[str] = (ROW,)
) -> None:
    """A problem where nothing tells whether the day or the month comes first in the dates of *column*, and a note:
    all that is counted may be wrong. A date counts *once* in rows that have the same there."""
    if not times.unsure.any():
        return
    unsure = frame.filter(times.unsure)
    n = unsure.select(*once, column).unique().height
    found = ngettext(
        'in "{column}", {n} date such as {sample} can be read with the day or the month first',
        'in "{column}", {n} dates such as {sample} can be read with the day or the month first',
        n,
    ).format(column=column, n=number(n, 0), sample=unsure[column][0])
    if times.order == "day":
        done = _('read with the day first; --map "times=month first" reads them the other way')
    else:
        done = _('read with the month first; --map "times=day first" reads them the other way')
    journal.problem(_UNCLEAR, unsure[ROW], found, done, n)
    if not any(done in said for said in journal.notes):
        text = _("nothing tells the day from the month in dates such as {sample}: {done}")
        journal.note(text.format(sample=unsure[column][0], done=done))


def unclear_dates(chronicle: Chronicle) -> tuple[str, ...]:
    """What to say wherever *chronicle* is used and its notes are not shown, where nothing tells the day from the month
    in its dates."""
    text = _("Nothing tells the day from the month in the dates of the records: {done}.")
    unclear = (problem.done for problem in chronicle.problems if problem.code == _UNCLEAR)
    return tuple(dict.fromkeys(text.format(done=done) for done in unclear))


def started(
    table: pl.DataFrame, unreadable: pl.Series | None, roles: Mapping[str, str], journal: Journal
) -> pl.DataFrame:
    """Start times that can be: readable, and not after the end. *unreadable*: the numbers of the rows whose start is
    not, of a log with such a column; *roles*: the column of each role."""
    if "start" not in table.columns:
        return table
    if (rows := unreadable) is not None:
        found = ngettext("{n} start time cannot be read", "{n} start times cannot be read", len(rows))
        found, done = found.format(n=number(len(rows), 0)), _("start taken as unknown")
        journal.problem("unreadable start", rows, found, done, role="start")
    wrong = (table["start"] > table["end"]).fill_null(False)
    rows = table[ROW].filter(wrong)
    found = ngettext("{n} step ends before it starts", "{n} steps end before they start", len(rows))
    done = _("start taken as unknown")
    if len(rows) > 1 and 2 * len(rows) > table["start"].count():
        text = _('start taken as unknown; if the columns are exchanged, say --map "start={end}" --map "end={start}"')
        done = text.format(start=roles["start"], end=roles["end"])
    journal.problem("end before start", rows, found.format(n=number(len(rows), 0)), done)
    table = table.with_columns(pl.when(pl.lit(~wrong)).then(pl.col("start")).alias("start"))
    known = table.filter(pl.col("start").is_not_null())
    if known.height and (known["start"] == known["end"]).all():
        journal.note(_("start times equal end times everywhere: they are not used"))
        return table.drop("start")
    return table if known.height else table.drop("start")


def daily(moments: pl.Series, timezone: str) -> bool:
    """Whether times are to the day only: nearly all show one time of the day, on the clock of the zone or of UTC."""
    for zone in (timezone, "UTC"):
        shown = TEXT.drop_nulls().dt.convert_time_zone(zone).dt.time().to_physical()
        clock = at_once(moments, shown).to_numpy()
        if len(clock) < 2:
            continue
        middle = np.partition(clock, len(clock) // 2)[len(clock) // 2]  # what nearly all are, the one in the middle is
        if np.count_nonzero(clock == middle) >= _SAME_CLOCK * len(clock):
            return bool(moments.n_unique() > 1)
    return False


def from_zero(moments: pl.Series) -> bool:
    """Whether times are counts from zero, read as seconds since 1970: they tell how long things last, and no hours.

    >>> from datetime import datetime
    >>> from_zero(pl.Series([datetime(1970, 1, 1, 5)])), from_zero(pl.Series([datetime(2024, 1, 1, 5)]))
    (True, False)
    """
    median = moments.median()
    return median is not None and median.year == 1970  # type: ignore[union-attr]


def look_at_times(table: pl.DataFrame, timezone: str, journal: Journal) -> None:
    """Notes on how times look, and events far from all others."""
    ends = table["end"]
    if daily(ends, timezone):
        journal.note(_("times are to the day only: hours of the day and the order within a day are not known"))
    if from_zero(ends):
        journal.note(_("the clock starts in 1970: times look like counts from zero, so dates mean nothing"))
    micros = ends.cast(pl.Int64)
    low, high = micros.quantile(0.01), micros.quantile(0.99)
    if low is None or high is None or len(ends) < 100:
        return
    span = max(high - low, 86_400e6)
    far = (micros < low - 2 * span) | (micros > high + 2 * span)
    rows = table[ROW].filter(far)
    found = ngettext(
        "{n} event far outside of the time of all others", "{n} events far outside of the time of all others", len(rows)
    )
    journal.problem("far outside", rows, found.format(n=number(len(rows), 0)), _("kept"))


def look_at_rest(table: pl.DataFrame, journal: Journal) -> None:
    """Notes on labels and clients that look alike, on cases of one event, on who worked; rows stand case by case."""
    labels = table["activity"].unique().sort().to_frame("label").with_columns(key=pl.col("label").str.to_lowercase())
    alike = labels.filter(pl.col("key").is_duplicated())["label"]
    if len(alike):
        text = _("activities that differ in capitals only are kept apart: {labels}")
        journal.note(text.format(labels=", ".join(alike.head(8))))
    if "client" in table.columns:
        _look_at_clients(table, journal)
    single = int((table["case"].rle().struct.field("len") == 1).sum())
    if single:
        text = ngettext("{n} case has one event only", "{n} cases have one event only", single)
        journal.note(text.format(n=number(single, 0)))
    if "resource" not in table.columns:
        told = could_name_worker(table)
        text = _("nobody is named who worked; columns that could name somebody: {columns} (--map resource=…)")
        journal.note(text.format(columns=", ".join(told)) if told else _("nobody is named who worked"))
    elif table["resource"].null_count():
        share = max(100 * table["resource"].null_count() / table.height, 0.01)
        text = _("{share} % of the events do not name who worked")
        journal.note(text.format(share=number(share, 0 if share >= 1 else 2)))


def _look_at_clients(table: pl.DataFrame, journal: Journal) -> None:
    """Notes on clients that look alike, and on cases that name none, where others do."""
    if said := told_variants(table["client"]):
        journal.note(said)
    if not table["client"].null_count():
        return
    named = table.filter(pl.col("client").is_not_null())["case"].n_unique()
    without = table["case"].n_unique() - named
    if named and without:
        text = ngettext(
            "{n} case names no client: it is shown among other clients",
            "{n} cases name no client: they are shown among other clients",
            without,
        )
        journal.note(text.format(n=number(without, 0)))
