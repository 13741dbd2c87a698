"""Columns called `W1`, `W2`, ... that are weeks of the calendar, rather than so many weeks ahead of each plan.

Their names do not tell. What tells is where the cells of each plan begin: with the first column in all of them, where
columns are weeks ahead; with the week of its issue, or so many weeks later, where they are those of the calendar. So
it is with months. Numbers alone (`1`, `P01`) may be either: users say it where plans do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.issues import issue_in
from irrupt.chronicle.schedules.leads import ahead_of_plans, either_way, leads_across
from irrupt.chronicle.schedules.periods import MONTH, WEEK, read_periods
from irrupt.chronicle.schedules.roles import guess
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _

ACROSS = "across"
"""The role that says what numbers above columns are: one of `KINDS`."""
KINDS = ("months", "weeks", "months ahead", "weeks ahead")
_WEEKS, _MONTHS = 52, 12
_MONTHLY, _SEVERAL = 25, 3
"""Days by which plans are apart that come every month, at least; plans that show it."""
_MOST = 0.8
"""Share of the plans that begin as long after their issue as most of them, but for one week or month."""
_EARLIEST, _LATEST = -2, 12
"""How long after their issue plans may begin."""
_MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_calendar(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw* whose columns bear the names of weeks (`KW 1`), or months, of the calendar where they stand for these,
    though their names could tell of so many ahead as well; or the names that *mapping* says (`ACROSS`). What is neither
    said nor plain is noted. *mapping*, *form*: as asked, see `irrupt.read`."""
    frame, (numbers, lengths) = raw.frame, either_way(raw.frame.columns)
    said = mapping.get(ACROSS)
    if said in KINDS:
        return _as_said(raw, numbers or ahead_of_plans(frame.columns), said)
    issued = issue_in(frame, mapping, numbers, "plan", "period") if numbers else None
    if issued is None:
        return _months_ahead(raw, mapping, form)
    moments = read_periods(frame[issued], form=form).begin.alias("issued")
    for filled in (pl.col(numbers).is_not_null(), pl.col(numbers).cast(pl.String).str.contains("[1-9]")):
        plans = frame.select(moments, filled).drop_nulls("issued").group_by("issued").agg(pl.all().any()).sort("issued")
        for days in lengths:
            first = _first(plans, numbers, days, lengths) if days == WEEK or max(numbers.values()) <= _MONTHS else None
            if first is not None:
                return _named(raw, numbers, days, first, lengths)
    note = _undecided(plans, numbers, lengths)
    return replace(raw, notes=(*raw.notes, note)) if note else raw


def _months_ahead(raw: Raw, mapping: Mapping[str, str], form: str | None) -> Raw:
    """*raw* with columns that are so many periods ahead (`N+1`) called as months where its plans come every month."""
    numbers = ahead_of_plans(raw.frame.columns)
    issued = issue_in(raw.frame, mapping, numbers) or guess(raw.frame, {}).get("issued") if numbers else None
    if issued is None:
        return raw
    plans = read_periods(raw.frame[issued], form=form).begin.drop_nulls().unique().sort().alias("issued").to_frame()
    if plans.height < _SEVERAL or _step(plans) < _MONTHLY:
        return raw
    note = _("{first}, … are read as months ahead, as plans come every month; if they are weeks, say {option}")
    named = {name: f"M+{number}" for name, number in numbers.items()}
    text = note.format(first=", ".join(list(numbers)[:2]), option=_option("weeks ahead"))
    return replace(raw, frame=raw.frame.rename(named), notes=(*raw.notes, text))


def _as_said(raw: Raw, numbers: Mapping[str, int], said: str) -> Raw:
    """*raw* with its columns called as *said*."""
    if not numbers:
        expected = _("columns that are called by numbers: 1, 2, …, or P01, P02, …")
        raise UsageError(Fault(ACROSS, f'"{said}"', expected))
    ahead = {name: lead.number for name, lead in leads_across(raw.frame.columns).items()}
    if said in ("months", "weeks"):
        named = {name: _called(n, WEEK if said == "weeks" else MONTH, 1) for name, n in numbers.items()}
    else:
        named = {name: f"{said[0].upper()}+{n}" for name, n in ahead.items()}
    return replace(raw, frame=raw.frame.rename(named))


def _called(number: int, days: int, first: int) -> str:
    """The week or month of the calendar with this *number*, where the one with number 1 is the *first* month."""
    return f"KW {number}" if days == WEEK else _MONTH[(number + first - 2) % _MONTHS]


def _first(plans: pl.DataFrame, numbers: Mapping[str, int], days: int, lengths: tuple[int, ...]) -> int | None:
    """The week, or month, that the number 1 stands for, where numbers are those of the calendar, or of a year of
    accounts that begins with another month; None where *plans* do not tell so."""
    weekly = days == WEEK
    turn = _WEEKS if weekly else _MONTHS
    begun: list[tuple[datetime, int, int]] = [
        (moment, begin, (begin - _number(moment, weekly) - _EARLIEST) % turn + _EARLIEST)
        for moment, *cells in plans.iter_rows()
        if (begin := _begin((n for n, some in zip(numbers.values(), cells, strict=True) if some), turn)) is not None
    ]
    if not _move_on([(begin, later) for _moment, begin, later in begun]):
        return None
    if weekly or len(lengths) == 1:
        return 1
    if _step(plans) < _MONTHLY or len(begun) < _SEVERAL:
        return None
    if Counter(later for *_both, later in begun).most_common(1)[0][0] in (0, 1):
        return 1
    near = Counter(((moment + timedelta(days=WEEK)).month - begin) % _MONTHS for moment, begin, _later in begun)
    return near.most_common(1)[0][0] + 1


def _named(raw: Raw, numbers: Mapping[str, int], days: int, first: int, lengths: tuple[int, ...]) -> Raw:
    """*raw* with its columns called as weeks or months of the calendar, unless others are so already; it is noted."""
    named = {name: _called(n, days, first) for name, n in numbers.items() if days == WEEK or n <= _MONTHS}
    if len(named) < len(numbers) or set(named.values()) & (set(raw.frame.columns) - set(named)):
        return raw
    note = _(
        "{first}, … are numbers of the calendar, not of periods ahead: plans begin with other columns, each as long "
        "after its issue"
    )
    if len(lengths) > 1 and days != WEEK:
        note = _(
            "{first}, … are read as months, {first} as the one with number {month} of the year: plans a month apart "
            "begin with other columns, each as long after its issue; if they are none, say {option}"
        )
    name, number = next(iter(numbers.items()))
    month = (number + first - 2) % _MONTHS + 1
    text = note.format(first=name, month=month, option=_option("weeks ahead"))
    return replace(raw, frame=raw.frame.rename(named), notes=(*raw.notes, text))


def _undecided(plans: pl.DataFrame, numbers: Mapping[str, int], lengths: tuple[int, ...]) -> str | None:
    """What to tell where *plans* do not show what the *numbers* above columns are; None where they do, or where names
    tell: all of several begin with the first column, though they are as far apart as such periods."""
    if lengths == (WEEK,):
        return None
    monthly = lengths == (MONTH,)
    alike = plans.height >= _SEVERAL and bool(plans[next(iter(numbers))].all())
    if alike and (_step(plans) >= _MONTHLY) == monthly:
        return None
    text = _(
        "{first}, {second}, … are read as so many {periods} ahead of each plan, though nothing tells it; if they are "
        "those of the calendar, say {option}"
    )
    first, second, *_others = numbers
    options = " ".join(map(_option, ("months",) if monthly else ("months", "weeks", "months ahead")))
    return text.format(first=first, second=second, periods=_("months") if monthly else _("weeks"), option=options)


def _option(kind: str) -> str:
    return f'--map "{ACROSS}={kind}"'


def _step(plans: pl.DataFrame) -> float:
    """Days from one of *plans* to the next, usually."""
    return float(plans.select(pl.col("issued").diff().dt.total_days().median()).item() or 0.0)


def _number(moment: datetime, weekly: bool) -> int:
    return moment.isocalendar().week if weekly else moment.month


def _begin(filled: Iterable[int], turn: int) -> int | None:
    """The number behind the longest gap among those that are *filled*, where they turn with the year; None where there
    is none.

    >>> _begin([1, 2, 3, 51, 52], 52), _begin(range(1, 53), 52), _begin([12], 12)
    (51, None, 12)
    """
    numbers = sorted(min(one, turn) for one in set(filled))
    gaps = {
        one: (one - before) % turn or turn for one, before in zip(numbers, numbers[-1:] + numbers[:-1], strict=True)
    }
    widest = max(gaps, key=lambda one: gaps[one], default=None)
    return widest if widest is not None and gaps[widest] > 1 else None


def _move_on(begun: list[tuple[int, int]]) -> bool:
    """Whether plans begin with different numbers, nearly all of them as long after their issue."""
    usual, _times = Counter(later for _first, later in begun).most_common(1)[0] if begun else (0, 0)
    near = sum(abs(later - usual) <= 1 for _first, later in begun)
    return len({first for first, _later in begun}) > 1 and usual <= _LATEST and near >= _MOST * len(begun)
