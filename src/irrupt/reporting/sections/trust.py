"""Section 3: how far the model can be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from irrupt.experiment.model import Comparison
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext
from irrupt.organisation.learned import Distance, Learned, Trust, trust
from irrupt.organisation.model import Organisation
from irrupt.organisation.support import support
from irrupt.reporting import charts
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.sections.log import cases, events, names
from irrupt.reporting.words import (
    SPACE,
    TRUST,
    amount,
    count,
    joined,
    plainly,
    trust_sentences,
    trusted,
    unit_for,
    with_unit,
    word,
    written,
)
from irrupt.reporting.words import digits_for as digits
from irrupt.sight.lately import levels_since
from irrupt.sight.model import Sight
from irrupt.sight.split import CLOCK_TIME, REST
from irrupt.sight.words import day, days

DELAY = ("unexplained delay", ALL_CLIENTS)
BESIDE = (
    ("cycle time", ALL_CLIENTS),
    ("waiting for us", ALL_CLIENTS),
    DELAY,
    ("waiting for the client", ALL_CLIENTS),
    ("steps per case", ALL_CLIENTS),
    ("rework", ALL_CLIENTS),
    ("steps done", ALL_TEAMS),
)
"""Measures and parties for which the log is set beside the model."""
BESIDE_PAST: dict[Trust, str] = {
    "chance": mark("as close as chance allows"),
    "better": mark("better"),
    "equal": mark("about as good"),
    "worse": mark("less good"),
    "much worse": mark("much worse"),
    "unknown": mark("not checked"),
}


@dataclass(frozen=True, slots=True)
class TrustSection:
    """What was learned from what, what was assumed, and the distances."""

    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    test: str
    judged: Sequence[str]
    figure: Figure | None
    distances: Table | None
    beside: Table | None
    """The log beside the model, where both are known."""


def how_tested() -> str:
    """How the model was tested, and what it is set beside."""
    return _(
        "The last part of the records was kept from the model, which then had to predict it. Repeating the past, the "
        "simplest prediction there is, takes as many earlier cases just as they were."
    )


def briefly(organisation: Organisation) -> str:
    """How *organisation* did on records that it had not seen, and how well it answers what-ifs."""
    said = [_tested(organisation.fidelity)] if organisation.fidelity else []
    if organisation.learned is None:
        said.append(_("The model was written by hand: no record was set against it."))
    else:
        said.append(_("What-ifs are answered {how}.").format(how=what_ifs_briefly(organisation)))
    return " ".join(said)


def _tested(fidelity: Sequence[Distance]) -> str:
    """How many predictions are how good; those that are bad, by name."""
    told = _("{n} {how}")
    said = []
    for level, known in trusted(fidelity):
        one = told.format(n=count(len(known)), how=_(BESIDE_PAST[level]))
        said.append(f"{one} ({', '.join(known)})" if level in ("worse", "much worse", "unknown") else one)
    text = _("Predictions of records that the model had not seen, beside repeating the past: {said}.")
    return text.format(said=joined(said))


def trust_section(
    organisation: Organisation, sight: Sight | None = None, comparison: Comparison | None = None
) -> TrustSection:
    """How far to trust *organisation*; where *sight* and *comparison* are given, the log stands beside the model."""
    learned = organisation.learned
    fidelity = organisation.fidelity
    return TrustSection(
        facts=facts(organisation),
        notes=learned.notes if learned else (),
        test=how_tested(),
        judged=trust_sentences(fidelity),
        figure=_figure(fidelity) if any(_comparable(one) for one in fidelity) else None,
        distances=distance_table(fidelity) if fidelity else None,
        beside=beside_the_log(sight, comparison, learned) if sight and comparison else None,
    )


def beside_the_log(sight: Sight, comparison: Comparison, learned: Learned | None = None) -> Table | None:
    """Levels in the log beside those of the model without any act; nothing where they have no measure in common.

    Where ways of working changed, the part of the log that the model describes stands between.
    """
    since = learned.present if learned and learned.present and sight.used_begin < learned.present else None
    lately = levels_since(sight, since) if since else {}
    first = comparison.effects["scenario"].first() if comparison.effects.height else None
    modelled = {
        (row["measure"], row["party"]): row
        for row in comparison.effects.iter_rows(named=True)
        if row["scenario"] == first and row["without"] is not None
    }
    logged = {(entry.measure, entry.party): entry for entry in sight.ledger}
    # Runs do not tell the time that a clock keeps, or for which a case was over, from other delays: set beside them,
    # records do not either.
    kept = math.fsum(
        one.hours for one in sight.time_parts if one.part in (CLOCK_TIME, REST) and one.party == ALL_CLIENTS
    )
    rows = [
        _levels(
            [
                logged[one].value + (kept if one == DELAY else 0.0),
                *([lately.get(one, math.nan)] if since else []),
                modelled[one]["without"],
            ],
            logged[one].unit,
            *one,
            _("with the time that a clock keeps") if kept and one == DELAY else "",
        )
        for one in BESIDE
        if one in logged and one in modelled and logged[one].unit == modelled[one]["unit"]
    ]
    heads = [_("log"), *([_("log since {date}").format(date=day(since))] if since else []), _("model")]
    return Table((text(_("Measure")), *map(numeral, heads)), rows) if rows else None


def _levels(levels: Sequence[float], unit: str, measure: str, party: str, remark: str) -> tuple[Cell, ...]:
    known = [level for level in levels if math.isfinite(level)]
    shown = unit_for(unit, known)
    places = digits([level * shown.factor for level in known])
    values = (
        with_unit(written(level * shown.factor, places), shown) if math.isfinite(level) else "" for level in levels
    )
    return (text(word(measure), notes=[party_name(party), *([remark] if remark else [])]), *map(numeral, values))


def facts(organisation: Organisation, *, brief: bool = False) -> list[tuple[str, str]]:
    """What the model holds and where it came from, as pairs of a heading and a sentence; *brief*: reasons once."""
    learned = organisation.learned
    people = len(organisation.people)
    alike = list(organisation.clients) == [ALL_CLIENTS]
    clients = ngettext("{n} client or group of clients", "{n} clients or groups of clients", len(organisation.clients))
    holds = _("{clients}, {teams}, {people}, {activities}").format(
        clients=party_name(ALL_CLIENTS) if alike else clients.format(n=count(len(organisation.clients))),
        teams=ngettext("{n} team", "{n} teams", len(organisation.teams)).format(n=count(len(organisation.teams))),
        people=ngettext("{n} person", "{n} people", people).format(n=count(people)),
        activities=ngettext("{n} activity", "{n} activities", len(organisation.activities())).format(
            n=count(len(organisation.activities()))
        ),
    )
    said = [(_("Model"), organisation.name), (_("It holds"), holds)]
    if learned is None:
        return [*said, (_("Learned from"), _("nothing: it was written by hand, and no record was set against it"))]
    return [
        *said,
        (
            _("Learned from"),
            _("{source}: {cases}, {events}, {days}").format(
                source=learned.source,
                cases=cases(learned.cases),
                events=events(learned.events),
                days=days(learned.begin, learned.end, organisation.timezone),
            ),
        ),
        (_("Service times"), service_times(learned)),
        (_("Clients"), _("the records name no client") if alike else names(sorted(organisation.clients), "client")),
        (_("What-ifs"), _answered(organisation) if brief else what_ifs(organisation)),
    ]


def what_ifs(organisation: Organisation) -> str:
    """How well the model answers each kind of what-ifs, and why no better; those that are alike together."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in support(organisation):
        alike.setdefault((one.grade, one.why), []).append(word(one.rules))
    told = _("{rules}: {grade}")
    return joined(
        told.format(rules=", ".join(rules), grade=word(grade)) + (f" ({', '.join(why)})" if why else "")
        for (grade, why), rules in alike.items()
    )


def what_ifs_briefly(organisation: Organisation) -> str:
    """The same in a few words: how well, then which kinds where not all are alike, and every reason once."""
    told = support(organisation)
    grades = list(dict.fromkeys(one.grade for one in told))
    said = []
    for grade in grades:
        mine = [one for one in told if one.grade == grade]
        which = "" if len(grades) == 1 else ", ".join(word(one.rules) for one in mine)
        why = joined(dict.fromkeys(reason for one in mine for reason in one.why))
        text = _("{grade}: {rules}").format(grade=word(grade), rules=which) if which else word(grade)
        said.append(f"{text} ({why})" if why else text)
    return joined(said)


def _answered(organisation: Organisation) -> str:
    """The same as it stands beside the name of what is answered."""
    return _("answered {how}").format(how=what_ifs_briefly(organisation))


def service_times(learned: Learned) -> str:
    """Whether work was measured, or which of the plausible values was taken."""
    if learned.work == "measured":
        return _("measured: the records have start times")
    return _("assumed, since the records have no start times; plausible values taken: {which}").format(
        which=word(learned.work)
    )


def _comparable(distance: Distance) -> bool:
    return math.isfinite(distance.model) and math.isfinite(distance.replay) and distance.replay > 0


def _figure(fidelity: Sequence[Distance]) -> Figure:
    title = _("How far predictions are from what happened")
    heads = (_("model"), _("repeating the past"), _("chance alone"))
    rows = [
        charts.Beside(
            name=plainly(one.name)[0],
            model=one.model / one.replay,
            half=one.half / one.replay,
            floor=one.floor / one.replay,
            tip=_("{model} beside {replay}").format(
                model=amount(one.model, one.unit), replay=amount(one.replay, one.unit)
            ),
        )
        for one in fidelity
        if _comparable(one)
    ]
    reading = _(
        "Dots left of the line: the model comes closer than repeating the past. Chance alone: how far apart two such "
        "sets of records are when nothing differs but luck; no model can be better."
    )
    said = "; ".join(f"{row.name}: {row.tip}" for row in rows)
    return figure(title, reading, lambda width: charts.dots(rows, heads, width=width, title=title, description=said))


def distance_table(fidelity: Sequence[Distance]) -> Table:
    """Each distance beside those of the replay and of chance, and what that means."""
    heads = (
        text(_("What is compared")),
        numeral(_("model")),
        numeral(_("repeating the past")),
        numeral(_("chance alone")),
        text(_("Prediction")),
    )
    return Table(heads, [_row(one) for one in fidelity])


def _row(one: Distance) -> tuple[Cell, ...]:
    unit = unit_for(one.unit, [one.model, one.replay, one.floor])

    def shown(value: float) -> str:
        return with_unit(written(value * unit.factor, digits([value * unit.factor])), unit)

    name, acronym = plainly(one.name)
    half = f"±{SPACE}{written(one.half * unit.factor, digits([one.model * unit.factor]))}"
    return (
        text(name, notes=acronym),
        numeral(shown(one.model), notes=[half] if one.half else ()),
        numeral(shown(one.replay)),
        numeral(shown(one.floor)),
        text(_(TRUST[trust(one)])),
    )
