"""Plain words and readable numbers, the same on every face: terminal and report."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from irrupt.groups import ALL_CLIENTS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number, pgettext, sentence, unit_after
from irrupt.ledgers import measures
from irrupt.organisation.learned import Distance, Trust, trust
from irrupt.regulation.scenario_names import scenario_said, told_apart
from irrupt.sight.words import scale, scale_of_part

if TYPE_CHECKING:
    from irrupt.experiment.model import Tried
    from irrupt.sight.model import Entry

UNKNOWN = "–"
"""Written where the records do not tell."""
MINUS = "\u2212"
SPACE = "\u202f"
"""Between a number and its unit: narrow, and never broken."""
LOPSIDED = 1.25
"""From how much farther to one side on both ends of an interval are written."""

LEDGERS = (mark("market"), mark("organisation"), mark("work"), mark("power"))
EMPLOYMENT = mark("work, conditions of employment")
PARTS = (*LEDGERS[:3], EMPLOYMENT, LEDGERS[3])
"""Ledgers, with the two lists of what work gains or loses kept apart: conditions at work, and of employment."""
DAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))

_SHOWN = (
    # Names that come as data, listed here so that they are translated.
    *(mark("rises"), mark("falls"), mark("smaller than matters"), mark("no measurable effect"), mark("undecided")),
    mark("not tried"),
    *(mark("as claimed"), mark("the opposite"), mark("by construction"), mark("emergent")),
    *(mark("imposed"), mark("negotiated"), mark("carried up"), mark("instrument"), mark("relay"), mark("schedule")),
    *(mark("control"), mark("joint"), mark("autonomous")),
    *(mark("fluctuation"), mark("rigidity"), mark("rise"), mark("fall")),
    *(mark("client act"), mark("waiting for the client"), mark("toward the client"), mark("inside"), mark("unknown")),
    *(mark("inferred"), mark("confirmed"), mark("refuted")),
    *(mark("left out"), mark("done though not written"), mark("done at another place")),
    *(mark("measured"), mark("assumed"), mark("missing"), mark("shortest"), mark("typical"), mark("longest")),
    mark("from start to end"),
    *(mark("consumer"), mark("user"), mark("citizen"), mark("patient"), mark("industrial")),
)


def word(name: str) -> str:
    """A name of ours (a measure, verdict, kind, ledger, force, ...) in the user's language."""
    return _(name) if name else ""


def of_rule(name: str) -> str:
    """A word for how a rule came about (its force, what it rests on) in the user's language: in French, where acts and
    changes are masculine, it agrees with the rule."""
    known = {
        "imposed": pgettext("rule", "imposed"),
        "negotiated": pgettext("rule", "negotiated"),
        "carried up": pgettext("rule", "carried up"),
        "inferred": pgettext("rule", "inferred"),
        "confirmed": pgettext("rule", "confirmed"),
        "refuted": pgettext("rule", "refuted"),
    }
    return known.get(name) or word(name)


def part_of(ledger: str, measure: str) -> str:
    """In which of `PARTS` *measure* of a *ledger* is told."""
    known = measures().get(measure)
    return EMPLOYMENT if known is not None and known.of_employment else ledger


def tried_name(tried: Tried) -> str:
    """What a scenario is called: its acts in the user's language, unless it was given a name of its own."""
    return scenario_said(tried.name, tried.acts, word)


def has_own_name(tried: Tried) -> bool:
    """Whether a scenario was given a name: its acts alone, told apart from others or numbered among them, are none."""
    return told_apart(tried.name, tried.acts) is None


_ACRONYM = re.compile(r"^(.*) \(([A-Z]{2,5})\)$")


def plainly(name: str) -> tuple[str, list[str]]:
    """A name of ours in the user's language, and the acronym that experts know it by, if any.

    >>> plainly("order of the steps (NGD)")
    ('order of the steps', ['NGD'])
    """
    found = _ACRONYM.match(word(name))
    return (found[1], [found[2]]) if found else (word(name), [])


class Unit(NamedTuple):
    """How the values of one row are shown: multiplied by *factor*, with *name* behind."""

    factor: float
    name: str


def unit_for(unit: str, values: Iterable[float], *, difference: bool = False) -> Unit:
    """The unit in which *values* read best: hours become seconds, minutes or days, shares per cent or points.

    >>> unit_for("h", [0.2, 0.1]), unit_for("h", [500.0])
    (Unit(factor=60.0, name='min'), Unit(factor=0.041666666666666664, name='days'))
    """
    if unit == "share":
        return Unit(100.0, _("points") if difference else "%")
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return Unit(*scale(largest)) if unit == "h" and largest > 0 else Unit(1.0, word(unit))


OF_CASE = ("waiting for us", "waiting for the client", "unexplained delay", "working for him")
"""Measures whose times are parts of how long cases take."""


def unit_of_row(entries: Sequence[Entry], beside: Iterable[Entry] = ()) -> Unit:
    """The unit of *entries* of one measure: of lengths of time that in which the one of all clients reads best, which
    findings use as well; where there is none, that of the largest. Parts of how long cases take bear its unit, where
    that stands *beside* them."""
    everybody = [one.value for one in entries if one.party == ALL_CLIENTS and one.value > 0]
    values = everybody or [one.value for one in entries]
    if entries[0].measure in OF_CASE:
        wholes = [one.value for one in beside if one.measure == "cycle time" and one.party == entries[0].party]
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        if wholes and wholes[0] > 0 and largest > 0:
            return Unit(*scale_of_part(largest, wholes[0]))
    return unit_for(entries[0].unit, values)


def digits_for(values: Iterable[float]) -> int:
    """Decimals that give the largest of *values* three significant digits; negative from a thousand on."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return min(2 - math.floor(math.log10(largest)), 6) if largest > 5e-7 else 0


def written(value: float, digits: int, *, sign: bool = False) -> str:
    """*value* rounded to *digits* decimals, with a real minus, and a plus where *sign* asks for it.

    >>> written(-1234.5, -1), written(0.314, 2, sign=True), written(float("nan"), 1)
    ('−1,230', '+0.31', '–')
    """
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if abs(value) >= 1e12:
        return f"{value:.2e}".replace("-", MINUS)
    rounded = round(value, digits)
    text = number(rounded, max(digits, 0)).replace("-", MINUS)
    return "+" + text if sign and rounded > 0 else text


def named(unit: Unit, measure: str) -> list[str]:
    """The name of *unit*, where it has one and *measure* does not say it already."""
    return [unit.name] if unit.name and unit.name not in word(measure).split() else []


def with_unit(text: str, unit: Unit) -> str:
    """A written number with its unit, unless nothing is known.

    >>> with_unit("−1.5", Unit(1.0, "days")), with_unit(UNKNOWN, Unit(1.0, "days")), with_unit("3", Unit(1.0, ""))
    ('−1.5\\u202fdays', '–', '3')
    """
    return text if not unit.name or text == UNKNOWN else text + SPACE + unit_after(text, unit.name)


def amount(value: float, unit: str, *, sign: bool = False, difference: bool = False) -> str:
    """One value with its unit, at most three significant digits.

    >>> amount(38.04, "h"), amount(0.314, "share")
    ('38.0\\u202fh', '31.4\\u202f%')
    """
    shown = unit_for(unit, [value], difference=difference)
    digits = digits_for([value * shown.factor])
    if unit == "share":
        digits = min(digits, 1 if abs(value) >= 0.01 else 2)
    return with_unit(written(value * shown.factor, digits, sign=sign), shown)


def span(low: float, high: float, unit: Unit, digits: int, *, sign: bool = False) -> str:
    """An interval in words, empty where it is not known. That of a difference (*sign*) ends at zero only where it holds
    zero.

    >>> span(0.3, 38.2, Unit(1.0, ""), 0, sign=True), span(-0.3, 38.2, Unit(1.0, ""), 0, sign=True)
    ('+0.3 to +38', '0 to +38')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    apart = sign and low * high > 0
    scaled = [end * unit.factor for end in (low, high)]
    ends = (written(end, _finer(end, digits) if apart else digits, sign=sign) for end in scaled)
    return _("{low} to {high}").format(**dict(zip(("low", "high"), ends, strict=True)))


def _finer(value: float, digits: int) -> int:
    """Decimals of a *value* that is not zero: *digits*, or as many as it needs not to be written as zero."""
    return digits if round(value, digits) else max(digits, min(-math.floor(math.log10(abs(value))), 6))


def parts(noise: float, learned: float, unit: Unit, digits: int) -> str:
    """What half of an interval is made of: the noise of the runs and the uncertainty of what was learned, whose squares
    add up to its square; empty where one is not known.

    >>> parts(0.31, 1.04, Unit(1.0, "h"), 1)
    'runs ±\u202f0.3, learned ±\u202f1.0'
    """
    if not (math.isfinite(noise) and math.isfinite(learned)):
        return ""
    halves = (written(half * unit.factor, max(digits, 0)) for half in (noise, learned))
    said = _("runs ± {noise}, learned ± {learned}").format(**dict(zip(("noise", "learned"), halves, strict=True)))
    return said.replace("± ", f"±{SPACE}")


def with_interval(
    value: float, low: float, high: float, unit: Unit, *, sign: bool = False, matters: float = math.nan
) -> tuple[str, str]:
    """A value with its unit, and its interval, written with the same decimals: as few as the interval allows.

    >>> with_interval(-11.24, -12.31, -10.07, Unit(1.0, "h"), sign=True)
    ('−11.2\u202fh', '−12.3 to −10.1')
    """
    digits = digits_within(*(one * unit.factor for one in (value, low, high, matters)))
    return with_unit(written(value * unit.factor, digits, sign=sign), unit), span(low, high, unit, digits, sign=sign)


def with_reach(found: Iterable[float], unit: Unit, *, digits: int | None = None, sign: bool = False) -> str:
    """A value in *unit*, of *found* that and its two ends, and how far its interval reaches.

    >>> with_reach((-0.29, -0.51, -0.07), Unit(1.0, "h"), sign=True)
    '−0.29\u202fh ±\u202f0.22'
    """
    scaled = [value * unit.factor for value in found]
    digits = digits_within(*scaled) if digits is None else digits
    value = with_unit(written(scaled[0], digits, sign=sign), unit)
    return f"{value} {reach(scaled, digits, sign=sign)}".strip()


def reach(found: Iterable[float], digits: int, *, sign: bool = False) -> str:
    """How far the interval of *found*, a value and its two ends, reaches, in a few characters: half of it, or both ends
    where it reaches much farther to one side, or where its half would have it hold zero that it does not hold (or the
    other way round); empty where there is none.

    >>> reach((-11.2, -12.3, -10.1), 1, sign=True), reach((-11.2, -14.0, -10.1), 1, sign=True)
    ('±\u202f1.1', '(−14.0 to −10.1)')
    >>> reach((0.80, 0.02, 1.67), 2, sign=True)
    '(+0.02 to +1.67)'
    >>> reach((3.69, 3.688, 3.6905), 2, sign=True)
    '±\u202f0.00'
    """
    value, low, high = found
    near, far = sorted((value - low, high - value))
    if not (math.isfinite(far) and far > 0):
        return ""
    digits = max(digits, 0)
    half = (high - low) / 2
    misread = (low <= 0 <= high) != (abs(round(value, digits)) <= round(half, digits))
    if (misread or far > LOPSIDED * near) and written(low, digits) != written(high, digits):
        return f"({span(low, high, Unit(1.0, ''), digits, sign=sign)})"
    return f"±{SPACE}{written(half, digits)}"


def digits_within(value: float, low: float, high: float, matters: float = math.nan) -> int:
    """Decimals for *value*: three significant digits, fewer where the interval is wide or where *matters*, the smallest
    effect that matters, is more than a hundred times the last of them."""
    digits = digits_for([value, low, high])
    half = (high - low) / 2
    if math.isfinite(half) and half > 0:
        digits = min(digits, max(1 - math.floor(math.log10(half)), 0))
    return (
        min(digits, max(2 - math.floor(math.log10(matters)), 0)) if math.isfinite(matters) and matters > 0 else digits
    )


def joined(parts: Iterable[str]) -> str:
    """*parts* one after the other, apart as the language wants it.

    >>> joined(["line 3", "line 5"])
    'line 3; line 5'
    """
    return _("; ").join(parts)


def authors_said(names: Sequence[str]) -> str:
    """Those who have a part in a rule, as parties are called.

    >>> authors_said(["Hospital A", "Desk", "Network"]), authors_said(["Desk"])
    ('Hospital A, Desk and Network', 'Desk')
    """
    *before, last = [party_name(name) for name in names]
    return _("{first} and {last}").format(first=", ".join(before), last=last) if before else last


def listed(names: Sequence[str]) -> str:
    """*names* one after the other, apart from each other even where one holds a comma."""
    return joined(names) if any("," in name for name in names) else ", ".join(names)


def count(value: float) -> str:
    """A whole number of things."""
    return number(value, 0)


def roughly(n: int) -> int:
    """A whole number of two digits that count, and never less: of what is needed, more is not known.

    >>> roughly(4788), roughly(87), roughly(101), roughly(100)
    (4800, 87, 110, 100)
    """
    unit: int = 10 ** max(len(str(n)) - 2, 0)
    return -(-n // unit) * unit


TRUST = {
    "chance": mark("as close to the records as chance allows"),
    "better": mark("better than repeating the past"),
    "equal": mark("about as well as repeating the past"),
    "worse": mark("not as well as repeating the past"),
    "much worse": mark("much worse than repeating the past"),
    "unknown": mark("could not be checked"),
}


def trusted(fidelity: Iterable[Distance]) -> list[tuple[Trust, list[str]]]:
    """Names of what is predicted, gathered by how well, best first."""
    groups: dict[Trust, list[str]] = {level: [] for level in TRUST}  # type: ignore[misc]
    for distance in fidelity:
        groups[trust(distance)].append(plainly(distance.name)[0])
    return [(level, names) for level, names in groups.items() if names]


def trust_sentences(fidelity: Iterable[Distance]) -> list[str]:
    """What the model predicts how well, a sentence for each degree."""
    return [
        _("{how}: {what}.").format(how=sentence(_(TRUST[level])), what=", ".join(names))
        for level, names in trusted(fidelity)
    ]


def number_of(value: float) -> str:
    """A number at most three digits long, without needless decimals.

    >>> number_of(13.0), number_of(6.25)
    ('13', '6.25')
    """
    digits = max(digits_for([value]), 0)
    while digits and round(value, digits) == round(value, digits - 1):
        digits -= 1
    return written(value, digits)
