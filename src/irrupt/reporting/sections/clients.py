"""Section 2: what clients do in the records, and the ledgers of each party."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.reporting import charts
from irrupt.reporting.machine import SHOWN_CASES
from irrupt.reporting.parts import Cell, Figure, Part, Table, Told, chosen, figure, numeral, text
from irrupt.reporting.sections.columned import columned
from irrupt.reporting.sections.ledgers import MANY_PARTIES, LedgerPart, ledger_part
from irrupt.reporting.sections.made import to_try
from irrupt.reporting.sections.months import months
from irrupt.reporting.sections.seen import (
    beside,
    changed_shares,
    footprint,
    found_changes,
    load_by_hour,
    loads,
    overtaking,
    place_of,
    time_spent,
    whose_acts,
    written_and_done,
)
from irrupt.reporting.weeks import first_week
from irrupt.reporting.words import (
    DAYS,
    PARTS,
    amount,
    count,
    digits_for,
    part_of,
    word,
    written,
)
from irrupt.sight.model import ClientAct, Finding, Sight
from irrupt.sight.words import day

MANY_WEEKS = 104
SHOWN_VARIANTS = 10
SHOWN_PANELS = 8
SHOWN_STEPS = 9

_Shown = TypeVar("_Shown", Figure, Table)


@dataclass(frozen=True, slots=True)
class ClientsSection:
    """Findings, each leading to the part that shows it and to its cases; then these parts, and the ledgers."""

    findings: Sequence[Told]
    parts: Sequence[Part]
    ledgers: Sequence[LedgerPart]
    bounded: bool
    """Whether values are given with bounds, for want of start times."""
    to_try: Sequence[str]
    """What to type to try acts that the records suggest."""

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and title of each part."""
        return [(one.anchor, one.title) for one in self.parts] + [("seen-ledgers", _("The ledgers"))]


def clients_section(sight: Sight) -> ClientsSection:
    """What *sight* says of clients."""
    parts = [one for one in _parts(sight) if one.lines or one.tables or one.figures]
    command, acts = to_try(sight)
    shown = {one.anchor for one in parts}
    return ClientsSection(
        findings=tuple(_told(sight.findings, shown)),
        parts=parts,
        ledgers=[
            ledger_part(name, [one for one in sight.ledger if part_of(one.ledger, one.measure) == name])
            for name in PARTS
        ],
        bounded=any(math.isfinite(entry.shortest) for entry in sight.ledger),
        to_try=[f"{command} {act}" for act in acts],
    )


def _told(findings: Sequence[Finding], shown: set[str]) -> Iterator[Told]:
    first = chosen(findings)
    for at, one in enumerate(findings, 1):
        place = place_of(one.kind) if place_of(one.kind) in shown else "seen-ledgers"
        said = _("{what} ({n})").format(what=one.cases_are, n=count(len(one.cases))) if one.cases else ""
        yield Told(at, one.text, place, at in first, one.cases[:SHOWN_CASES], said)


def _parts(sight: Sight) -> Iterator[Part]:
    """The parts of the section, in the order of the page."""
    yield _drawn("seen-waits", time_spent(sight, "client"))
    yield _drawn("seen-teams-time", time_spent(sight, "team"))
    yield Part(
        "seen-co-production",
        _("Work that clients do: co-production"),
        _("The client takes part in the work on his case: he answers, supplies, pays, complains."),
        lines=() if sight.co_production else [_("No act of clients is visible in the records.")],
        tables=_co_production(sight) if sight.co_production else (),
    )
    yield Part(
        "seen-whose",
        _("Whose act is it?"),
        _(
            "What each activity was taken for, and why. What is wrong can be said in a small file beside the log "
            "(irrupt see --whose)."
        ),
        tables=_there(whose_acts(sight.chronicle)),
    )
    yield Part(
        "seen-prescribed",
        _("Written and done"),
        _("Each case is held against the written procedure: steps left out, and steps done that it lacks."),
        tables=written_and_done(sight),
    )
    yield from _footprints(sight)
    yield _organising(sight)
    yield _drawn("seen-weeks", _arrivals(sight))
    yield from (_drawn(f"seen-month{'-more' * at}", one) for at, one in enumerate(months(sight)))
    yield from (_drawn(f"seen-hours{'-work' if at else ''}", one) for at, one in enumerate(reversed(_weeks(sight))))
    yield _drawn("seen-teams", _load(sight))
    said = ngettext("{n} way through in all.", "{n} different ways through in all.", sight.variant_count)
    yield Part(
        "seen-ways",
        _("Ways through"),
        said.format(n=count(sight.variant_count)),
        tables=[_variants(sight)] if sight.variants else (),
    )


def _footprints(sight: Sight) -> Iterator[Part]:
    yield Part(
        "seen-footprint",
        _("The clients' footprint"),
        _("What happens in the cases of each party. What differs for a client beyond chance is among the findings."),
        tables=footprint(sight),
    )
    yield Part(
        "seen-overtaking",
        _("Whose cases pass others"),
        _(
            "Had the same moments of beginning been handed out in the order of arrival, steps would have begun earlier "
            "or later by so much."
        ),
        tables=_there(overtaking(sight)),
    )
    yield Part(
        "seen-load",
        _("The load that each client causes"),
        _("Whose cases the steps of each team are for."),
        tables=loads(sight),
        figures=_there(load_by_hour(sight)),
    )


def _there(one: _Shown | None) -> list[_Shown]:
    return [] if one is None else [one]


def _drawn(anchor: str, one: Figure | None) -> Part:
    return Part(anchor, one.title if one else "", figures=_there(one))


def _organising(sight: Sight) -> Part:
    lines, changed = list(sight.organising), found_changes(sight)
    if changed:
        lines.append(
            _(
                "Rules that seem to have changed, inferred from what was done. Confirm or refute them in the file "
                "beside the log; or take them into a rulebook (irrupt kept --inferred), where it is signed."
            )
        )
    return Part(
        "seen-organising",
        _("Rules that change: organising"),
        _("Organising is another thing than working: it changes the rules under which everybody works."),
        lines=lines or [_("No rule change is visible in the records.")],
        tables=_there(changed),
        figures=_there(changed_shares(sight)),
    )


def _arrivals(sight: Sight) -> Figure | None:
    return _by_week(
        sight,
        {party_name(name): values for name, values in sight.arrivals.items()},
        _("Cases that arrive each week"),
        _("Each party has its own scale. Look at the shape, and at the numbers for the size."),
    )


def _load(sight: Sight) -> Figure | None:
    return _by_week(
        sight,
        dict(list(sight.team_load.items())[:SHOWN_PANELS]),
        _("Steps that each team does each week"),
        _("Each team has its own scale; the teams with most steps come first."),
    )


def _by_week(sight: Sight, series: Mapping[str, Sequence[float]], title: str, reading: str) -> Figure | None:
    drawn = [(name, list(values)) for name, values in series.items() if any(value for value in values)]
    if not drawn or len(sight.weeks) < 2:
        return None
    first, held = first_week([values for _name, values in drawn])
    drawn = [(name, values[first:]) for name, values in drawn]
    weeks = sight.weeks[first:]
    together = -(-len(weeks) // MANY_WEEKS)
    labels = [day(begin, sight.chronicle.timezone) for begin in weeks[::together]]
    if first:
        reading += " " + _("The {n} weeks before hold {share} of it, and are left out.").format(
            n=first, share=f"{written(100 * held, 1)} %"
        )
    panels = []
    for name, values in drawn:
        sums = [math.fsum(values[at : at + together]) for at in range(0, len(values), together)]
        remark = _("mean {mean}, most {most}").format(
            mean=written(sum(sums) / len(sums), max(digits_for([sum(sums) / len(sums)]), 0)),
            most=written(max(sums), 0),
        )
        panels.append(charts.Series(name=name, values=sums, remark=remark))
    if together > 1:
        reading += " " + ngettext(
            "Each column is {n} week.", "Each column is {n} weeks taken together.", together
        ).format(n=together)
    return columned(title, reading, panels, labels, _("Week from"))


def _weeks(sight: Sight) -> list[Figure]:
    maps = (
        (_("When cases arrive"), _("Cases in each hour of the week, on average."), sight.arrivals_by_hour),
        (_("When people work"), _("Steps in each hour of the week, on average."), sight.activity_by_hour),
    )
    return [_week(title, reading, values) for title, reading, values in maps if any(map(any, values))]


def _week(title: str, reading: str, values: Sequence[Sequence[float]]) -> Figure:
    names = [_(name) for name in DAYS]
    most, row, hour = max((value, row, hour) for row, hours in enumerate(values) for hour, value in enumerate(hours))
    busiest = _("Busiest: {day}, {hour} h to {next} h.").format(day=names[row], hour=hour, next=hour + 1)
    reading = f"{reading} {busiest}"

    def tip(row: int, hour: int, value: float) -> str:
        return f"{names[row]} {hour}–{hour + 1} h: {written(value, digits_for([most]))}"

    return figure(
        title,
        reading,
        lambda width: charts.heat(values, names, width=width, title=title, description=reading, tip=tip),
    )


def _co_production(sight: Sight) -> list[Table]:
    parties = list(dict.fromkeys(party for act in sight.co_production for party in act.share_of_cases))
    said = _("Share of cases in which it happens.")

    def share(act: ClientAct, party: str) -> Cell:
        return numeral(amount(act.share_of_cases.get(party, math.nan), "share"))

    if len(parties) > MANY_PARTIES and len(sight.co_production) <= MANY_PARTIES:
        heads = (text(_("Party")), *(numeral(act.activity, notes=[word(act.role)]) for act in sight.co_production))
        rows = [(text(party_name(party)), *(share(act, party) for act in sight.co_production)) for party in parties]
        return [Table(heads, rows, said)]

    def table(shown: Sequence[str], said: str) -> Table:
        heads = (text(_("Activity")), text(_("What it is")), *(numeral(party_name(party)) for party in shown))
        rows = [
            (text(act.activity), text(word(act.role), soft=True), *(share(act, party) for party in shown))
            for act in sight.co_production
        ]
        return Table(heads, rows, said)

    split = beside(parties)
    return [table(shown, said if shown is split[-1] else "") for shown in split]


def _variants(sight: Sight) -> Table:
    heads = (text(_("The commonest ways through")), numeral(_("cases")), numeral(_("share")))
    rows = [
        (
            text(short_path(path), tip=path),
            numeral(count(n)),
            numeral(amount(n / sight.used_cases, "share") if sight.used_cases else ""),
        )
        for path, n in sight.variants[:SHOWN_VARIANTS]
    ]
    return Table(heads, rows)


def short_path(path: str) -> str:
    """A way through, without the middle of a long one.

    >>> short_path("A → B → C")
    'A → B → C'
    """
    steps = path.split(" → ")
    if len(steps) <= SHOWN_STEPS:
        return path
    left_out = len(steps) - SHOWN_STEPS + 1
    middle = ngettext("({n} more step)", "({n} more steps)", left_out).format(n=left_out)
    return " → ".join((*steps[: SHOWN_STEPS - 3], middle, *steps[-2:]))
