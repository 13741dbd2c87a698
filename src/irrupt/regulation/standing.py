"""Which rules still hold: of what each change set, entry by entry, what nobody has set anew or taken back since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from math import isclose
from typing import Any

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.hours import Interval
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.staff import Calendar

Place = tuple[str, ...]
"""Where a value stands in the rules: part, key, and the way down to it."""
WHOLE = ("rulebook", "rules")
"""Parts whose entries are a rule each: whoever changes one sets it anew."""
SLOT = 5
"""Minutes of working hours that are looked at as one."""


@dataclass(slots=True)
class Standing:
    """A rule that was set by a change, and how long it held."""

    change: RuleChange
    holds: set[Place] = field(default_factory=set)
    """What it set that still stands, or what it took away that nobody has put in again."""
    ended: datetime | None = None
    """When the last of it was set anew or taken back; None: it holds."""
    set_anew_by: list[str] = field(default_factory=list)
    """The other rules that have set anew, or taken back, some of what it set, by time."""

    @property
    def entries(self) -> list[tuple[str, str]]:
        """The entries of the rules, part and key, in which it still holds."""
        return sorted({place[:2] for place in self.holds})  # type: ignore[misc]


_Holder = tuple[Standing, Any]
"""A rule by which a value is what it is, and the value before it."""


def standing(
    changes: Iterable[RuleChange], until: datetime, calendars: Mapping[str, Calendar] | None = None
) -> list[Standing]:
    """What each of *changes* up to *until* set, by time. What takes away an agreed rule sets none, nor does what nobody
    decides: a rule to which people get used stays as it is, and one whose time is over ends. Where a value is
    multiplied or added to (`Edit.relative`), who set it before goes on beside who did so. *calendars*: those of the
    founding rules, of which changes make others.

    Two clients who are both to pass first at a team have a rule each, though it is one entry of the organisation:

    >>> from datetime import UTC
    >>> from irrupt.organisation import Team
    >>> none, one, both = (Team(priority=ranks) for ranks in ({}, {"A": 1}, {"A": 1, "B": 1}))
    >>> moment = datetime(2024, 1, 1, tzinfo=UTC)
    >>> edits = [Edit(part="teams", key="Desk", before=was, after=then) for was, then in ((none, one), (one, both))]
    >>> made = [RuleChange(time=moment, author="", rule="", edits=(edit,)) for edit in edits]
    >>> [sorted(rule.holds) for rule in standing(made, moment)]
    [[('teams', 'Desk', 'priority', 'A')], [('teams', 'Desk', 'priority', 'B')]]
    """
    found: list[Standing] = []
    held: dict[Place, list[_Holder]] = {}
    known = dict(calendars or {})
    for change in sorted(changes, key=lambda change: change.time):
        if change.time > until:
            break
        new = Standing(change)
        there, gone = dict[Place, Any](), dict[Place, Any]()
        for edit in change.edits:
            for place, was, now in _touched(edit, change, known):
                if change.learned and now is not None:
                    continue
                if not _goes_on(edit, now, held.get(place, ())):
                    for rule, _was in held.pop(place, ()):
                        _take(rule, place, change)
                (gone if now is None else there)[place] = was
        known |= {edit.key: edit.after for edit in change.edits if edit.part == "calendars" and edit.after}
        if change.learned:
            continue
        holds = there or {place: was for place, was in gone.items() if place[0] != "rulebook"}
        for place, was in holds.items():
            held.setdefault(place, []).append((new, was))
        new.holds = set(holds)
        if new.holds:
            found.append(new)
    return found


def _goes_on(edit: Edit, now: Any, holders: Sequence[_Holder]) -> bool:
    """Whether what *holders* set of a value goes on acting in what *edit* makes of it *now*: it is multiplied or added
    to, neither to nothing nor back to what it was before one of them."""
    amount = now.mean if isinstance(now, Distribution) else now
    if not edit.relative or isinstance(amount, bool) or not isinstance(amount, int | float):
        return False
    return amount != 0 and not any(_same(now, was) for _rule, was in holders)


def _same(now: Any, was: Any) -> bool:
    numbers = isinstance(now, int | float) and isinstance(was, int | float)
    return isclose(now, was) if numbers else bool(now == was)


def _take(rule: Standing, place: Place, change: RuleChange) -> None:
    rule.holds.discard(place)
    if not change.learned and change.rule not in (rule.change.rule, *rule.set_anew_by):
        rule.set_anew_by.append(change.rule)
    if not rule.holds:
        rule.ended = change.time


def _touched(edit: Edit, change: RuleChange, calendars: Mapping[str, Calendar]) -> Iterator[tuple[Place, Any, Any]]:
    """The places whose values *edit*, one of *change*, changes, with the values before and after; None: not there."""
    at = (str(edit.part), edit.key)
    if edit.part in WHOLE:
        yield at, edit.before, edit.after
        return
    before = _copied(edit, change, calendars) if edit.part == "calendars" and edit.before is None else edit.before
    old, new = (dict(_values(at, side)) for side in (before, edit.after))
    made = {one.key for one in change.edits}
    for place in {**old, **new}:
        if old.get(place) != new.get(place) and new.get(place) not in made:
            yield place, old.get(place), new.get(place)


def _copied(edit: Edit, change: RuleChange, calendars: Mapping[str, Calendar]) -> Calendar | None:
    """The calendar of which *edit* makes a new one for those who had it."""
    had = [one.before for one in change.edits if one.part == "people" and one.before and one.after]
    now = [one.after for one in change.edits if one.part == "people" and one.before and one.after]
    names = [was.calendar for was, then in zip(had, now, strict=True) if then.calendar == edit.key]
    return calendars.get(names[0]) if names else None


def _values(at: Place, data: Any) -> Iterator[tuple[Place, Any]]:
    """Each value in *data*, and where it stands. What is listed stands where its words say; a time is one value."""
    if data is None:
        return
    if isinstance(data, Calendar):
        data = replace(data, hours=tuple(_slots(data.hours)), organising=tuple(_slots(data.organising)))
    if is_dataclass(data) and not isinstance(data, Distribution):
        data = {one.name: getattr(data, one.name) for one in fields(data)}
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _values((*at, str(key)), value)
    elif isinstance(data, Collection) and not isinstance(data, str):
        for item in data:
            yield from _item(at, item)
    else:
        yield at, data


def _slots(hours: Iterable[Interval]) -> Iterator[Any]:
    """Stretches of equal length: hours that are parted and put together again are the same hours."""
    for begin, end in hours:
        yield from range(begin // SLOT, -(-end // SLOT))


def _item(at: Place, item: Any) -> Iterator[tuple[Place, Any]]:
    if is_dataclass(item):
        name = [value for one in fields(item) if isinstance(value := getattr(item, one.name), str)]
        yield from _values((*at, repr(name)), item)
    else:
        yield (*at, repr(item)), True
