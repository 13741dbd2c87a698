"""Rules in words: in those of who agreed on them, or, where nobody gave any, in those that tell what is bound."""

from __future__ import annotations

from functools import singledispatch

from irrupt.agreement.announced import is_on_schedules
from irrupt.agreement.bounds import (
    Always,
    Apart,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    OnlyIn,
    Order,
    OtherHands,
    SameHands,
    Within,
)
from irrupt.agreement.model import Rule
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import many, mark, ngettext
from irrupt.organisation.hours import calendar_said
from irrupt.reporting.limits import agreed_limits, exactly
from irrupt.reporting.words import number_of, word
from irrupt.units import time_said

_EACH = {"day": mark("{said}, each day"), "week": mark("{said}, each week"), "month": mark("{said}, each month")}


def in_words(rule: Rule) -> str:
    """*rule* in a sentence.

    >>> in_words(Rule(binds=Within(limit=172800.0, to=("Resolved",), client="Hospital A", share=0.95)))
    'Hospital A: Resolved comes within 2 days after the case arrives (in at least 95.0\\u202f%).'
    >>> in_words(Rule(text="We are quick.", binds=Always(activity="Closed")))
    'We are quick.'
    """
    bound = rule.binds
    if rule.text or bound is None:
        return rule.text
    said = _sentence(bound).rstrip(".")
    if bound.share < 1.0:
        said = _("{said} (in at least {share})").format(said=said, share=exactly(bound.share, "share"))
    whose = [] if bound.client is None else [party_name(bound.client)]
    whose += [f"{column} {_either(values)}" for column, values in bound.where]
    return (_("{head}: {said}").format(head=", ".join(whose), said=said) if whose else said) + "."


@singledispatch
def _sentence(bound: Bound) -> str:
    raise AssertionError(bound)


@_sentence.register
def _within(bound: Within) -> str:
    """Also of `Apart`: one is for the most, the other for the least."""
    texts = {
        (False, True, True): _("{to} comes within {time} after {first}."),
        (False, False, True): _("{to} comes within {time} after the case arrives."),
        (False, True, False): _("A case is over within {time} after {first}."),
        (False, False, False): _("A case is over within {time}."),
        (True, True, True): _("{to} comes no sooner than {time} after {first}."),
        (True, False, True): _("{to} comes no sooner than {time} after the case arrives."),
        (True, True, False): _("A case is over no sooner than {time} after {first}."),
        (True, False, False): _("A case is over no sooner than {time} after it arrives."),
    }
    days = bound.working_days
    time = time_said(bound.limit)
    if days is not None:
        time = ngettext("{n} working day", "{n} working days", many(days)).format(n=number_of(days))
    if bound.hours is not None:
        time = _("{time} of {hours}").format(time=time, hours=calendar_said(bound.hours))
    text = texts[isinstance(bound, Apart), bool(bound.begin), bool(bound.to)]
    return text.format(to=_either(bound.to), time=time, first=_either(bound.begin))


@_sentence.register
def _never(bound: Never) -> str:
    said = _not_done(bound)
    alone = _("{rule} Cases in which nobody does anything else are left out.")
    return alone.format(rule=said) if bound.unless_alone else said


def _not_done(bound: Never) -> str:
    if bound.activity is None:
        return _("Nothing is done by {team}.").format(team=bound.team)
    texts = {
        (False, False): _("{activity} is not done."),
        (True, False): _("{activity} is not done by {team}."),
        (False, True): _("{activity} is not done any more after {after}."),
        (True, True): _("{activity} is not done by {team} any more after {after}."),
    }
    text = texts[bound.team is not None, bound.after is not None]
    return text.format(activity=bound.activity, team=bound.team, after=bound.after)


@_sentence.register
def _always(bound: Always) -> str:
    texts = {
        (False, False): _("{activity} is done in each case."),
        (True, False): _("{activity} is done by {team} in each case."),
        (False, True): _("After {first} comes {then}."),
        (True, True): _("After {first} comes {then} by {team}."),
    }
    text = texts[bound.team is not None, bound.after is not None]
    return text.format(activity=bound.activity, team=bound.team, first=bound.after, then=bound.activity)


@_sentence.register
def _at_most(bound: AtMost) -> str:
    if not bound.times:
        return _("{activity} is not done.").format(activity=bound.activity)
    text = ngettext(
        "{activity} is done no more than {n} time in a case.",
        "{activity} is done no more than {n} times in a case.",
        bound.times,
    )
    return text.format(activity=bound.activity, n=bound.times)


@_sentence.register
def _only_after(bound: OnlyAfter) -> str:
    return _("{activity} does not come before {first}.").format(activity=bound.activity, first=bound.first)


@_sentence.register
def _order(bound: Order) -> str:
    return _("In this order: {activities}.").format(activities=", ".join(bound.activities))


@_sentence.register
def _only_by(bound: OnlyBy) -> str:
    return _("{activity} is done by nobody but {team}.").format(activity=bound.activity, team=_either(bound.by))


@_sentence.register
def _other_hands(bound: OtherHands) -> str:
    text = _("{activity} is not done by who did {first} before.")
    return text.format(activity=bound.activity, first=bound.first)


@_sentence.register
def _same_hands(bound: SameHands) -> str:
    text = _("{activity} is done by who did {first} before.")
    return text.format(activity=bound.activity, first=_either(bound.others))


@_sentence.register
def _only_in(bound: OnlyIn) -> str:
    if bound.activity is None:
        text = _("Whatever is done by {team} begins and ends in {hours}.")
    elif bound.team is None:
        text = _("{activity} begins and ends in {hours}.")
    else:
        text = _("{activity} by {team} begins and ends in {hours}.")
    return text.format(activity=bound.activity, team=bound.team, hours=calendar_said(bound.hours))


@_sentence.register
def _first(bound: First) -> str:
    return _("While one of these cases waits at {team}, none of others is taken.").format(team=bound.team)


@_sentence.register
def _measured(bound: Measured) -> str:
    what = _("{measure}, {party}").format(measure=word(bound.measure), party=party_name(bound.party))
    said = _("{head}: {said}").format(head=what, said=agreed_limits(bound, bound.period))
    return said if is_on_schedules(bound) else _(_EACH[bound.each]).format(said=said)


def _either(names: tuple[str, ...]) -> str:
    """One of *names*.

    >>> _either(("A",)), _either(("A", "B", "C"))
    ('A', 'A or B or C')
    """
    said, *others = names or ("",)
    for other in others:
        said = _("{one} or {other}").format(one=said, other=other)
    return said
