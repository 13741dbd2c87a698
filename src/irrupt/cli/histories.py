"""`irrupt rules` of a run: the history of its rules, from the store of a comparison or from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from irrupt.cli.arguments import is_yaml, moment, refuse_unknown, say_if_nobody, say_if_unheard_of
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

if TYPE_CHECKING:
    from irrupt.cli.groups import Answer
    from irrupt.experiment.histories import StoredRules
    from irrupt.organisation.rules import RuleChange
    from irrupt.regulation.history import History
    from irrupt.reporting.histories import AskedOfRun

_NEVER_CHANGED = mark('no change of a rule "{name}"')
STORE = b"SQLite format 3\0"
"""With what a store of results begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of rules and their history, as it was typed."""

    at: str | None
    since: str | None
    author: str | None
    rule: str | None
    seen_by: str | None
    output: Path | None
    scenario: str | None
    replication: int | None
    organisation: Path | None

    def shown(self, changes: Iterable[RuleChange], moment: datetime) -> list[RuleChange]:
        """Those of *changes* that are shown beside the rules at *moment*: between two dates, none that came later."""
        return [one for one in changes if self.at is None or self.since is None or one.time <= moment]


def is_of_run(file: Path) -> bool:
    """Whether *file* holds the rules of runs: the store of a comparison, or a history in JSON."""
    try:
        with file.open("rb") as stream:
            begin = stream.read(64)
    except OSError:
        return False
    return begin.startswith(STORE) or (not is_yaml(file) and begin.lstrip().startswith(b"{"))


def refuse_of_run(wanted: Wanted) -> None:
    """Raise `UsageError` for what can be asked only of the rules of a run."""
    given = {
        "--scenario": wanted.scenario,
        "--replication": wanted.replication,
        "--organisation": wanted.organisation,
    }
    found = _("this is a rulebook; only the rules of a run have it")
    faults = [Fault(option, found) for option, value in given.items() if value is not None]
    if faults:
        raise UsageError(faults)


def show(file: Path, wanted: Wanted, answer: Answer) -> None:
    """Show the rules of the run in *file* and what was changed in them, and write what is to be written."""
    from irrupt.cli import paths, screen
    from irrupt.experiment.begun import in_week_of
    from irrupt.reporting import histories
    from irrupt.reporting.ink import Unbroken

    stored, number, history = _read(file, wanted)
    asked = _asked(history, wanted, stored, number)
    if wanted.output is not None:
        histories.write_history(asked, wanted.output)
        screen.say(_("Changes: {file}").format(file=wanted.output))
    if wanted.organisation is not None:
        paths.save(in_week_of(history.at(asked.moment), asked.moment), wanted.organisation)
    if answer.json:
        screen.show_json(histories.history_data(asked))
    else:
        screen.show(Unbroken(histories.show_history(asked)))


def _read(file: Path, wanted: Wanted) -> tuple[StoredRules | None, int | None, History]:
    from irrupt.experiment import Store
    from irrupt.experiment.histories import stored_rules
    from irrupt.regulation.history import History

    with file.open("rb") as stream:
        of_store = stream.read(len(STORE)) == STORE
    if not of_store:
        given = {"--scenario": wanted.scenario, "--replication": wanted.replication}
        found = _("this is the history of a single run; only a store has several")
        faults = [Fault(option, found) for option, value in given.items() if value is not None]
        if faults:
            raise UsageError(faults)
        return None, None, History.load(file)
    with Store(file, read_only=True) as store:
        stored = stored_rules(store, wanted.scenario)
    number = min(stored.met, default=0) if wanted.replication is None else wanted.replication
    return stored, number, stored.history(number)


def _asked(history: History, wanted: Wanted, stored: StoredRules | None, number: int | None) -> AskedOfRun:
    from irrupt.reporting.histories import AskedOfRun

    zone = history.founding.timezone
    now = moment(wanted.at, "--at", zone) or _end(history, stored)
    begin = moment(wanted.since, "--since", zone)
    refuse_unknown(wanted.rule, set[str]().union(*map(_names, history.changes)), _NEVER_CHANGED, begin, now)
    say_if_nobody(wanted.seen_by, history.parties())
    say_if_unheard_of(wanted.author, {name for change in history.changes for name in change.authors})
    return AskedOfRun(
        history=history,
        moment=now,
        since=begin,
        changes=[
            change
            for change in wanted.shown(history.where(author=wanted.author, seen_by=wanted.seen_by), now)
            if (begin is None or change.time > begin) and wanted.rule in (None, *_names(change))
        ],
        seen_by=wanted.seen_by,
        stored=stored,
        replication=number,
    )


def _end(history: History, stored: StoredRules | None) -> datetime:
    """The last change, or the end of what is measured of the run where that is known and later."""
    line, times = history.founding.timeline, [change.time for change in history.changes]
    ends = [] if stored is None else [line.after(stored.warm_up + stored.weeks)]
    return max([history.founding.origin, *times, *ends])


def _names(change: RuleChange) -> set[str]:
    """What a change can be asked for by: the words of its rule, and what it binds."""
    return {change.rule, *(edit.key for edit in change.edits)}
