"""The page of a rulebook held against records: each rule, its answer, and how it was kept over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irrupt.agreement.bounds import Measured
from irrupt.agreement.model import Judged, Kept
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, more
from irrupt.reporting.agreed import ANSWERS, details, found, unit_of
from irrupt.reporting.parts import Figure, Table, figure, text
from irrupt.reporting.periods import Column, against
from irrupt.reporting.words import amount, count, word
from irrupt.sight.words import day

_SHOWN_CASES = 200
_EACH = (mark("day"), mark("week"), mark("month"))


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One wording of a rule."""

    name: str
    text: str
    answer: str
    mark: str
    """Class of its mark: `on` where it is broken, `off` where it is kept, `off hollow` where that cannot be told."""
    found: str
    details: Sequence[str]
    figure: Figure | None
    cases: Table | None


def rule_cards(kept: Kept) -> list[RuleCard]:
    """What the page says of each rule."""
    return [_card(judged, kept.rulebook.timezone) for judged in kept.judged]


def _card(judged: Judged, zone: str) -> RuleCard:
    marks = {"broken": "on", "within chance": "on hollow", "kept": "off", "cannot be told": "off hollow"}
    return RuleCard(
        name=judged.name,
        text=judged.rule.text,
        answer=word(ANSWERS[judged.answer][0]),
        mark=marks[judged.answer],
        found=found(judged),
        details=details(judged, zone),
        figure=_figure(judged, zone),
        cases=_cases(judged, zone),
    )


def _figure(judged: Judged, zone: str) -> Figure | None:
    bound, spans = judged.rule.binds, [span for span in judged.spans if span.judged]
    inferred = judged.rule.authority == "inferred"
    if bound is None or len(spans) < 2:
        return None
    if isinstance(bound, Measured):
        unit = unit_of(bound)
        limits = [
            (limit, text.format(amount=amount(limit, unit)))
            for limit, text in ((bound.at_most, _("at most {amount}")), (bound.at_least, _("at least {amount}")))
            if limit is not None
        ]
        title = word(bound.measure)
    else:
        unit, title = "share", _("Share of cases that keep it")
        limit = _("usual: {share}") if inferred else _("agreed: {share}")
        limits = [(bound.share, limit.format(share=amount(bound.share, unit)))]
    columns = [
        Column(
            value=span.value,
            kept=span.kept,
            tip=f"{day(span.begin, zone)}: {amount(span.value, unit)}"
            + ("" if isinstance(bound, Measured) else f" ({count(span.judged)})"),
        )
        for span in spans
    ]
    ends = (day(spans[0].begin, zone), day(spans[-1].begin, zone))
    broken = sum(not span.kept for span in spans)
    reading = (
        _("Each column is a period ({each}); {broken} of {n} do not keep to what is usual: they are dark.")
        if inferred
        else _("Each column is a period ({each}); {broken} of {n} do not keep to what was agreed: they are dark.")
    )
    said = reading.format(each=word(bound.each), broken=count(broken), n=count(len(spans)))
    return figure(title, said, lambda width: against(columns, limits, ends, width=width, title=title, description=said))


def _cases(judged: Judged, zone: str) -> Table | None:
    if not judged.cases.height:
        return None
    timed = bool(judged.cases["by"].count())
    heads = [text(_("case")), text(_("client")), text(_("arrived")), text(_("broken on"))]
    rows = [
        [
            text(row["case"]),
            text(row["client"] or ""),
            text(day(row["arrival"], zone)),
            text(day(row["broken"], zone)),
            *([text(amount(row["by"] / 3600, "h"))] if timed else []),
        ]
        for row in judged.cases.head(_SHOWN_CASES).to_dicts()
    ]
    hidden = judged.cases.height - len(rows)
    caption = _("{more}: see --json").format(more=more(hidden, "case")) if hidden > 0 else ""
    return Table([*heads, *([text(_("over the limit by"))] if timed else [])], rows, caption)
