"""Claims beside what was found, in sentences: shared by the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from irrupt.experiment.model import Comparison, Found, Tried
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext
from irrupt.ledgers.definitions import THROUGHPUT
from irrupt.regulation.verdicts import surely_matters, verdict
from irrupt.reporting.sections.effects import bounds_differ, difference_unit, ends_of
from irrupt.reporting.words import (
    Unit,
    count,
    digits_for,
    digits_within,
    joined,
    parts,
    roughly,
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
    """Empty where nobody claimed anything and what was found says it all."""
    author: str
    """Who claims it; empty where nobody claimed anything."""
    about: str
    """The measure that was claimed, or looked at."""
    short: str
    """Whether it is so in two or three words, for a table."""
    more: Sequence[str]
    """What hangs on assumed service times, and other parties for whom the same measure moved."""


SAYS = {
    "as claimed": mark("The claim holds."),
    "the opposite": mark("The opposite of the claim was found."),
    "no measurable effect": mark("No measurable effect: the claim finds no support."),
    "smaller than matters": mark("That is too small to matter."),
    "undecided": mark("Undecided: more runs would tell."),
    "not tried": mark("Not tried: done in 0 of {runs} runs."),
}
IF_ASSUMED = {
    "as claimed": mark("The claim holds only if work takes as long as assumed."),
    "the opposite": mark("The opposite of the claim was found, but only if work takes as long as assumed."),
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
    "not tried": mark("the claim was not tried: done in 0 of {runs} runs"),
}
SHORT_IF_ASSUMED = {
    "as claimed": mark("the claim holds only if work takes as long as assumed"),
    "the opposite": mark("the opposite of the claim, but only if work takes as long as assumed"),
}
AGAINST = mark("That is against the claim, and too small to matter.")
SHORT_AGAINST = mark("against the claim, and too small to matter")
SHORT_PERHAPS = {
    "as claimed": mark("as claimed, but perhaps too small to matter"),
    "the opposite": mark("the opposite of the claim, but perhaps too small to matter"),
}


def answers(comparison: Comparison, tried: Tried) -> list[Answer]:
    """Each claim of *tried* beside what was found."""
    made = []
    mixed = any(one.claim.given for one in tried.found)
    for one in tried.found:
        hanging = assumed(comparison.effects, tried.name, one)
        more = (undecided(comparison.effects, tried.name, one), hanging, elsewhere(comparison.effects, tried.name, one))
        says_text, short = _judged(one, hangs=bool(hanging)) if one.claim.given else _observed(one, hangs=bool(hanging))
        if one.says == "undecided" and not math.isfinite(one.difference):
            says_text, short = _unmeasured(comparison.effects, tried.name, one), _("cannot be told")
        says_text, short = _as_often(one, says_text, short)
        if mixed and not one.claim.given:
            short = joined([short, _("nobody claimed it")])
        made.append(
            Answer(
                claimed=claimed(one),
                found=found(one),
                says=one.says,
                says_text=says_text,
                author=party_name(one.claim.author) if one.claim.given else "",
                about=_about(one, tried),
                short=short,
                more=[said for said in more if said],
            )
        )
    return made


def _about(one: Found, tried: Tried) -> str:
    """The measure of a claim; with whose it is where it is not that of who claims it, several claims are about it, or
    nobody claims it beside others."""
    several = sum(other.claim.measure == one.claim.measure for other in tried.found) > 1
    alone = not one.claim.given and any(other.claim.given for other in tried.found)
    elses = one.claim.given and one.claim.party != one.claim.author
    whose = several or alone or elses
    return f"{word(one.claim.measure)} ({party_name(one.claim.party)})" if whose else word(one.claim.measure)


def _judged(one: Found, *, hangs: bool) -> tuple[str, str]:
    """Whether the claim holds, in a sentence and in a few words; *hangs*: other times of work change the answer."""
    if _perhaps(one):
        return _(PERHAPS[one.says]), _(SHORT_PERHAPS[one.says])
    if hangs and one.says in IF_ASSUMED:
        return _(IF_ASSUMED[one.says]), _(SHORT_IF_ASSUMED[one.says])
    if one.says == "smaller than matters" and (one.difference > 0) == (one.claim.expects == "fall"):
        return _(AGAINST), _(SHORT_AGAINST)
    return _says(one), _(SHORT[one.says])


def _says(one: Found) -> str:
    """What was found, in a sentence. Where what was learned alone leaves it open, no more runs would tell."""
    ends = one.difference - one.learned, one.difference + one.learned
    if one.says == "undecided" and all(map(math.isfinite, ends)) and verdict(*ends, one.matters) == "undecided":
        return _("Undecided: the records leave it open; more runs would not tell.")
    return _(SAYS[one.says])


def _unmeasured(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """Why nothing was found where no run has a value to compare: mostly, no case comes to its end."""
    finished = effects.filter(pl.col("measure") == THROUGHPUT.name, scenario=scenario, party=one.claim.party)
    text = _("Cannot be told: these runs hold nothing to measure it by.")
    for without, with_act in finished.select("without", "with").iter_rows():
        if without == with_act == 0:
            text = _("Cannot be told: in these runs, no case of {party} is finished.")
        elif with_act == 0:
            text = _("Cannot be told: with the act, no case of {party} is finished.")
        elif without == 0:
            text = _("Cannot be told: without the act, no case of {party} is finished.")
    return text.format(party=party_name(one.claim.party))


def _observed(one: Found, *, hangs: bool) -> tuple[str, str]:
    """The same where nobody claimed anything: only what was found."""
    sentence, remark = "", ""
    if _perhaps(one):
        sentence, remark = _("That may be too small to matter."), _("perhaps too small to matter")
    elif one.says in PERHAPS:
        if hangs:
            sentence = _("That is so only if work takes as long as assumed.")
            remark = _("only if work takes as long as assumed")
    else:
        sentence = _("No measurable effect.") if one.says == "no measurable effect" else _says(one)
    if one.verdict == "not tried":
        return sentence, _("not tried: done in 0 of {runs} runs")
    found = word(one.verdict)
    return sentence, joined([found, remark]) if remark else found


def _as_often(one: Found, sentence: str, short: str) -> tuple[str, str]:
    """What is said, in a sentence and in a few words, with the runs in which the act was done where it was not in
    all."""
    if not one.done:
        return sentence.format(runs=count(one.runs)), short.format(runs=count(one.runs))
    numbers = {"n": count(one.done), "runs": count(one.runs)}
    told = _("Done in {n} of {runs} runs only; the difference is the mean of all.").format(**numbers)
    return f"{sentence} {told}".strip(), joined([short, _("done in {n} of {runs} runs only").format(**numbers)])


def _perhaps(one: Found) -> bool:
    return one.says in PERHAPS and not surely_matters(one.low, one.high, one.matters)


def claimed(one: Found) -> str:
    """Who says what about which measure, and what the act is to do to it; where nobody does, what was looked at."""
    claim = one.claim
    measure, party = word(claim.measure), party_name(claim.party)
    if not claim.given:
        return _("No claim was given. Looked at: “{measure}” of {party}.").format(measure=measure, party=party)
    if not claim.text:
        expected = {
            "fall": _("Expected by {author}: for {party}, “{measure}” falls."),
            "rise": _("Expected by {author}: for {party}, “{measure}” rises."),
        }[claim.expects]
        return expected.format(author=party_name(claim.author), measure=measure, party=party)
    said = _("Claimed by {author}: “{text}”").format(author=party_name(claim.author), text=claim.text)
    expected = {
        "fall": _("Expected: for {party}, “{measure}” falls."),
        "rise": _("Expected: for {party}, “{measure}” rises."),
    }[claim.expects]
    return f"{said} {expected.format(measure=measure, party=party)}"


def found(one: Found) -> str:
    """What the comparison found for the same measure and party; nothing where it was not tried."""
    if one.verdict == "not tried":
        return ""
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
    if made_of := parts(one.noise, one.learned, unit, _digits(one, unit)):
        notes.append(made_of)
    if one.verdict == "smaller than matters":
        notes.append(_("what matters begins at {smallest}").format(smallest=_smallest(one, unit)))
    sentence = _(VERBS.get(one.verdict, _NEITHER))
    said = sentence.format(amount=signed.lstrip("+−") if one.verdict in VERBS else signed)
    return f"{said} ({joined(notes)})." if notes else f"{said}."


def _digits(one: Found, unit: Unit) -> int:
    return digits_within(*(value * unit.factor for value in (one.difference, one.low, one.high, one.matters)))


def _smallest(one: Found, unit: Unit) -> str:
    value = one.matters * unit.factor
    return with_unit(written(value, max(digits_for([value]) - 1, 0)), unit)


def _percent(share: float) -> str:
    return with_unit(written(share * 100, 0 if abs(share) >= 0.1 else 1, sign=True), unit_for("share", [share]))


VERBS = {"rises": mark("Found: it rises by {amount}"), "falls": mark("Found: it falls by {amount}")}
_NEITHER = mark("Found: a difference of {amount}")


def undecided(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """How many more pairs of runs would decide; nothing where it is decided."""
    more = next((row["more"] for row in _same(effects, scenario, one) if row["more"] is not None), None)
    if one.verdict != "undecided" or more is None:
        return ""
    more = roughly(more)
    return ngettext(
        "If the difference is what it seems, about {n} more pair of runs would decide.",
        "If the difference is what it seems, about {n} more pairs of runs would decide.",
        more,
    ).format(n=count(more))


def _same(effects: pl.DataFrame, scenario: str, one: Found) -> list[dict[str, Any]]:
    """The effect that the claim is about."""
    return effects.filter(
        (pl.col("scenario") == scenario)
        & (pl.col("measure") == one.claim.measure)
        & (pl.col("party") == one.claim.party)
    ).to_dicts()


def assumed(effects: pl.DataFrame, scenario: str, one: Found) -> str:
    """What becomes of the finding with other plausible service times, where that makes it another one."""
    same = _same(effects, scenario, one)
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
    for moved, sentence in (("rises", _("rises for {parties}")), ("falls", _("falls for {parties}"))):
        parties = same.filter(pl.col("verdict") == moved)["party"].to_list()
        if parties:
            said.append(sentence.format(parties=_few(parties)))
    if not said:
        return ""
    return _("The same measure {what}.").format(what=joined(said))


def _few(parties: Sequence[str], shown: int = 4) -> str:
    first = ", ".join(party_name(party) for party in parties[:shown])
    return first + (", …" if len(parties) > shown else "")
