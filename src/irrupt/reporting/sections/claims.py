"""Claims beside what was found, in sentences: shared by the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from irrupt.experiment.model import Comparison, Found, Tried
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.reporting.sections.effects import bounds_differ, difference_unit, ends_of, surely_matters
from irrupt.reporting.words import (
    Unit,
    digits_for,
    joined,
    party_name,
    unit_for,
    with_interval,
    with_unit,
    word,
    written,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One claim in words, what was found, and whether the two agree."""

    claimed: str
    found: str
    says: str
    """`as claimed`, `the opposite`, ...: stable."""
    says_text: str
    short: str
    """The same in two or three words, for a table."""
    more: Sequence[str]
    """What hangs on assumed service times, and other parties for whom the same measure moved."""


SAYS = {
    "as claimed": mark("The claim holds."),
    "the opposite": mark("The opposite of the claim was found."),
    "no measurable effect": mark("No measurable effect: the claim finds no support."),
    "smaller than matters": mark("That is too small to matter."),
    "undecided": mark("Undecided: more runs would tell."),
}
PERHAPS = {
    "as claimed": mark("That is in the direction claimed, but it may be too small to matter."),
    "the opposite": mark("That is against the claim, but it may be too small to matter."),
}
SHORT = {
    "as claimed": mark("the claim holds"),
    "the opposite": mark("claimed, but the opposite was found"),
    "no measurable effect": mark("the claim finds no support"),
    "smaller than matters": mark("what was claimed is too small to matter"),
    "undecided": mark("the claim is undecided"),
}
SHORT_PERHAPS = {
    "as claimed": mark("as claimed, but perhaps too small to matter"),
    "the opposite": mark("the opposite of the claim, but perhaps too small to matter"),
}


def answers(comparison: Comparison, tried: Tried) -> list[Answer]:
    """Each claim of *tried* beside what was found."""
    made = []
    for one in tried.found:
        perhaps = not surely_matters(one.low, one.high, one.matters) and one.says in PERHAPS
        more = (assumed(comparison.effects, tried.name, one), elsewhere(comparison.effects, tried.name, one))
        made.append(
            Answer(
                claimed=claimed(one),
                found=found(one),
                says=one.says,
                says_text=_(PERHAPS[one.says] if perhaps else SAYS[one.says]),
                short=_(SHORT_PERHAPS[one.says] if perhaps else SHORT[one.says]),
                more=[said for said in more if said],
            )
        )
    return made


def claimed(one: Found) -> str:
    """Who says what about which measure, and what the act is to do to it."""
    claim = one.claim
    measure, party = word(claim.measure), party_name(claim.party)
    if claim.text:
        said = _("{author} claims: “{text}”").format(author=claim.author, text=claim.text)
    else:
        said = _("Claimed by {author}.").format(author=claim.author)
    expected = {
        "fall": _("Expected: for {party}, “{measure}” falls."),
        "rise": _("Expected: for {party}, “{measure}” rises."),
    }[claim.expects]
    return f"{said} {expected.format(measure=measure, party=party)}"


def found(one: Found) -> str:
    """What the comparison found for the same measure and party."""
    if not math.isfinite(one.difference):
        return _("Found: nothing that could be measured.")
    if one.low == one.high == 0:
        return _("Found: no difference at all.")
    unit = unit_for(one.unit, [one.without, one.without + one.difference], difference=True)
    signed, interval = with_interval(one.difference, one.low, one.high, unit, sign=True, matters=one.matters)
    notes = []
    if one.unit != "share" and math.isfinite(one.without) and one.without > 0 and one.verdict in VERBS:
        notes.append(_percent(one.difference / one.without))
    if interval:
        notes.append(_("95 % interval {interval}").format(interval=interval))
    if one.verdict == "smaller than matters":
        notes.append(_("what matters begins at {smallest}").format(smallest=_smallest(one, unit)))
    sentence = _(VERBS.get(one.verdict, _NEITHER))
    said = sentence.format(amount=signed.lstrip("+−") if one.verdict in VERBS else signed)
    return f"{said} ({joined(notes)})." if notes else f"{said}."


def _smallest(one: Found, unit: Unit) -> str:
    value = one.matters * unit.factor
    return with_unit(written(value, max(digits_for([value]) - 1, 0)), unit)


def _percent(share: float) -> str:
    return with_unit(written(share * 100, 0 if abs(share) >= 0.1 else 1, sign=True), unit_for("share", [share]))


VERBS = {"rises": mark("Found: it rises by {amount}"), "falls": mark("Found: it falls by {amount}")}
_NEITHER = mark("Found: a difference of {amount}")


def assumed(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """What becomes of the finding with other plausible service times, where that makes it another one."""
    same = effects.filter(
        (pl.col("scenario") == scenario)
        & (pl.col("measure") == one.claim.measure)
        & (pl.col("party") == one.claim.party)
    ).to_dicts()
    if not same or not bounds_differ(same[0]):
        return ""
    unit = difference_unit(same)
    return _(
        "This hangs on how long work takes, which was assumed: {ends} with the shortest and longest times."
    ).format(ends=with_unit(ends_of(same[0], unit), unit))


def elsewhere(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """Where else the measure that the claim names moved, and which way."""
    same = effects.filter(
        (pl.col("scenario") == scenario)
        & (pl.col("measure") == one.claim.measure)
        & (pl.col("party") != one.claim.party)
        & pl.col("verdict").is_in(["rises", "falls"])
    )
    said = []
    for verdict, sentence in (("rises", _("rises for {parties}")), ("falls", _("falls for {parties}"))):
        parties = same.filter(pl.col("verdict") == verdict)["party"].to_list()
        if parties:
            said.append(sentence.format(parties=_few(parties)))
    if not said:
        return ""
    return _("The same measure {what}.").format(what=joined(said))


def _few(parties: Sequence[str], shown: int = 4) -> str:
    first = ", ".join(party_name(party) for party in parties[:shown])
    return first + (", …" if len(parties) > shown else "")
