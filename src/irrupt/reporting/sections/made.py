"""Section 5: how the report was made, and what its words mean."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from irrupt.chronicle.model import Chronicle
from irrupt.experiment.model import Comparison
from irrupt.i18n import date_text, ngettext
from irrupt.i18n import gettext as _
from irrupt.regulation.plain import act_to_dict, chosen
from irrupt.regulation.registry import acts, parameters
from irrupt.reporting.parts import Table, text
from irrupt.reporting.words import count, number_of, roughly, word
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.model import Sight


@dataclass(frozen=True, slots=True)
class MadeSection:
    """Facts, the command that makes it again, notes on the method, and the measures used."""

    facts: Sequence[tuple[str, str]]
    command: str
    method: Sequence[str]
    notes: Sequence[str]
    measures: Table | None


def made_section(sight: Sight | ScheduleSight | None, comparison: Comparison | None, typed: str = "") -> MadeSection:
    """How what is shown was made; *typed*: what was typed, where that is known."""
    return MadeSection(
        facts=_facts(comparison),
        command=typed or command(sight, comparison),
        method=_method(sight, comparison),
        notes=comparison.notes if comparison else (),
        measures=_measures(sight, comparison),
    )


def _facts(comparison: Comparison | None) -> list[tuple[str, str]]:
    try:
        ours = version("irrupt")
    except PackageNotFoundError:
        ours = "?"
    known = (comparison.provenance or {}) if comparison else {}
    versions = known.get("versions", {"irrupt": ours})
    said = [
        (_("Software"), ", ".join(f"{name} {number}" for name, number in versions.items())),
        (
            _("Machine"),
            f"Python {known.get('python', platform.python_version())}, {known.get('platform', platform.system())}",
        ),
    ]
    if comparison is None:
        return said
    return [
        *said,
        (_("Seed"), str(comparison.seed)),
        (_("Pairs of runs"), runs(comparison)),
        (_("Time simulated"), horizon(comparison)),
        *([(_("Settled after"), _settled(comparison.settled_weeks))] if comparison.settled_weeks is not None else []),
    ]


def _settled(weeks: float) -> str:
    return _("{weeks} weeks, as the number of open cases in runs without any act tells (MSER-5)").format(
        weeks=number_of(round(weeks, 1))
    )


def runs(comparison: Comparison) -> str:
    """How many pairs of runs, and how long they took."""
    n = comparison.replications
    return ngettext("{n} for each act, in {seconds} s", "{n} for each act, in {seconds} s", n).format(
        n=count(n), seconds=number_of(round(comparison.seconds, 1))
    )


def pairs(comparison: Comparison) -> str:
    """The same, as words of a sentence."""
    n = comparison.replications
    said = ngettext(
        "{n} pair of runs for each act, in {seconds} s", "{n} pairs of runs for each act, in {seconds} s", n
    ).format(n=count(n), seconds=number_of(round(comparison.seconds, 1)))
    if not comparison.stored:
        return said
    stored = ngettext("{n} of them was in the store", "{n} of them were in the store", comparison.stored)
    return f"{said}, {stored.format(n=count(comparison.stored))}"


def precision(comparison: Comparison) -> list[str]:
    """Which precisions were asked for, and whether they are there."""
    said = []
    for one in comparison.precision:
        asked = _("Precision asked for, “{text}”").format(text=one.text)
        if one.reached:
            said.append(_("{asked}: reached.").format(asked=asked))
        elif one.learned:
            text = _(
                "{asked}: not reached, and no more runs would do it: what was learned from the records is too unsure "
                "for it."
            )
            said.append(text.format(asked=asked))
        elif one.more is None:
            said.append(_("{asked}: not reached, nor could anyone wait for it.").format(asked=asked))
        else:
            more = roughly(one.more)
            text = ngettext(
                "{asked}: not reached; about {n} more pair of runs would do it.",
                "{asked}: not reached; about {n} more pairs of runs would do it.",
                more,
            )
            said.append(text.format(asked=asked, n=count(more)))
    return said


def horizon(comparison: Comparison) -> str:
    """Weeks of warm-up, of measuring and of running out; or where runs begin instead of warming up."""
    begun = (comparison.provenance or {}).get("open")
    if begun:
        text = _("begun with the cases open in {log} on {date}, {weeks} weeks measured, {out} weeks for them to finish")
        return text.format(
            log=begun["log"],
            date=date_text(datetime.fromisoformat(begun["moment"]).date()),
            weeks=number_of(comparison.weeks),
            out=number_of(comparison.run_out_weeks),
        )
    return _("{warm} weeks to warm up, {weeks} weeks measured, {out} weeks for open cases to finish").format(
        warm=number_of(comparison.warm_up_weeks),
        weeks=number_of(comparison.weeks),
        out=number_of(comparison.run_out_weeks),
    )


def command(sight: Sight | ScheduleSight | None, comparison: Comparison | None) -> str:
    """What to type to have what Python made; empty where that is not known, or where it takes a scenario file: for
    several acts together, and for times that no option says."""
    source = _read(sight.chronicle) if sight else ""
    if comparison is None:
        return f"irrupt see {source}" if source else ""
    learned = comparison.organisation.learned
    source = source or (shlex.quote(learned.source) if learned else "")
    words = ["irrupt", "compare", source]
    scenarios = (comparison.provenance or {}).get("scenarios", {})
    times = dict((comparison.provenance or {}).get("times_said", {}))
    weeks = times.pop("weeks", None)
    if not source or times or any(len(tried) > 1 for tried in scenarios.values()):
        return ""
    for tried in scenarios.values():
        words += [f"--act {shlex.quote(in_line(act))}" for act in tried if isinstance(act, Mapping)]
    begun = (comparison.provenance or {}).get("open")
    words += [f"--open {shlex.quote(begun['log'])}"] if begun else []
    words += [f"--weeks {weeks:g}"] if weeks is not None else []
    words += [f"--replications {comparison.replications}", f"--seed {comparison.seed}"]
    return " ".join(words)


def to_try(sight: Sight) -> tuple[str, list[str]]:
    """What to type to try an act on the records of *sight*, and the acts that they suggest, to be typed behind it."""
    read = _read(sight.chronicle) or "LOG"
    return f"irrupt compare {read} --act", [_quoted(in_line(act_to_dict(act))) for act in sight.to_try]


def _read(chronicle: Chronicle) -> str:
    """What to type to have *chronicle* read: the file, and how; empty where it came from none."""
    if chronicle.typed or chronicle.kind == "simulated" or chronicle.source in ("", _("frame")):
        return chronicle.typed
    groups = ["--groups", chronicle.groups] if chronicle.groups else []
    return shlex.join([chronicle.source, *groups])


def _quoted(text: str) -> str:
    """*text* as one word of a command line, in the quotes that most shells know."""
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def in_line(act: Mapping[str, Any]) -> str:
    """An act, as plain values, as it is written on the command line: YAML in one line, with what does not go without
    saying."""
    import yaml

    shown = {key: _ordered(key, value) for key, value in _given(chosen(act)).items()}
    if not shown.get("claim", {}).get("given", True):
        del shown["claim"]
    text = yaml.safe_dump(shown, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6).strip()
    return str(text[1:-1] if len(shown) == 1 else text)


def _ordered(name: str, values: Any) -> Any:
    """Parameters of the act called *name* in the order in which it is described."""
    if name not in acts() or not isinstance(values, Mapping):
        return values
    values = {key: one[0] if isinstance(one, list) and len(one) == 1 else one for key, one in values.items()}
    order = [parameter.replace("_", " ") for parameter in parameters(acts()[name])]
    return {key: values[key] for key in sorted(values, key=order.index)}


def _given(act: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of *act*, and of its claim, that say something."""
    return {
        key: _given(value) if isinstance(value, Mapping) else value
        for key, value in act.items()
        if value is not None and value != ""
    }


def _method(sight: Sight | ScheduleSight | None, comparison: Comparison | None) -> list[str]:
    said = []
    if sight:
        said.append(
            _(
                "The ledgers (market, organisation, work, power) are kept apart for each party and never added up: "
                "what one side gains does not make good what another bears."
            )
        )
    if comparison:
        said += [
            _(
                "Each act is compared with the same organisation without it, on the same random numbers. Intervals "
                "hold the model's true mean difference in 95 cases of 100; they say nothing of what the model misses."
            ),
            _(
                "By construction: the act sets this directly. Emergent: it follows from how work and waiting unfold. A "
                "claim is what somebody says; only what is found is a finding."
            ),
        ]
    return said


def _measures(sight: Sight | ScheduleSight | None, comparison: Comparison | None) -> Table | None:
    """The measures that are shown, each with its definition."""
    from irrupt.ledgers import measures
    from irrupt.ledgers.schedules import ORDER_MEASURES, SCHEDULE_MEASURES

    shown = {entry.measure for entry in sight.ledger} if sight else set()
    if comparison:
        shown |= set(comparison.effects["measure"].unique())
    rows = [
        (
            text(word(name)),
            text(word(one.ledger), soft=True),
            text(word(one.definition), notes=[word(one.source)] if one.source else ()),
        )
        for name, one in (measures() | SCHEDULE_MEASURES | ORDER_MEASURES).items()
        if name in shown
    ]
    return Table((text(_("Measure")), text(_("Ledger")), text(_("What it means"))), rows) if rows else None
