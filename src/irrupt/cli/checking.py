"""Whether what is to be tried names only what there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from irrupt.errors import Fault, ModelError, did_you_mean, near
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.cli.paths import Task
    from irrupt.organisation import Organisation
    from irrupt.regulation import Act


def refuse_strangers(task: Task, clients: Collection[str]) -> None:
    """Raise `ModelError` with the acts of *task* that are about none of the *clients* of a log, before it is learned
    from: what is learned knows the small ones together only."""
    from irrupt.regulation.acts.signature import known

    with _faults(task) as of:
        for act in task.every_act():
            with of(act):
                known(act, ("client", act.client, clients))


def check(task: Task, organisation: Organisation) -> None:
    """Raise `ModelError` with all that *task* names and *organisation* does not have, and where."""
    from irrupt.organisation import amended
    from irrupt.regulation.when import IfRefused

    with _faults(task, _strangers(task, organisation)) as of:

        def done(acts: Sequence[Act], rules: Organisation) -> Organisation:
            for act in acts:
                with of(act):
                    changed = amended(rules, act.changes(rules, rules.origin))
                    rules = rules if isinstance(act, IfRefused) else changed
            return rules

        today = done(task.today, organisation)
        for acts in ([act] for act in task.acts):
            done(acts, today)
        for several in task.scenarios.values():
            done(several, today)


def _strangers(task: Task, organisation: Organisation) -> Iterator[Fault]:
    """Parties that are not there; and those who answer and seem to be mistyped, for anybody may answer."""
    from irrupt.regulation.acts.signature import MANAGEMENT

    known = (*organisation.clients, *organisation.teams, MANAGEMENT)
    parties = [party.name for party in task.parties]
    answering = [answer.party for answer in task.answers if near(answer.party, known)]
    for name in dict.fromkeys([*parties, *answering]):
        if name not in known:
            found = _('no client or team "{name}"').format(name=name)
            yield Fault(task.named.get(name, ""), found, remedy=did_you_mean(name, known))


@contextmanager
def _faults(task: Task, more: Iterable[Fault] = ()) -> Iterator[Callable[[Act], AbstractContextManager[None]]]:
    """Raise `ModelError` at the end with all that was raised of single acts, each once, and where these stand, and with
    what is wrong *more*."""
    found: dict[Fault, None] = dict.fromkeys(more)

    @contextmanager
    def of(act: Act) -> Iterator[None]:
        try:
            yield
        except ModelError as error:
            found.update(dict.fromkeys(_at(fault, task.places.get(act)) for fault in error.faults))

    yield of
    if found:
        raise ModelError(found)


def _at(fault: Fault, place: str | None) -> Fault:
    """*fault* with its place in a file, where it is known."""
    return fault if place is None else replace(fault, where=place, found=f"{fault.where}: {fault.found}")
