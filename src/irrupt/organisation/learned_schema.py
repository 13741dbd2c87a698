"""What may stand in an organisation's file of the records that it was learned from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from irrupt.organisation.border import Entry
from irrupt.organisation.learned import Distance, Learned
from irrupt.organisation.values import AnyNumber, Moment, Whole


class DistanceEntry(Entry):
    """How far simulated records are from records that were held out, beside a plain replay of the past."""

    name: str
    unit: str
    model: AnyNumber
    spread: AnyNumber
    replay: AnyNumber
    floor: AnyNumber


class LearnedEntry(Entry):
    """Where the organisation came from and how far to trust it."""

    source: str
    cases: Whole
    events: Whole
    begin: Moment
    end: Moment
    starts: Literal["measured", "assumed", "missing"]
    work: Literal["measured", "shortest", "typical", "longest"] = "measured"
    told: bool = False
    present: Moment | None = None
    notes: list[str] = Field(default_factory=list)
    fidelity: list[DistanceEntry] = Field(default_factory=list)


def learned_in(entry: LearnedEntry) -> Learned:
    fields = entry.given()
    if "notes" in fields:
        fields["notes"] = tuple(entry.notes)
    if "fidelity" in fields:
        fields["fidelity"] = tuple(Distance(**distance.given()) for distance in entry.fidelity)
    return Learned(**fields)
