"""Whether what is to be tried names only what there is."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from irrupt.cli import screen
from irrupt.errors import AllRefused, Fault, ModelError, did_you_mean, meant, misspelt, near
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.chronicle import Chronicle
    from irrupt.cli.paths import Task
    from irrupt.organisation import Organisation
    from irrupt.regulation import Act

_PLACES = 12
"""Other places of one wrong name that are told."""


def refuse_strangers(task: Task, clients: Collection[str], chronicle: Chronicle) -> None:
    """Raise `ModelError` with the acts of *task* that are about none of the *clients* of a log, before it is learned
    from: what is learned knows the small ones together only. And `AllRefused` where they, or Management, refuse all."""
    from irrupt.regulation.acts.signature import MANAGEMENT, known

    with _faults(task) as of:
        for act in task.every_act():
            with of(act):
                if act.client is not None and act.client not in clients:
                    _refuse_group(act, act.client, chronicle)
                known(act, ("client", act.client, clients))
    if task.plan.refused is not None and {one.party for one in task.answers} <= {*clients, MANAGEMENT}:
        raise AllRefused(task.plan.refused)


def _refuse_group(act: Act, name: str, chronicle: Chronicle) -> None:
    """Raise `ModelError` where *name*, which is no client of *act*, is one of the groups that a column makes."""
    import polars as pl

    for column in chronicle.attributes:
        values = chronicle.events[column]
        if values.dtype in (pl.String, pl.Categorical) and (values == name).any():
            remedy = _('it stands in the column "{column}": --groups {typed}')
            remedy = remedy.format(column=column, typed=shlex.quote(column))
            raise ModelError(Fault(f"{act.name}: client", _('no client "{name}"').format(name=name), remedy=remedy))


def check(task: Task, organisation: Organisation) -> None:
    """Raise `ModelError` with all that *task* names and *organisation* does not have, and where. Else say what was
    answered, and raise `AllRefused` where nothing is left to try."""
    from irrupt.experiment.watching import refuse_unmeasured
    from irrupt.regulation.doing import done_to
    from irrupt.regulation.policies import acts_of
    from irrupt.regulation.when import IfRefused

    with _faults(task, _strangers(task, organisation)) as of:

        def done(acts: Sequence[Act], before: Organisation) -> Organisation:
            after = [before]
            for act in acts:
                with of(act):
                    changed = done_to(after[-1], act, before.origin).rules
                    after.append(after[-1] if isinstance(act, IfRefused) else changed)
            if len(after) == 1 + len(acts):
                for act in acts:
                    with of(act):
                        refuse_unmeasured([act], after[-1])
                if (unrun := _unrun(acts, after)) is not None:
                    with of(unrun[0]):
                        raise ModelError(unrun[1])
            return after[-1]

        today = done(task.today, organisation)
        for acts in ([act] for act in task.acts):
            done(acts, today)
        for several in task.scenarios.values():
            done(several, today)
        for party in task.parties:
            for act in acts_of(party.policy):
                with of(act, task.plan.named.get(party.name)):
                    act.changes(today, today.origin)
    for said in (*task.plan.idle, *(task.plan.refusals if task.plan.refused is None else ())):
        screen.say(said)
    if task.plan.refused is not None:
        raise AllRefused(task.plan.refused)


def _unrun(acts: Sequence[Act], after: Sequence[Organisation]) -> tuple[Act, Fault] | None:
    """The first of *acts* under whose rules the organisation cannot run, and why; *after*: its rules before all of
    them, and after each. None: it can run once all are done."""
    from irrupt.organisation.validate import faults
    from irrupt.regulation.when import title

    if not faults(after[-1], after[0]):
        return None
    for act, rules in zip(acts, after[1:], strict=True):
        if found := faults(rules, after[0]):
            why = _("under its rules the organisation cannot run: {why}").format(why=found[0])
            return act, Fault(title(act), why)
    return None


def _strangers(task: Task, organisation: Organisation) -> Iterator[Fault]:
    """Parties that are not there, and those who answer; and whoever signs an act, or is said to see it, and seems to be
    mistyped: others than those who are known may do so."""
    from irrupt.organisation.authorship import authors_of
    from irrupt.regulation.acts.signature import MANAGEMENT
    from irrupt.regulation.parties import known_parties
    from irrupt.regulation.when import signature_of

    there = (*organisation.clients, *organisation.teams, MANAGEMENT)
    acts = list(dict.fromkeys([*task.today, *task.acts, *task.proposed]))
    known = known_parties(organisation)
    signed = {name for act in acts if (one := signature_of(act)) is not None for name in authors_of(one)}
    may_answer = known | {name for name in signed if not misspelt(name, known)}
    for name in dict.fromkeys(party.name for party in task.parties):
        if name not in there:
            found = _('no client or team "{name}"').format(name=name)
            yield Fault(task.plan.named.get(name, ""), found, remedy=did_you_mean(name, there))
    for name in dict.fromkeys(answer.party for answer in task.answers):
        if name not in may_answer:
            found = _('no party "{name}"').format(name=name)
            remedy = near(name, may_answer) or did_you_mean(name, there)
            yield Fault(task.plan.named.get(name, ""), found, remedy=remedy)
    for act in acts:
        yield from _mistyped(act, task.places.get(act, ""), known)
    for answer in task.answers:
        if answer.act is not None:
            yield from _mistyped(answer.act, answer.place, known, answer.party)
    for party in task.parties:
        yield from _misspelt("invited by", [party.invited_by], task.plan.named.get(party.name, ""), known)


def _mistyped(act: Act, where: str, known: Collection[str], *named: str) -> Iterator[Fault]:
    """Whoever signs *act*, or is said to see it, and seems to be mistyped, but for those *named* elsewhere, too."""
    from irrupt.regulation.when import bare, signature_of

    if (signed := signature_of(act)) is None:
        return
    said = [getattr(bare(act), one.name) for one in fields(bare(act))]  # type: ignore[arg-type]
    elsewhere = {*named, *(value for value in said if isinstance(value, str))}
    signs = {"author": (signed.author,), "agreed by": signed.agreed_by, "visible to": signed.visible_to}
    signs["shown to"] = getattr(bare(act), "shown_to", ())  # Who is shown records sees them, as who sees a rule.
    for key, names in signs.items():
        yield from _misspelt(key, [name for name in names if name not in elsewhere], where, known)


def _misspelt(key: str, names: Iterable[str], where: str, known: Collection[str]) -> Iterator[Fault]:
    for name in names:
        if remedy := meant(misspelt(name, known)):
            found = _('{key}: no party "{name}"').format(key=key, name=name)
            yield Fault(where, found, remedy=remedy)


@contextmanager
def _faults(task: Task, more: Iterable[Fault] = ()) -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """Raise `ModelError` at the end with all that was raised of single acts, each once, and where these stand, and with
    what is wrong *more*."""
    found: dict[tuple[str, str, str, str], tuple[Fault, list[str]]] = {}
    """What is wrong, by what is said of it, and where else it stands: a wrong name is told once."""

    @contextmanager
    def of(act: Act, place: str | None = None) -> Iterator[None]:
        try:
            yield
        except ModelError as error:
            at = task.places.get(act, place)
            for fault in error.faults:
                alone = "" if at is not None else fault.where
                _first, places = found.setdefault(
                    (alone, fault.found, fault.expected, fault.remedy), (_at(fault, at), [])
                )
                places.append(at or "")

    yield of
    if wrong := [*dict.fromkeys(more), *(_everywhere(fault, places) for fault, places in found.values())]:
        raise ModelError(dict.fromkeys(wrong))


def _everywhere(fault: Fault, places: Iterable[str]) -> Fault:
    """*fault* with the lines and columns of the other *places* where it stands."""
    apart = [place.rsplit(":", 2)[1:] for place in dict.fromkeys(places) if place != fault.where]
    others = [":".join(at) for at in sorted(apart, key=lambda at: [int(one) for one in at if one.isdigit()])]
    if not others or not fault.where:
        return fault
    also = _("also at {places}").format(places=first_of(others, _PLACES))
    return replace(fault, remedy="; ".join(filter(None, (fault.remedy, also))))


def _at(fault: Fault, place: str | None) -> Fault:
    """*fault* with its place in a file, where it is known."""
    return fault if place is None else replace(fault, where=place, found=f"{fault.where}: {fault.found}")
