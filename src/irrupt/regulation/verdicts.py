"""What a difference is worth, and what it says to the claim that was made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from irrupt.organisation.rules import Claim

Verdict = Literal["rises", "falls", "smaller than matters", "no measurable effect", "undecided", "not tried"]
Says = Literal["as claimed", "the opposite", "no measurable effect", "smaller than matters", "undecided", "not tried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A claim beside what was found."""

    claim: Claim
    difference: float
    low: float
    high: float
    without: float
    matters: float
    """The smallest effect that matters."""
    unit: str
    verdict: Verdict
    says: Says
    noise: float = math.nan
    """Half of the interval that the noise of the runs alone would give."""
    learned: float = math.nan
    """The same for the uncertainty of what was learned; nan: not known."""
    runs: int = 0
    """With the acts that make the claim, as far as their moment came."""
    done: int | None = None
    """In how many of these it came; None: in all. Where it came in none, the claim was not tried."""


def surely_matters(low: float, high: float, matters: float) -> bool:
    """Whether the whole interval from *low* to *high* lies beyond the smallest effect that *matters*.

    >>> surely_matters(-2.9, -1.4, 0.5), surely_matters(-2.9, -0.4, 0.5)
    (True, False)
    """
    return low > matters or high < -matters


def verdict(low: float, high: float, matters: float) -> Verdict:
    """What a difference with the interval from *low* to *high* is worth when *matters* is the smallest that counts.

    An interval that lies within ±*matters* shows an effect too small to matter, or none that can be measured when it
    contains 0. One that contains 0 and reaches beyond is undecided: more runs are needed. nan is undecided. It is the
    reasoning of equivalence tests (Schuirmann 1987) with one interval for both questions.

    >>> verdict(-2.9, -1.4, 0.5), verdict(-0.1, 0.2, 0.5), verdict(0.1, 0.2, 0.5), verdict(-0.1, 0.9, 0.5)
    ('falls', 'no measurable effect', 'smaller than matters', 'undecided')

    Raises `ValueError` when *low* is above *high* or *matters* is negative.
    """
    if low > high or matters < 0:
        raise ValueError(f"needs low <= high and matters >= 0, found {low}, {high}, {matters}")
    within = -matters <= low and high <= matters
    if low <= 0 <= high:
        return "no measurable effect" if within else "undecided"
    if within:
        return "smaller than matters"
    if low > 0:
        return "rises"
    return "falls" if high < 0 else "undecided"


def found(
    claim: Claim,
    *,
    difference: float,
    low: float,
    high: float,
    without: float,
    unit: str,
    matters: float,
    noise: float = math.nan,
    learned: float = math.nan,
    runs: int = 0,
    done: int | None = None,
) -> Found:
    """*claim* beside the *difference* that was found for its measure and party, with its interval.

    *without* is the value without the act; *noise* and *learned* are what the interval is made of; all in *unit*. What
    was *done* in none of the *runs* was not tried, whatever its interval.
    """
    worth = verdict(low, high, matters) if done != 0 else "not tried"
    says: Says
    if worth in ("rises", "falls"):
        says = "as claimed" if worth == {"rise": "rises", "fall": "falls"}[claim.expects] else "the opposite"
    else:
        says = worth  # type: ignore[assignment]
    return Found(
        claim=claim,
        difference=difference,
        low=low,
        high=high,
        without=without,
        matters=matters,
        unit=unit,
        verdict=worth,
        says=says,
        noise=noise,
        learned=learned,
        runs=runs,
        done=done,
    )
