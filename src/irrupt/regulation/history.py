"""A history of rules with several authors: founding rules and changes, read at any moment, and as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from irrupt.arguments import Held, as_annotated
from irrupt.chronicle.model import MOMENT
from irrupt.errors import Fault, InvariantError, ModelError, UsageError, file_at, spelled, why
from irrupt.groups import MANAGEMENT
from irrupt.i18n import gettext as _
from irrupt.ledgers.changes import rules_table as rules_table
from irrupt.organisation.files import from_dict, to_dict
from irrupt.organisation.model import Organisation
from irrupt.organisation.records import change_from_dict, change_to_dict
from irrupt.organisation.rules import RuleChange, amended, difference, regulation
from irrupt.regulation.standing import standing
from irrupt.saving import save_text
from irrupt.units import shown
from irrupt.wall import in_utc

if TYPE_CHECKING:
    from irrupt.organisation.rules import Edit
    from irrupt.regulation.organising import Rhythm


One = TypeVar("One")

IN_FORCE_COLUMNS: dict[str, pl.DataType] = {
    "part": pl.String(),
    "key": pl.String(),
    "rule": pl.String(),
    "author": pl.String(),
    "since": MOMENT,
    "force": pl.String(),
    "channel": pl.String(),
    "authority": pl.String(),
    "written": pl.Boolean(),
    "visible_to": pl.List(pl.String()),
    "agreed_by": pl.List(pl.String()),
}
"""One row per entry of the rules that somebody has changed, and per rule that holds in it."""
VALID_COLUMNS: dict[str, pl.DataType] = {
    "rule": pl.String(),
    "binds": pl.List(pl.String()),
    "author": pl.String(),
    "agreed_by": pl.List(pl.String()),
    "regulation": pl.String(),
    "force": pl.String(),
    "channel": pl.String(),
    "authority": pl.String(),
    "written": pl.Boolean(),
    "visible_to": pl.List(pl.String()),
    "valid_from": MOMENT,
    "valid_to": MOMENT,
    "set_anew_by": pl.List(pl.String()),
}
"""One row per rule, by time. `binds`: the entries of the organisation that it set. `valid_to`: when the last of it was
set anew or taken back; null: it holds. `set_anew_by`: the rules that did so with some of it, by time."""
_TOLD = ("rule", "author", "force", "channel", "authority", "written")


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Held):
    """Founding rules, and what was changed in them since, by whom.

    The rules at any moment are the founding rules with all changes made up to then, exactly:

    >>> from datetime import timedelta
    >>> from irrupt.engine.examples import counter
    >>> from irrupt.regulation import Volume
    >>> rules = counter(cases_per_week=1000.0)
    >>> moment = rules.origin + timedelta(days=7)
    >>> history = History(founding=rules, changes=Volume(client="Public", change=0.2).changes(rules, moment))
    >>> history.at(moment - timedelta(seconds=1)) == rules
    True
    >>> history.at(moment).clients["Public"].cases_per_week
    1200.0
    """

    founding: Organisation
    changes: tuple[RuleChange, ...] = ()
    """By time; those of one moment in the order in which they were made."""

    def __post_init__(self) -> None:
        placed = [replace(change, time=self._moment(change.time)) for change in self.changes]
        object.__setattr__(self, "changes", tuple(sorted(placed, key=lambda change: change.time)))

    @as_annotated
    def at(self, moment: date) -> Organisation:
        """The rules in force at *moment*, changes made at it included.

        Raises `InvariantError` when a change does not find the state that it says was there before.
        """
        moment = self._moment(moment)
        return amended(self.founding, (change for change in self.changes if change.time <= moment))

    def _moment(self, time: date) -> datetime:
        """The moment that *time* is: on the clock of the organisation where it has no zone."""
        return in_utc(time, self.founding.timezone)

    @as_annotated
    def between(self, begin: date, end: date) -> tuple[Edit, ...]:
        """What differs in the rules at *end* from those at *begin*, whatever happened in between."""
        return difference(self.at(begin), self.at(end))

    def with_changes(self, changes: Iterable[RuleChange]) -> History:
        """The same history with *changes* put in by their time."""
        return History(founding=self.founding, changes=(*self.changes, *changes))

    def where(
        self, *, author: str | None = None, part: str | None = None, key: str | None = None, seen_by: str | None = None
    ) -> tuple[RuleChange, ...]:
        """The changes that *author* made or agreed to, of entry *key* of *part*, that the party *seen_by* can see."""
        return tuple(
            change
            for change in self.changes
            if author in (None, *change.authors)
            and (seen_by is None or change.seen_by(seen_by))
            and ((part is None and key is None) or any(_of(edit, part, key) for edit in change.edits))
        )

    def authors(self) -> pl.DataFrame:
        """Who organises: `irrupt.regulation.organising.AUTHOR_COLUMNS`. Teams and people are those who do the work."""
        from irrupt.regulation.organising import authors

        return authors(self.changes, {*self.founding.teams, *self.founding.people})

    def parties(self) -> set[str]:
        """Who is known in it as a party: clients, teams, Management, and who wrote, agreed to or may see a change."""
        named = (name for change in self.changes for name in (*change.authors, *change.visible_to))
        return {*self.founding.clients, *self.founding.teams, MANAGEMENT, *named}

    def rules(self, until: datetime) -> pl.DataFrame:
        """`VALID_COLUMNS` of all that was set up to *until*: what each rule binds, whose it is, and from when to when
        it was valid."""
        workers = {*self.founding.teams, *self.founding.people}
        rows = [
            {
                "binds": sorted({f"{edit.part.replace('_', ' ')}: {edit.key}" for edit in rule.change.edits}),
                "regulation": regulation(rule.change, workers),
                "valid_from": rule.change.time,
                "valid_to": rule.ended,
                "set_anew_by": rule.set_anew_by,
                **{name: getattr(rule.change, name) for name in _TOLD},
                "visible_to": list(rule.change.visible_to),
                "agreed_by": list(rule.change.agreed_by),
            }
            for rule in standing(self.changes, self._moment(until), self.founding.calendars)
        ]
        return pl.DataFrame(rows, schema=VALID_COLUMNS, orient="row")

    def lives(self, until: datetime) -> pl.DataFrame:
        """How long what each kind of regulation set lasts: `irrupt.regulation.organising.LIFE_COLUMNS`."""
        from irrupt.regulation.organising import lives

        workers = {*self.founding.teams, *self.founding.people}
        return lives(self.changes, self._moment(until), workers, self.founding.calendars)

    def rhythm(self, until: datetime | None = None) -> Rhythm:
        """How often rules change, and how regularly, from the first change to *until* (None: the last change)."""
        from irrupt.regulation.organising import rhythm

        if until is None:
            return rhythm(self.changes)
        until = self._moment(until)
        return rhythm([change for change in self.changes if change.time <= until], until=until)

    def hours(self) -> dict[str, float]:
        """Hours of organising work by author, authors sorted; those who agreed spent as many as whose change it is."""
        authors = sorted({author for change in self.changes for author in change.authors})
        return {author: sum(change.organising_hours for change in self.where(author=author)) for author in authors}

    def in_force(self, moment: datetime) -> pl.DataFrame:
        """`IN_FORCE_COLUMNS` of all that was changed and holds at *moment*: who wrote it, and since when."""
        rows = [
            {
                "part": part.replace("_", " "),
                "key": key,
                "since": rule.change.time,
                **{name: getattr(rule.change, name) for name in _TOLD},
                "visible_to": list(rule.change.visible_to),
                "agreed_by": list(rule.change.agreed_by),
            }
            for rule in standing(self.changes, self._moment(moment), self.founding.calendars)
            for part, key in rule.entries
        ]
        rows.sort(key=lambda row: (row["part"], row["key"], row["since"]))
        return pl.DataFrame(rows, schema=IN_FORCE_COLUMNS, orient="row")

    def table(self) -> pl.DataFrame:
        """The changes as the Chronicle's table of rules."""
        return rules_table(self.changes)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the founding rules and all changes to the file at *path* (JSON), whole or not at all.

        Raises `UsageError` when it cannot be written.
        """
        data = {"founding": to_dict(self.founding), "changes": [change_to_dict(change) for change in self.changes]}
        save_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    @classmethod
    def load(cls, path: str | PathLike[str]) -> History:
        """The history that was saved at *path*: the same rules at any moment, exactly.

        Raises `UsageError` when there is no such file, and `ModelError` when it holds no history, or one whose changes
        do not follow from each other, with all that is wrong.
        """
        try:
            data = json.loads(file_at(path).read_text(encoding="utf-8"))
            founding, made = data["founding"], data["changes"]
        except OSError as problem:
            raise UsageError(Fault(str(path), _("cannot be read: {why}").format(why=why(problem)))) from None
        except (ValueError, KeyError, TypeError):
            raise ModelError(Fault(str(path), _("no history of rules"))) from None
        faults: list[Fault] = []
        rules = _read(from_dict, founding, f"{path}: founding", faults)
        if not isinstance(made, list):
            faults.append(Fault(f"{path}: changes", shown(made), _("a list")))
            raise ModelError(faults)
        places = [f"{path}: {spelled(('changes', at))}" for at in range(len(made))]
        changes = [_read(change_from_dict, one, place, faults) for one, place in zip(made, places, strict=True)]
        if faults or rules is None:
            raise ModelError(faults)
        history = cls(founding=rules, changes=tuple(filter(None, changes)))
        history._refuse_gaps(str(path))
        return history

    def _refuse_gaps(self, path: str) -> None:
        """Raise `ModelError` with all changes that do not find what they say was there before."""
        rules, faults = self.founding, list[Fault]()
        for change in self.changes:
            try:
                rules = amended(rules, [change])
            except InvariantError:
                found = _("“{rule}” does not find the rules that it changes").format(rule=change.rule)
                remedy = _("the file is not as it was saved: save the history again")
                faults.append(Fault(path, found, remedy=remedy))
                for edit in change.edits:
                    rules = amended(rules, [replace(change, edits=(_as_found(edit, rules),))])
        if faults:
            raise ModelError(faults)


def _as_found(edit: Edit, rules: Organisation) -> Edit:
    """*edit*, made of what stands in *rules*, so that only what is not as it was said is told, not what follows."""
    if edit.part == "rulebook":
        return edit
    return replace(edit, before=getattr(rules, edit.part).get(edit.key))


def _read(read: Callable[[Any], One], data: Any, where: str, faults: list[Fault]) -> One | None:
    """What *read* makes of *data*; None where something is wrong with it, which is put to *faults*."""
    try:
        return read(data)
    except ModelError as error:
        faults += [replace(one, where=" > ".join(filter(None, (where, one.where)))) for one in error.faults]
        return None


def _of(edit: Edit, part: str | None, key: str | None) -> bool:
    return part in (None, edit.part) and key in (None, edit.key)
