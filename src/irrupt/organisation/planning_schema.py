"""What may stand in the planning parts of an organisation's file: programmes, products, capacity."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from irrupt.organisation import planning
from irrupt.organisation.border import Entry, OneOrMore
from irrupt.organisation.values import (
    LongHours,
    Names,
    Number,
    Seconds,
    Share,
    Shifts,
    Spans,
    Whole,
    WholeDays,
    WholeWeeks,
)


class BandEntry(Entry):
    """What he calls off for a period stays within these shares of what he announced so many periods ahead."""

    down: Share
    up: Share
    ahead: Whole


class LateChangesEntry(Entry):
    """Call-offs that are changed although they were announced as frozen."""

    share: Share
    by: Share
    notice: Whole = 0


class ZoneEntry(Entry):
    """Nearest periods in which he pays for each piece that he changes."""

    periods: Whole
    price: Number


class ProgrammeEntry(Entry):
    """How a client orders a product. Varies, moves, inflation: shares, such as 0.1 or 10 %."""

    client: str
    level: Number
    period: planning.Period = "week"
    varies: Share = 0.0
    correlation: Number = 0.0
    moves: Share = 0.0
    horizon: Whole = 8
    frozen: Whole = 1
    inflation: Share = 0.0
    distrust: Share = 0.0
    buffer: Number = 0.0
    levelled: Whole = 1
    band: BandEntry | None = None
    late_changes: LateChangesEntry | None = None
    zones: Annotated[list[ZoneEntry], OneOrMore()] = Field(default_factory=list)
    pack: Number = 1.0


class ProductEntry(Entry):
    """How the firm plans a product. Lead, cover, safety time, freeze: periods."""

    plans_on: planning.PlansOn = "schedule"
    past: Whole = 4
    lead: Whole = 1
    lot: Number = 1.0
    minimum: Number = 0.0
    largest: Number | None = None
    cover: Whole = 1
    safety_stock: Number = 0.0
    safety_time: Whole = 0
    freeze: Whole = 0
    holding: Number | None = None


class QueueEntry(Entry):
    """What waits for the team: so many cases, one that waits for so long, so much of a week's work."""

    cases: Whole | None = None
    oldest: Seconds | None = None
    load: Share | None = None


class StretchedEntry(Entry):
    """Hours that begin when more waits than `when` says, and end when less does than `until` says."""

    notice: WholeDays = 0
    when: QueueEntry | None = None
    until: QueueEntry | None = None


class OvertimeEntry(StretchedEntry):
    """Hours that everybody in the team works in addition when they are needed. Daily: hours by which each working day
    is longer. Most: hours a person and week."""

    shifts: Shifts = ()
    daily: LongHours = 0.0
    most: LongHours | None = None
    premium: Share = 0.0


class ModulationEntry(StretchedEntry):
    """Hours that are longer at some times and shorter at others. Account: hours a person."""

    more: Shifts = ()
    less: Shifts = ()
    daily: LongHours = 0.0
    account: LongHours = 40.0
    within_weeks: WholeWeeks | None = None


class TempsEntry(StretchedEntry):
    """People who are hired when they are needed. Weeks: for how long, each time. Also: teams whose work they do too."""

    most: Whole
    calendar: str
    speed: Number = 1.0
    weeks: WholeWeeks | None = None
    pay: Number | None = None
    also: Names = ()


class SupplementsEntry(Entry):
    """By what share hours are paid better that change after they were announced: the same day, the day before, days
    before, two weeks or more."""

    same_day: Share = 0.0
    day_before: Share = 0.0
    days: Share = 0.0
    weeks: Share = 0.0


class CapacityEntry(Entry):
    """How the hours of a team follow the plan, or what waits for it: modulated hours first, then overtime, then
    temps."""

    fill: Share = 1.0
    roster_weeks: Whole = 2
    overtime: OvertimeEntry | None = None
    modulation: ModulationEntry | None = None
    temps: TempsEntry | None = None
    supplements: SupplementsEntry | None = None
    author: str | None = None
    valid: Spans = ()


_INNER = {
    "band": planning.Band,
    "late_changes": planning.LateChanges,
    "overtime": planning.Overtime,
    "modulation": planning.Modulation,
    "temps": planning.Temps,
    "supplements": planning.Supplements,
    "when": planning.Queue,
    "until": planning.Queue,
}


def built(kind: type, entry: Entry) -> object:
    """The *kind* of rule that *entry* describes."""
    fields = entry.given()
    inner: dict[str, object] = {
        name: built(_INNER[name], value) for name, value in fields.items() if isinstance(value, Entry)
    }
    if zones := fields.get("zones"):
        inner["zones"] = tuple(built(planning.Zone, zone) for zone in zones)
    return kind(**fields | inner)
