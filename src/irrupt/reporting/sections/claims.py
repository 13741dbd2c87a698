"""Claims beside what was found, in sentences: shared by the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from irrupt.experiment.model import Comparison, Found, Tried
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.reporting.words import amount, joined, party_name, unit_for, with_interval, word


@dataclass(frozen=True, slots=True)
class Answer:
    """One claim in words, what was found, and whether the two agree."""

    claimed: str
    found: str
    says: str
    """`as claimed`, `the opposite`, ...: stable."""
    says_text: str
    elsewhere: str
    """Other parties for whom the same measure moved; empty when there are none."""


SAYS = {
    "as claimed": mark("The claim holds."),
    "the opposite": mark("The opposite of the claim was found."),
    "no measurable effect": mark("No measurable effect: the claim finds no support."),
    "smaller than matters": mark("An effect too small to matter."),
    "undecided": mark("Undecided: more replications would tell."),
}


def answers(comparison: Comparison, tried: Tried) -> list[Answer]:
    """Each claim of *tried* beside what was found."""
    return [
        Answer(
            claimed=claimed(one),
            found=found(one),
            says=one.says,
            says_text=_(SAYS[one.says]),
            elsewhere=elsewhere(comparison.effects, tried.name, one),
        )
        for one in tried.found
    ]


def claimed(one: Found) -> str:
    """Who says what about which measure, and what the act is to do to it."""
    claim = one.claim
    target = {
        "fall": _("{measure} is to fall for {party}"),
        "rise": _("{measure} is to rise for {party}"),
    }[claim.expects].format(measure=word(claim.measure), party=party_name(claim.party))
    if claim.text:
        return _("{author} claims: “{text}” ({target}).").format(author=claim.author, text=claim.text, target=target)
    return _("{author} claims: {target}.").format(author=claim.author, target=target)


def found(one: Found) -> str:
    """What the comparison found for the same measure and party."""
    if not math.isfinite(one.difference):
        return _("Found: nothing that could be measured.")
    if one.low == one.high == 0:
        return _("Found: no difference at all.")
    unit = unit_for(one.unit, [one.without, one.without + one.difference], difference=True)
    moved, interval = with_interval(one.difference, one.low, one.high, unit, sign=True)
    said = [_(VERBS[one.verdict]), moved] if one.verdict in VERBS else [moved]
    if one.unit != "share" and math.isfinite(one.without) and one.without > 0 and one.verdict in ("rises", "falls"):
        said.append(amount(one.difference / one.without, "share", sign=True))
    if interval:
        said.append(_("95 % interval {interval}").format(interval=interval))
    return _("Found: {what}.").format(what=", ".join(said))


VERBS = {"rises": mark("it rises"), "falls": mark("it falls")}


def elsewhere(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """Where else the measure that the claim names moved, and which way."""
    same = effects.filter(
        (pl.col("scenario") == scenario)
        & (pl.col("measure") == one.claim.measure)
        & (pl.col("party") != one.claim.party)
        & pl.col("verdict").is_in(["rises", "falls"])
    )
    said = []
    for verdict, sentence in (("rises", _("it rises for {parties}")), ("falls", _("it falls for {parties}"))):
        parties = same.filter(pl.col("verdict") == verdict)["party"].to_list()
        if parties:
            said.append(sentence.format(parties=_few(parties)))
    return _("Elsewhere: {what}.").format(what=joined(said)) if said else ""


def _few(parties: Sequence[str], shown: int = 4) -> str:
    first = ", ".join(party_name(party) for party in parties[:shown])
    return first + (", …" if len(parties) > shown else "")
