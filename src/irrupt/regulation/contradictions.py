"""Contradictory demands: rules that cannot both hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from irrupt.errors import ModelError
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.auditing import AUDIT, Audit
from irrupt.regulation.doing import done_to
from irrupt.regulation.model import Act
from irrupt.regulation.when import When, amends, author_of, bare, title_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two acts whose rules cannot both hold, or that only the last of them makes hold."""

    first: str
    second: str
    """What they are called."""
    why: str
    """In the user's language."""


def contradictions(acts: Sequence[Act], organisation: Organisation, moment: datetime) -> tuple[Contradiction, ...]:
    """The pairs of *acts*, done one after the other to *organisation*, whose rules cannot both hold.

    Two acts contradict each other when the second undoes the first: an act that asks for a state (to pass first, to be
    skipped, to come at these slots) asks for it again once the second is done. Two more cases follow from what rules
    mean: two clients of one rank who are both to be taken before others at a team, and a check or an audit behind an
    activity that the same client's cases skip. Acts that ask for a change relative to what is there contradict nobody.

    Who undoes at another moment what he did himself contradicts nobody (he leaves, and comes back), nor who changes by
    a share what he asked for himself, nor who holds back what he was given, nor who passes by those that spoke for him:
    what cannot be asked for again stands as it was given. A pair of which one cannot be done without
    a third act is left out as well.
    """
    found = []
    for first, second in combinations(acts, 2):
        why = next(_between(first, second, organisation, moment), None)
        if why is not None:
            found.append(Contradiction(first=title_among(first, acts, _), second=title_among(second, acts, _), why=why))
    return tuple(found)


def one_after_the_other(acts: Sequence[Act], organisation: Organisation, moment: datetime) -> Iterator[str]:
    """What becomes of each pair of *acts* of one kind that change the same at one moment, where neither undoes or
    restrains the other: the second changes what the first leaves."""
    for first, second in combinations(acts, 2):
        if type(bare(first)) is not type(bare(second)) or _moment(first) != _moment(second) or amends(second):
            continue
        once = _done(first, organisation, moment)
        if once is None or next(_between(first, second, organisation, moment), None) is not None:
            continue
        by_first, by_second = _changed(first, organisation, moment), _changed(second, once, moment)
        both = [(by_first[place][0], by_second[place][1]) for place in by_first if place in by_second]
        if both:
            named = {"first": title_among(first, acts, _), "second": title_among(second, acts, _)}
            said = _(
                "{first} and {second} are both done, one after the other: the second changes what the first leaves."
            )
            yield " ".join([said.format(**named), *_in_all(both)])


def _in_all(both: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    """What several numbers or times, each as it was and as it is in the end, change by in all, where that is one
    share."""
    shares = {share for before, after in both for share in _shares(before, after)}
    share = next(iter(shares), None)
    if len(shares) == 1 and share is not None:
        change = ("+" if share > 0 else "") + number(100 * share, 1).replace("-", "\u2212")
        yield _("In all: {change} %.").format(change=change)


def _shares(before: Any, after: Any) -> Iterator[float | None]:
    """By what share *after* is more than *before*, in all that tells how long something takes; None: in none."""
    if isinstance(before, Distribution) and isinstance(after, Distribution):
        alike = (before.kind, before.cv, len(before.points)) == (after.kind, after.cv, len(after.points))
        told = [(one.mean, one.low, one.high, *one.points) for one in (before, after)]
        pairs = [pair for pair in zip(*told, strict=alike) if any(pair)] if alike else [(None, None)]
    else:
        pairs = [(before, after)]
    for was, then in pairs:
        there = isinstance(was, float) and was and isinstance(then, float)
        yield round(then / was - 1, 9) if there else None


def _changed(act: Act, rules: Organisation, moment: datetime) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    """Part, key and field -> the single values that *act* sets otherwise in *rules*, before and after; None where it
    cannot be done. What is added to a collection stands beside what is there, and is none."""
    try:
        changes = act.changes(rules, moment)
    except ModelError:
        return {}
    found: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for edit in (edit for change in changes for edit in change.edits):
        names = [one.name for one in fields(edit.before)] if is_dataclass(edit.before) and edit.after else [""]
        for name in names:
            before, after = (getattr(one, name) if name else one for one in (edit.before, edit.after))
            if before != after and before is not None and not isinstance(before, Collection):
                found[edit.part, edit.key, name] = before, after
    return found


def _moment(act: Act) -> object:
    """When *act* is done: what it waits for, and how much later it comes."""
    return (act.condition, act.lag) if isinstance(act, When) else (None, 0.0)


def _between(first: Act, second: Act, before: Organisation, moment: datetime) -> Iterator[str]:
    once = _done(first, before, moment)
    both = None if once is None else _done(second, once, moment)
    if once is None or both is None:
        return
    again, then = _done(first, once, moment), _done(first, both, moment)
    if then is not None and again == once and then != both and not amends(second):
        # What is done again and changes more is relative to what is there: he goes on from what he asked for himself.
        his_own = author_of(first) == author_of(second)
        if not (his_own and (_moment(first) != _moment(second) or _done(second, both, moment) != both)):
            yield _("the second undoes the first")
    yield from _same_rank(before, both)
    yield from _check_skipped(before, both)
    for act in (bare(first), bare(second)):
        if isinstance(act, Audit):
            yield from _audit_skipped(act, before, both)


def _done(act: Act, rules: Organisation, moment: datetime) -> Organisation | None:
    """*rules* under *act*; None where it cannot be done."""
    try:
        return done_to(rules, act, moment).rules
    except ModelError:
        return None


def _same_rank(before: Organisation, after: Organisation) -> Iterator[str]:
    """Teams at which two clients are newly to be taken before others, in one rank."""
    for name in sorted(after.teams):
        old = before.teams[name].priority if name in before.teams else {}
        new = {client: rank for client, rank in after.teams[name].priority.items() if rank > 0}
        for one, other in combinations(sorted(new), 2):
            if new[one] == new[other] and (old.get(one), old.get(other)) != (new[one], new[other]):
                yield _("{one} and {other} are both to be taken before others at {team}, in one rank").format(
                    one=one, other=other, team=name
                )


def _check_skipped(before: Organisation, after: Organisation) -> Iterator[str]:
    """Checks that are never made, since what they follow is skipped; unless that was so before."""
    already = set(_idle_checks(before))
    for check, client in _idle_checks(after):
        if (check, client) not in already:
            yield _("{check} is never made for {client}, whose cases skip what it follows").format(
                check=after.checks[check].step.activity, client=client
            )


def _audit_skipped(audit: Audit, before: Organisation, after: Organisation) -> Iterator[str]:
    """The same of an audit of what is newly skipped."""
    steps = {step for step, one in after.steps.items() if one.activity == audit.after}
    for client in sorted(after.clients) if audit.client is None else [audit.client]:
        if steps <= after.skips.get(client, frozenset()) and not steps <= before.skips.get(client, frozenset()):
            yield _("{check} is never made for {client}, whose cases skip what it follows").format(
                check=audit.activity or AUDIT, client=client
            )


def _idle_checks(rules: Organisation) -> Iterator[tuple[str, str]]:
    for name in sorted(rules.checks):
        check = rules.checks[name]
        steps = {step for step, one in rules.steps.items() if one.activity == check.after}
        for client in sorted(rules.clients) if check.client is None else [check.client]:
            if steps <= rules.skips.get(client, frozenset()):
                yield name, client
