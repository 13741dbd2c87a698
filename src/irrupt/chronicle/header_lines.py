"""Headers in several lines: the year, the month or the kind of quantity above the names of columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import polars as pl

from irrupt.chronicle.body import in_two_lines
from irrupt.chronicle.hints import plain
from irrupt.chronicle.schedules.pairs import tells_when
from irrupt.chronicle.schedules.periods import bare_week, is_period
from irrupt.chronicle.schedules.words import binds_or_not
from irrupt.chronicle.stamps import month
from irrupt.chronicle.times import read_times
from irrupt.i18n import gettext as _

GROUP = re.compile(
    r"(?:(?:(?P<at>\d{1,2})[/.\- ]|(?P<word>[^\W\d_]{3,10}\.?)[ \-]))?(?P<year>(?:19|20)\d{2})|"
    r"(?P<first>(?:19|20)\d{2})-(?P<behind>\d{2})"
)
"""A year, or a month and its year, above several columns."""
_LETTERS = {"f": "Firm", "p": "Planned", "v": "Vorschau"}
"""What letters above columns stand for, where they say which are firm."""
_FEWEST, _LAST_WEEK = 3, 52
"""Periods without their year, at least, above which a line may tell it; the last week of most years."""


def stacked(head: Sequence[Sequence[str]]) -> list[str]:
    """A name for each column below several rows of names. The lowest names it; a merged cell above is added where it
    is the year of a period below, or tells whether it is firm, or where names repeat.

    >>> stacked([["", "KW 8", "", "KW 9", ""], ["Teil", "Plan", "Ist", "Plan", "Ist"]])
    ['Teil', 'Plan KW 8', 'Ist KW 8', 'Plan KW 9', 'Ist KW 9']
    """
    names = list(head[-1])
    for row in reversed(head[:-1]):
        above, groups = "", []
        for at, name in enumerate(names):
            own = row[at] if at < len(row) else ""
            above = own or (above if name else "")
            groups.append(above)
        again = {name for name in names if names.count(name) > 1}
        firm, before = tells_firm_above(row, names), (0, "")
        for at, (name, group) in enumerate(zip(names, groups, strict=True)):
            if not name or name in again:
                names[at] = f"{name} {group}".strip()
            elif firm and group and tells_when(name):
                names[at] = f"{name} {_LETTERS.get(group.strip().lower(), group)}"
            elif not is_period(name) and (year := _year_of(group, week := bare_week(name), before)):
                before = (week or before[0], year)
                dated = (f"{name.rstrip('.')}{link}{year}" for link in (" ", "/", ".", "-"))
                names[at] = next(filter(is_period, dated), name)
    return names


def in_two(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first two of *rows* are a header together: the first holds names of groups of columns, or says which
    of the periods below are firm, or for when each of the names below is.

    >>> in_two([["", "F", "P"], ["Part", "W08", "W09"], ["A", "10", "12"]]), in_two([["Part", "W08", "W09"]])
    (True, False)
    """
    return in_two_lines(rows) or (len(rows) > 1 and (tells_firm_above(*rows[:2]) or _periods_above(*rows[:2])))


def _periods_above(line: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the *line* above *names* tells for when each is, where the same ones stand below several periods.

    >>> _periods_above(["", *["W02", "W02", "W03", "W03", "W04", "W04"]], ["Part", *["Net", "Cum"] * 3])
    True
    """
    cells = [(cell.strip(), name.strip()) for cell, name in zip(line, names, strict=False) if tells_when(cell.strip())]
    periods, kinds = ({pair[at] for pair in cells} for at in (0, 1))
    words = all(re.search(r"[^\W\d_]", kind) and not tells_when(kind) for kind in kinds)
    return len(periods) >= _FEWEST and len(kinds) > 1 and len({*cells}) == len(cells) > len(periods) and words


def tells_firm_above(line: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the *line* above the *names* of columns tells which periods are firm, and which are foreseen.

    >>> tells_firm_above(["", "Firm", "", "Forecast"], ["Part", "W08", "W09", "W10"])
    True
    >>> tells_firm_above(["", "F", "P", "P"], ["Part", "W08", "W09", "W10"])
    True
    """
    cells = [cell.strip() for cell, name in zip(line, names, strict=False) if cell.strip() and tells_when(name)]
    word = r"[^\W\d_]{3}" if any(len(cell) > 1 for cell in cells) else r"[FPVfpv]"
    told = [binds_or_not(plain(cell)) if re.search(word, cell) else None for cell in cells]
    return set(told) == {True, False}


def years_above(line: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the *line* above the *names* of columns tells the years of periods that bear none, and nothing else.

    >>> years_above(["", "Dec 2025", "", "Jan 2026"], ["Part", "W51", "W52", "W2"])
    True
    """
    bare = [tells_when(name) and not is_period(name) for name in names]
    cells = [cell.strip() for cell, one in zip(line, bare, strict=False) if one and cell.strip()]
    return sum(bare) >= _FEWEST and bool(cells) and all(map(_year_of, cells))


def _year_of(group: str, week: int | None = None, before: tuple[int, str] = (0, "")) -> str | None:
    """The year that *group* names, by itself or with a month (`01/2026`, `Jan 2026`), for a *week* below it: the first
    one may begin in December, beside the last one and its year, *before*, and the last one end in January."""
    named = GROUP.fullmatch(group)
    if named is None:
        return None
    word = pl.DataFrame({"word": [named["word"]]}, schema={"word": pl.String}).select(month("word")).item()
    if named["word"] and word is None:
        return None
    year, at = named["year"] or named["first"], word or named["at"] or named["behind"]
    turns = {(1, 12): 1, (_LAST_WEEK, 1): -1, (53, 1): -1}.get((week or 0, int(at or 0)), 0)
    turns = 1 if week == 1 and before[0] >= _LAST_WEEK and before[1] == year else turns
    return str(int(year) + turns)


def named_below(above: Sequence[Sequence[str]], header: list[str], notes: list[str]) -> list[str]:
    """The names in *header*, each with what stands *above* it in the line before where they repeat, or where that is
    the year of a period or tells whether it is firm."""
    line = [cell.strip() for cell in above[-1]] if above else []
    again = any(name and header.count(name) > 1 for name in header)
    groups = [cell for cell in line if cell]
    over = [cell for cell, name in zip(line, header, strict=False) if cell and name]
    years = bool(over) and all(map(_year_of, over))
    if not groups or not ((again and len(groups) > 1) or years or tells_firm_above(line, header)):
        return header
    named = stacked([line, header])
    if named != header:
        notes.append(_("the names of columns stand in two lines: {names}").format(names=", ".join(named[:6])))
    return named


def is_matrix(header: Sequence[str], times: Sequence[int]) -> bool:
    """Whether the *times* in *header*, by their places, are those of a table with a column for each period: at least
    three, each later than the one before, side by side or each before others of the same names, behind a column that
    is none.

    >>> is_matrix(["Part", "2026-01-05", "Cum", "2026-01-12", "Cum", "2026-01-19", "Cum"], [1, 3, 5])
    True
    """
    if len(times) < _FEWEST or times[0] == 0:
        return False
    step = times[1] - times[0]
    groups = {tuple(header[at + 1 : at + step]) for at in times}
    if any(after - before != step for before, after in itertools.pairwise(times)) or len(groups) > 1:
        return False
    moments = read_times(pl.Series([header[at] for at in times])).moments
    return moments.is_sorted() and moments.n_unique() == len(moments)


def without_groups(above: list[list[str]], header: Sequence[str], named: Sequence[str]) -> list[list[str]]:
    """The lines *above* a table without those cells of the last that tell more of the names in its *header*, which are
    *named* so."""
    if header == named:
        return above
    more = [one != two for one, two in zip(header, named, strict=True)] + [False] * len(above[-1])
    return [*above[:-1], ["" if told else cell for cell, told in zip(above[-1], more, strict=False)]]
