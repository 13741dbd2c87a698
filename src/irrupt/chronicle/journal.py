"""What is noticed while reading: problems, notes, and rows set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from irrupt.chronicle.model import EVENT_COLUMNS, Problem
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.units import shown

ROW = "\x1frow"
"""Column that carries a row's number in the source through all steps."""
ISSUED = "(issued)"
"""Column for when each plan was issued, where that stands beside its table: above it, or in the name of its file."""

Locate = Callable[[Sequence[int]], tuple[str, ...]]
"""Row numbers -> their places in the source, for people to look up."""

SHOWN = 10
_SHOWN_ABOVE = 5
"""Values above several tables that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Records as they came: one row per event, columns as in the source."""

    frame: pl.DataFrame
    name: str
    locate: Locate
    roles: dict[str, str] = field(default_factory=dict)
    """Role -> column, where the format itself says so."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    above: tuple[tuple[str, str], ...] = ()
    """What stands above the table, or above each of several, for all of it: a label (`ISSUED`: when the plan was
    issued) and what it says."""
    aside: tuple[tuple[pl.DataFrame, str], ...] = ()
    """Rows that could not even be taken into *frame*, with the reason."""
    meta: dict[str, str] = field(default_factory=dict)
    """What irrupt itself stored beside the rows."""
    schedules: bool = False
    """Whether the format is one of delivery schedules: columns are then called as their roles are."""
    settled: bool = False
    """Whether the columns are those that irrupt itself uses, so that no role has to be guessed."""
    own: bool = False
    """Whether irrupt wrote these records, so that nothing in them has to be mended."""
    identified: bool = False
    """Whether each row is an event with a name of its own, so that none only repeats the one before."""
    typed: bool = False
    """Whether columns have types already, so that text is meant as text."""
    sheet: str = ""
    """The sheet that was read alone."""
    sheets: bool = False
    """Whether they come from a spreadsheet, or a list without separators, where a cell that is blank below another may
    belong to it."""
    dates: frozenset[str] = frozenset()
    """Columns of text that are meant as times."""
    keyed: Mapping[str, str] = field(default_factory=dict)
    """Column that was put beside the table's own -> the column in which its rows say of what it tells."""
    separator: str = ""
    """What parts the cells of its lines, where they are text."""


def _above(above: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What stands above tables, label by label: once, however many tables there are."""
    values: dict[str, dict[str, None]] = {}
    for label, value in above:
        values.setdefault(label, {})[value] = None
    for label, different in values.items():
        if label == ISSUED and len(different) == 1:
            text = _("when the plan was issued stands above the table: {values}")
        elif label == ISSUED:
            text = _("when each plan was issued stands above its table: {values}")
        elif len(different) == 1:
            text = _("above the table stands, for all of it: {label} = {values}")
        else:
            text = _("above each table stands, for all of it, {label}: {values}")
        yield text.format(label=label, values=first_of(list(different), _SHOWN_ABOVE))


def cases_without_events(places: Sequence[str], found: str = "") -> tuple[Problem, ...]:
    """The problem of cases at *places* of which records tell no event, if there are any; *found*: what such records
    call them, with `{n}` for how many there are."""
    if not places:
        return ()
    found = found or ngettext("{n} case has no event", "{n} cases have no event", len(places))
    problem = Problem(
        code="case without events",
        count=len(places),
        found=found.format(n=number(len(places), 0)),
        done=_("no case is made of it"),
        places=tuple(places[:SHOWN]),
    )
    return (problem,)


def own_layout(columns: Sequence[str]) -> bool:
    """Whether *columns* begin as those of a table that irrupt wrote: nothing has to be guessed then."""
    return list(columns[: len(EVENT_COLUMNS)]) == list(EVENT_COLUMNS)


@dataclass(slots=True)
class Journal:
    """Collects what is noticed, in the order in which it is noticed."""

    raw: Raw
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    """Role -> its column, once that is known."""
    local: str = "UTC"
    """The zone on whose clock times without an offset are, where nobody says so."""
    assumed_zone: str = ""
    """The same, once such times were read; empty: there are none, or it is said."""
    groups: str | None = None
    """The column by which clients are shown together, if one is named: it is not guessed to be something else."""
    _aside: list[tuple[pl.DataFrame, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems.extend(self.raw.problems)
        self.notes.extend(self.raw.notes)
        self.notes.extend(_above(self.raw.above))
        self._aside.extend(self.raw.aside)

    def note(self, text: str) -> None:
        """Keep a decision for the user to see."""
        self.notes.append(text)

    def problem(
        self, code: str, rows: pl.Series, found: str, done: str, count: int | None = None, *, role: str = ""
    ) -> None:
        """Keep one kind of trouble; *rows* are the numbers of the rows that have it, in the column of a *role*."""
        if not len(rows):
            return
        first = rows.unique().sort().head(SHOWN).to_list()
        places = self.raw.locate(first)
        if (column := self._column(role)) is not None:
            cells = dict(self.raw.frame.filter(pl.col(ROW).is_in(first)).select(ROW, column).iter_rows())
            places = tuple(map(_in_column, places, [column] * len(places), map(cells.get, first)))
        self.problems.append(
            Problem(code=code, count=len(rows) if count is None else count, found=found, done=done, places=places)
        )

    def _column(self, role: str) -> str | None:
        """The column of the table that came which holds *role*; None where that is no column that people named."""
        column = self.columns.get(role)
        formal = self.raw.schedules or self.raw.settled or column in self.raw.roles.values()
        return None if formal or column not in self.raw.frame.columns else column

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """Keep the rows with these numbers, as they came."""
        if len(rows):
            # By their numbers: where the source has blank rows, these are not the places in the frame.
            self._aside.append((self.raw.frame.filter(pl.col(ROW).is_in(rows.implode())), reason))

    def forget_rows(self) -> None:
        """Let go of the rows as they came: none of them is set aside any more."""
        self.raw = replace(self.raw, frame=self.raw.frame.clear())

    def aside(self) -> pl.DataFrame | None:
        """All rows set aside, with the column `reason` in front."""
        if not self._aside:
            return None
        parts = [frame.select(pl.lit(reason).alias("reason"), pl.all()) for frame, reason in self._aside]
        return pl.concat(parts, how="diagonal_relaxed")


def _in_column(place: str, column: str, value: object) -> str:
    """A *place* with the column, and what stands there."""
    if value is None:
        return _('{place}, column "{column}"').format(place=place, column=column)
    return _('{place}, column "{column}": {value}').format(place=place, column=column, value=shown(value))


def unique_names(names: Sequence[str]) -> list[str]:
    """*names* with blanks named and repeats numbered.

    >>> unique_names(["a", "", "a"])
    ['a', 'column 2', 'a (2)']
    """
    seen: dict[str, int] = {}
    result = []
    for i, name in enumerate(names, start=1):
        name = name or f"column {i}"
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in names:
            seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
