"""Life cycles: several records of one step made into one.

The transitions of one step (see `irrupt.chronicle.transitions`) become one row, with when it was begun and when it
ended: the time for which it was suspended is no work. Of several that are in hand, whoever is named ends his own; else
the first begun is the first ended. What the end of a step leaves open, who
did it among others, is what was last recorded of it before. Other words in the same column are states of the ticket and
become part of the activity's name.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.transitions import ABORTS, BEFORE, COMPLETE, RESUME, SKIPS, START, SUSPEND, standard
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

JOIN = " / "
FIRST_START = "first start"
"""Attribute of a step that was suspended: when it was begun."""
_WHO = ("resource", "team")
_STEP, _PLACE = "step of the record", "place of the record"
_DONE = frozenset({COMPLETE, "unknown", ""})


def fold(table: pl.DataFrame, journal: Journal, instance: str | None) -> pl.DataFrame:
    """*table* without its column `lifecycle`: records of one step joined, other states named in the activity.

    *instance* is a column that tells steps of one activity apart. Where the table has start times already, only states
    that are no standard transition matter. A step that was suspended counts as one that was begun as much later as it
    rested, so that what it lasts is work; when it was begun becomes an attribute.
    """
    state = table["lifecycle"].cast(pl.String).str.strip_chars()
    known = {**standard(state.drop_nulls().unique().sort()), "": ""}
    word = state.fill_null("").replace_strict(known, default=None, return_dtype=pl.String)
    table = table.drop("lifecycle")
    words = set(word.drop_nulls())
    used = words & (_DONE | ABORTS) and words & (_DONE | {START, RESUME})
    if not used or (word.is_not_null().mean() or 0.0) < 0.5:  # type: ignore[operator]
        return _states(table, state, journal)
    if word.has_nulls():
        table = _some_states(table, state, word.is_not_null(), journal)
        word = word.fill_null(COMPLETE)
    return table if words <= _DONE else _joined(table.with_columns(word.alias("word")), journal, instance)


def _states(table: pl.DataFrame, state: pl.Series, journal: Journal) -> pl.DataFrame:
    journal.note(_('life-cycle states are read as part of the activity: "activity / state"'))
    return _some_states(table, state, pl.Series([False]).new_from_index(0, table.height), None)


def _some_states(table: pl.DataFrame, state: pl.Series, plain: pl.Series, journal: Journal | None) -> pl.DataFrame:
    joined = pl.concat_str(pl.col("activity"), pl.lit(JOIN), state.replace("", None))
    odd = ~plain & state.is_not_null() & (state != "")
    if journal is not None:
        found = ngettext(
            "{n} event has a life-cycle state of its own",
            "{n} events have life-cycle states of their own",
            int(odd.sum()),
        )
        journal.problem(
            "life-cycle state",
            table[ROW].filter(odd),
            found.format(n=int(odd.sum())),
            _("kept, as part of the activity"),
        )
    return table.with_columns(pl.when(odd).then(joined).otherwise(pl.col("activity")).alias("activity"))


@dataclass(slots=True)
class _Step:
    """One step, as far as its records have told."""

    records: list[int] = field(default_factory=list)
    """Its rows, without those that begin and end it."""
    begin: list[int] = field(default_factory=list)
    """The row that begins it, if it was begun."""
    first: int | None = None
    """When work on it was begun."""
    since: int | None = None
    """When work on it was begun, or went on; None while it rests."""
    worked: int = 0
    """For how long it had been worked on before."""
    who: str | None = None
    """Who worked on it last."""


def _his(steps: Iterable[_Step], who: str | None) -> _Step | None:
    """The first of *steps* that *who* works on; the first of all where there is none."""
    known = [*steps]
    return next((one for one in known if who is not None and one.who == who), known[0] if known else None)


class _Case:
    """The steps of one activity in one case, and what becomes of their records."""

    def __init__(self, found: _Found) -> None:
        self.found = found
        self.waiting: deque[_Step] = deque()
        self.begun: list[_Step] = []

    def take(self, row: int, word: str, time: int, who: str | None) -> None:
        """Understand the next record."""
        if word in BEFORE:
            self._before(row, word)
        elif word == START:
            self._begin(row, time, who)
        elif word == SUSPEND:
            self._rest(row, time, who)
        elif word == RESUME:
            self._go_on(row, time, who)
        elif word in _DONE or (self.begun and self._breaks_off(word)):
            self._end(row, time, who)
        else:
            step = self.waiting.popleft() if self.waiting else _Step()
            self.found.unused += [*step.records, row]

    def close(self) -> None:
        """Give up what has not ended."""
        self.found.open += [[*step.begin, *step.records] for step in self.begun]
        self.found.unused += [row for step in self.waiting for row in step.records]

    def _breaks_off(self, word: str) -> bool:
        """Whether *word* ends a step that was begun, rather than one that waits."""
        return word in ABORTS or (word in SKIPS and word != "autoskip" and not self.waiting)

    def _before(self, row: int, word: str) -> None:
        step = None if word == "schedule" else next(iter([*self.waiting, *self.begun]), None)
        if step is None:
            step = _Step()
            self.waiting.append(step)
        step.records.append(row)

    def _begin(self, row: int, time: int, who: str | None) -> None:
        step = self.waiting.popleft() if self.waiting else _Step()
        step.begin, step.who = [row], who
        step.first = step.since = time
        self.begun.append(step)

    def _rest(self, row: int, time: int, who: str | None) -> None:
        step = _his((one for one in self.begun if one.since is not None), who)
        if step is None or step.since is None:
            self.found.unused.append(row)
            return
        step.worked, step.since = step.worked + time - step.since, None
        step.records.append(row)

    def _go_on(self, row: int, time: int, who: str | None) -> None:
        step = _his((one for one in self.begun if one.since is None), who)
        if step is not None:
            step.since, step.who = time, who or step.who
            step.records.append(row)
        elif self.begun:
            self.begun[0].records.append(row)
        else:
            self._begin(row, time, who)

    def _end(self, row: int, time: int, who: str | None) -> None:
        step = _his(sorted(self.begun, key=lambda one: one.since is None), who)
        if step is not None:
            self.begun = [one for one in self.begun if one is not step]
            lasts = step.worked + (0 if step.since is None else time - step.since)
            self.found.first[row], self.found.worked[row] = step.first, lasts
        else:
            step = self.waiting.popleft() if self.waiting else _Step()
        self.found.joined += step.records
        self.found.begins += step.begin
        for record in (*step.records, *step.begin):
            self.found.told_by[record] = row


@dataclass(slots=True)
class _Found:
    """What became of the records."""

    first: list[int | None]
    """Of each end of a step, when work on it was begun."""
    worked: list[int | None]
    """And how long it was worked on."""
    told_by: list[int]
    """Of each record, the end of its step; of others, themselves."""
    joined: list[int] = field(default_factory=list)
    """Records told by the end of their step, beside those in *begins*, which begin it."""
    begins: list[int] = field(default_factory=list)
    open: list[list[int]] = field(default_factory=list)
    """Records of each step that was begun, but has not ended."""
    unused: list[int] = field(default_factory=list)
    """Records of steps that were never begun."""


def _steps(group: Sequence[int], words: Sequence[str], times: Sequence[int], people: Sequence[str | None]) -> _Found:
    """What becomes of records that are sorted by *group* (case and activity), then by time."""
    found = _Found([None] * len(group), [None] * len(group), [*range(len(group))])
    case, current = _Case(found), -1
    for row, (own, word, time, who) in enumerate(zip(group, words, times, people, strict=True)):
        if own != current:
            case.close()
            case, current = _Case(found), own
        case.take(row, word, time, who)
    case.close()
    return found


def _joined(table: pl.DataFrame, journal: Journal, instance: str | None) -> pl.DataFrame:
    """*table* with a row for each step that was done, or begun and broken off."""
    keys = ["case", "activity", *([instance] if instance else [])]
    ordered = table.sort(*keys, "end", ROW, maintain_order=True, nulls_last=True)
    group = ordered.select(pl.struct(keys).rle_id()).to_series().to_list()
    people = ordered["resource"].to_list() if "resource" in ordered.columns else [None] * ordered.height
    found = _steps(group, ordered["word"].to_list(), ordered["end"].dt.epoch("us").to_list(), people)
    first = pl.Series(found.first, dtype=pl.Int64).cast(ordered["end"].dtype)
    start = ordered["end"] - pl.Series(found.worked, dtype=pl.Duration("us"))
    rested = (first < start).fill_null(value=False)
    _tell(ordered, found, rested, journal)
    ordered = _filled(ordered, found.told_by, [*keys, "start", "end", "word", ROW])
    if found.begins:
        known = pl.col("start") if "start" in ordered.columns else pl.lit(None, dtype=first.dtype)
        ordered = ordered.with_columns(pl.coalesce(known, start).alias("start"))
    if rested.any() and FIRST_START not in ordered.columns:
        ordered = ordered.with_columns(first.set(~rested, None).alias(FIRST_START))
    gone = [*found.begins, *found.joined, *found.unused, *(row for records in found.open for row in records)]
    kept = pl.repeat(value=True, n=ordered.height, dtype=pl.Boolean, eager=True).scatter(gone, False)
    return ordered.filter(kept).drop("word").sort(ROW)


def _filled(ordered: pl.DataFrame, told_by: Sequence[int], own: Sequence[str]) -> pl.DataFrame:
    """*ordered*, where an empty cell of the end of a step, but in columns that are its *own*, has what was last
    recorded of it: who worked on it, not who only planned to have it done."""
    step, place = pl.col(_STEP), pl.int_range(pl.len())
    steps = ordered.with_columns(pl.Series(_STEP, told_by)).with_row_index(_PLACE).sort(_STEP, _PLACE)
    told = []
    for name in ordered.columns:
        if name not in own and ordered[name].null_count():
            cell = pl.when(~pl.col("word").is_in(BEFORE)).then(name) if name in _WHO else pl.col(name)
            last = pl.when(cell.is_not_null() | (step != step.shift(fill_value=-1))).then(place).forward_fill()
            told.append(pl.coalesce(name, cell.gather(last)).alias(name))
    return steps.with_columns(told).sort(_PLACE).drop(_STEP, _PLACE)


def _tell(ordered: pl.DataFrame, found: _Found, rested: pl.Series, journal: Journal) -> None:
    """Say what was joined, and set aside what ends no step."""
    words = ordered["word"]
    parts = Counter(words.gather(found.joined))
    if parts:
        names = ", ".join(f"{word} ({number(n, 0)})" for word, n in sorted(parts.items()))
        journal.note(_("parts of steps that were done, told with these: {names}").format(names=names))
    n = int(rested.sum())
    if n:
        text = ngettext(
            "{n} step was suspended: its rest is no work, so that it counts as begun later; its first begin stands in "
            "“{name}”",
            "{n} steps were suspended: their rest is no work, so that they count as begun later; their first begin "
            "stands in “{name}”",
            n,
        )
        journal.note(text.format(n=number(n, 0), name=FIRST_START))
    worked = pl.Series(found.worked, dtype=pl.Int64).is_not_null()
    broken = Counter(words.filter(worked & words.is_in(list(ABORTS | SKIPS))))
    if broken:
        names = ", ".join(f"{word} ({number(n, 0)})" for word, n in sorted(broken.items()))
        journal.note(_("steps that were begun and broken off are kept, up to then: {names}").format(names=names))
    rows = ordered[ROW].gather([row for records in found.open for row in records])
    text = ngettext(
        "{n} step was started but not completed", "{n} steps were started but not completed", len(found.open)
    )
    text = text.format(n=number(len(found.open), 0))
    journal.problem("never completed", rows, text, _("set aside"), count=len(found.open))
    journal.set_aside(rows, _("started but not completed"))
    unused = ordered.select("word", ROW)[found.unused]
    for (word,), group in sorted(unused.group_by("word", maintain_order=True)):
        rows = group[ROW]
        text = ngettext('{n} event "{word}"', '{n} events "{word}"', len(rows)).format(
            n=number(len(rows), 0), word=word
        )
        journal.problem("other transition", rows, text, _("set aside: the step was not worked on"))
        journal.set_aside(rows, _('life-cycle transition "{word}"').format(word=word))
