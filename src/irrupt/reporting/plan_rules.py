"""What schedules say of a rule, in words: in how many parts and periods it is broken, and by what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import polars as pl

from irrupt.agreement.bounds import Each, Measured
from irrupt.agreement.model import Judged
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext
from irrupt.ledgers import instability
from irrupt.ledgers import schedules as measure
from irrupt.reporting.limits import agreed_limits, exactly, measured, shares
from irrupt.reporting.words import amount, count, joined, number_of, word
from irrupt.sight import terms
from irrupt.sight.words import day

_SHOWN = 3
_NAMES = (mark("client"), mark("plant"), mark("part"))


def in_plans(judged: Judged) -> bool:
    """Whether it is schedules that tell of the rule."""
    return judged.counted in ("quantities", "plans") or judged.value == judged.value


def counted(judged: Judged, number: int) -> str:
    """So many of what is judged one by one.

    >>> from irrupt.agreement.model import Rule
    >>> one = Judged(name="R", rule=Rule(text="t"), begin=None, end=None, answer="kept", counted="quantities")
    >>> counted(one, 312), counted(one, 1)
    ('312 part-weeks', '1 part-week')
    """
    if judged.counted == "cases":
        text = ngettext("{n} case", "{n} cases", number)
    elif judged.counted == "plans":
        text = ngettext("{n} plan", "{n} plans", number)
    elif judged.counted == "quantities":
        text = {
            "day": ngettext("{n} part-day", "{n} part-days", number),
            "week": ngettext("{n} part-week", "{n} part-weeks", number),
            "month": ngettext("{n} part-month", "{n} part-months", number),
        }[judged.step]
    else:
        text = ngettext("{n} period", "{n} periods", number)
    return text.format(n=count(number))


def found_in_plans(judged: Judged) -> str:
    """What was found, in numbers."""
    bound = judged.rule.binds
    assert isinstance(bound, Measured)
    if judged.counted == "periods":
        if bound.share == 1.0:
            return _valued(judged, bound)
        text = _("kept in {share} of {n} ({asked})")
        asked = _("agreed: {share}").format(share=exactly(bound.share, "share"))
        share = amount(judged.share, "share")
        return joined([text.format(share=share, n=counted(judged, judged.judged), asked=asked), _valued(judged, bound)])
    whole = counted(judged, judged.judged)
    if bound.measure == measure.BREACHES.name:
        value, low, high = shares(judged.value, judged.value_low, judged.value_high)
        text = _("outside of the band in {n} of {all}: {share} (95 % interval {low} to {high}; agreed: {limit})")
        limit = agreed_limits(bound, judged.step)
        return text.format(n=count(judged.broken), all=whole, share=value, low=low, high=high, limit=limit)
    share, low, high = shares(judged.share, judged.low, judged.high)
    limit, part = agreed_limits(bound, judged.step), exactly(bound.share, "share")
    text = _("broken in {n} of {all}: kept in {share} (95 % interval {low} to {high}; agreed: {limit} in {part})")
    names = {"share": share, "low": low, "high": high, "limit": limit, "part": part}
    said = text.format(n=count(judged.broken), all=whole, **names)
    if judged.value != judged.value:
        return said
    return joined([said, _("all together: {value}").format(value=_value(judged, bound))])


def _valued(judged: Judged, bound: Measured) -> str:
    """The measure over all plans, beside what was agreed."""
    text = _("{value} (agreed: {limit})")
    return text.format(value=_value(judged, bound), limit=agreed_limits(bound, judged.step))


def _value(judged: Judged, bound: Measured) -> str:
    """The measure over all plans, with its interval."""
    said = [measured(end, bound, judged.step) for end in (judged.value, judged.value_low, judged.value_high)]
    if math.isnan(judged.value_low) or math.isnan(judged.value_high):
        return _("{measure}: {value}").format(measure=word(bound.measure), value=said[0])
    text = _("{measure}: {value}, 95 % interval {low} to {high}")
    return text.format(measure=word(bound.measure), **dict(zip(("value", "low", "high"), said, strict=True)))


def terms_said(judged: Judged) -> Iterator[str]:
    """What counts as a change, how wide the band is, and how far ahead was announced what is held against purchases:
    also where the rule does not say it."""
    bound = judged.rule.binds
    if not isinstance(bound, Measured) or not in_plans(judged):
        return
    if bound.measure == measure.BREACHES.name:
        down, up = (terms.round_share(instability.BAND if end is None else end) for end in (bound.down, bound.up))
        text = _("the band: from {down} below to {up} above what was announced {ahead}")
        yield text.format(down=down, up=up, ahead=terms.ahead(judged.ahead or 0, judged.step))
    elif judged.ahead is not None:
        yield _("of what was announced {ahead}").format(ahead=terms.ahead(judged.ahead, judged.step))
    elif bound.measure in (measure.EFFECTIVE_FROZEN.name, measure.NOTICE.name):
        tolerance = terms.round_share(instability.TOLERANCE if bound.tolerance is None else bound.tolerance)
        yield _("changes up to {tolerance} do not count").format(tolerance=tolerance)


def worst(judged: Judged, zone: str) -> Iterator[str]:
    """The worst of what breaks the rule."""
    rows = judged.breaches.head(_SHOWN).to_dicts()
    if not rows:
        return
    apart = named_apart(judged.breaches)
    said = [breach_said(row, apart, judged, zone) for row in rows]
    more = judged.breaches.height - len(said)
    yield _("the worst: {breaches}").format(breaches=_("; ").join([*said, "…"] if more else said))


def named_apart(breaches: pl.DataFrame) -> list[str]:
    """By what parts are told apart: their number, their plant, and their client where there are several."""
    several = {"client": breaches["client"].n_unique() > 1, "plant": breaches["plant"].count() > 0}
    return [name for name in _NAMES if several.get(name, True)]


def breach_said(row: dict[str, Any], apart: list[str], judged: Judged, zone: str) -> str:
    """One change, purchase or plan that breaks the rule."""
    bound = judged.rule.binds
    assert isinstance(bound, Measured)
    part = " / ".join(row[name] or "–" for name in apart)
    issued, before, after = day(row["issued"], zone), quantity(row["before"]), quantity(row["after"])
    if row["period"] is None:
        return _("{part}: {n} firm in the plan of {issued}").format(part=part, n=after, issued=issued)
    if bound.measure == measure.BREACHES.name:
        text = _("{part}, {period}: {before} announced on {issued}, {after} bought")
    else:
        text = _("{part}, {period}: {before} → {after} in the plan of {issued}")
    period = period_said(day(row["period"], zone), judged.step)
    return text.format(part=part, period=period, before=before, after=after, issued=issued)


def period_said(begin: str, step: Each) -> str:
    """A period of plans by the day on which it begins."""
    text = {"day": "{day}", "week": _("week of {day}"), "month": _("month of {day}")}[step]
    return text.format(day=begin)


def quantity(value: float | None) -> str:
    """A quantity, in whole pieces where it is large."""
    if value is None:
        return "–"
    return count(value) if abs(value) >= 100 or value == round(value) else number_of(value)
