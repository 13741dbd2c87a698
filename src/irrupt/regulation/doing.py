"""An act, done to rules: what it changes, and what is in force then."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from irrupt.errors import Fault, InvariantError, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.regulation.model import Act
from irrupt.regulation.when import bare


class Done(NamedTuple):
    """What comes of an act."""

    rules: Organisation
    changes: tuple[RuleChange, ...]


def done_to(rules: Organisation, act: Act, moment: datetime) -> Done:
    """What comes of *act*, done to *rules* at *moment*.

    >>> from irrupt.engine.examples import queue
    >>> from irrupt.regulation import Volume
    >>> before = queue()
    >>> after = done_to(before, Volume(client="A", change=0.5), before.origin).rules
    >>> after.clients["A"].cases_per_week / before.clients["A"].cases_per_week
    1.5

    Raises `ModelError` when it names what is not there, or does not find what it says was there before, as an act of
    another package that adds an entry of the same name each time.
    """
    after, changes = rules, tuple(act.changes(rules, moment))
    for change in changes:
        try:
            after = amended(after, [change])
        except InvariantError:
            found = _("“{rule}” does not find the rules that it changes").format(rule=change.rule)
            remedy = _("its edits must say what is there by then, each time that it is done")
            raise ModelError(Fault(bare(act).name, found, remedy=remedy)) from None
    return Done(after, changes)


def done_without(rules: Organisation, act: Act, moment: datetime, gone: Collection[Act]) -> Done:
    """The same, where others that could be done are *gone*: nothing comes of what was about something that one of them
    had put in.

    >>> from irrupt.engine.examples import queue
    >>> from irrupt.regulation import ImposedCheck, SameHands
    >>> check, same = ImposedCheck(client="A", after="Serve"), SameHands(client="A", activities=("Serve", "Check"))
    >>> done_without(queue(), same, queue().origin, gone=[check]).changes
    ()
    """
    try:
        return done_to(rules, act, moment)
    except ModelError:
        if not gone:
            raise
        _refuse_also_with(rules, act, moment, gone)
        return Done(rules, ())


def _refuse_also_with(rules: Organisation, act: Act, moment: datetime, gone: Collection[Act]) -> None:
    """Raise `ModelError` where *act* cannot be done beside those that are *gone* either: that has nothing to do with
    them."""
    for other in gone:
        with suppress(ModelError):
            rules = done_to(rules, other, moment).rules
    done_to(rules, act, moment)
