"""What a sweep or a search measures: a measure of a party."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.ledgers import measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A measure of a party."""

    measure: str
    party: str
    unit: str

    @property
    def name(self) -> str:
        """`cycle time of other clients`."""
        return f"{self.measure} of {self.party}"


def unmeasured(one: Output, columns: Iterable[tuple[str, str]]) -> UsageError:
    """What to raise when *one* is not among the *columns* that are measured."""
    parties = [party for measure, party in columns if measure == one.measure]
    wrong = _('"{measure}" is not measured for "{party}"').format(measure=one.measure, party=one.party)
    return UsageError(Fault("outputs", wrong, remedy=did_you_mean(one.party, parties)))


def possible(one: Output, level: float) -> float:
    """*level*. Raises `UsageError` where *one* can never come to it."""
    if wrong := measures()[one.measure].impossible(level):
        raise UsageError(Fault(one.name, wrong))
    return level


def output_in(text: str) -> Output:
    """`MEASURE of PARTY`; both may hold the word "of". Raises `UsageError` for what is no measure."""
    known = measures()
    parts = text.split(" of ") if isinstance(text, str) else [repr(text)]
    for at in range(len(parts) - 1, 0, -1):
        name, party = " of ".join(parts[:at]).strip(), " of ".join(parts[at:]).strip()
        if name in known:
            return Output(measure=name, party=party, unit=known[name].unit)
    expected = _('a measure and a party, such as "cycle time of other clients"')
    whose = _('say whose: "{measure} of …"').format(measure=text) if text in known else ""
    raise UsageError(Fault("outputs", str(text), expected, whose or did_you_mean(parts[0], known)))
