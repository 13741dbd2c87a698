"""The page of a rulebook held against records: each rule, its answer, and how it was kept over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irrupt.agreement.bounds import Measured
from irrupt.agreement.model import Judged, Kept, Span
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, more
from irrupt.ledgers.schedules import BREACHES
from irrupt.reporting.agreed import ANSWERS, details, found
from irrupt.reporting.limits import exactly, limits_of, measured, unit_of
from irrupt.reporting.parts import Figure, Table, figure, numeral, text
from irrupt.reporting.periods import Column, against
from irrupt.reporting.plan_rules import counted, in_plans, named_apart, period_said, quantity
from irrupt.reporting.ruled import in_words
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
    """Class of its mark: `on` where it is broken, `off` where it is kept, `off hollow` where that is not told."""
    found: str
    details: Sequence[str]
    figure: Figure | None
    cases: Table | None
    listed: str
    """What stands in the table."""


def rule_cards(kept: Kept) -> list[RuleCard]:
    """What the page says of each rule."""
    return [_card(judged, kept.rulebook.timezone) for judged in kept.judged]


def _card(judged: Judged, zone: str) -> RuleCard:
    marks = {"broken": "on", "within chance": "on hollow", "kept": "off"}
    return RuleCard(
        name=judged.name,
        text=in_words(judged.rule),
        answer=word(ANSWERS[judged.answer][0]),
        mark=marks.get(judged.answer, "off hollow"),
        found=found(judged),
        details=details(judged, zone),
        figure=_figure(judged, zone),
        cases=_cases(judged, zone),
        listed=_("What breaks it in the plans") if judged.breaches.height else _("The cases that break it"),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the columns of a picture are."""

    title: str
    values: Sequence[float]
    """One for each period."""
    said: Sequence[str]
    """The same in words."""
    limits: Sequence[tuple[float, str]]
    reading: str


def _figure(judged: Judged, zone: str) -> Figure | None:
    spans = [span for span in judged.spans if span.judged]
    unbroken = judged.counted in ("quantities", "plans") and not judged.broken  # There is nothing to draw.
    if judged.rule.binds is None or len(spans) < 2 or unbroken:
        return None
    drawn = _drawn_of_plans(judged, spans) if in_plans(judged) else _drawn(judged, spans)
    columns = [
        Column(value=value, kept=span.kept, tip=f"{day(span.begin, zone)}: {said}")
        for span, value, said in zip(spans, drawn.values, drawn.said, strict=True)
    ]
    ends = (day(spans[0].begin, zone), day(spans[-1].begin, zone))
    broken = sum(not span.kept for span in spans)
    said = drawn.reading.format(each=word(judged.each), broken=count(broken), n=count(len(spans)))
    title = drawn.title
    return figure(
        title, said, lambda width: against(columns, drawn.limits, ends, width=width, title=title, description=said)
    )


def _drawn(judged: Judged, spans: Sequence[Span]) -> _Drawn:
    """Of events: the measure, or the share of cases that keep the rule."""
    bound, inferred = judged.rule.binds, judged.rule.authority == "inferred"
    reading = (
        _("Each column is a period ({each}); {broken} of {n} do not keep to what is usual: they are dark.")
        if inferred
        else _("Each column is a period ({each}); {broken} of {n} do not keep to what was agreed: they are dark.")
    )
    values = [span.value for span in spans]
    if isinstance(bound, Measured):
        said = [amount(value, unit_of(bound)) for value in values]
        return _Drawn(word(bound.measure), values, said, list(limits_of(bound, judged.step)), reading)
    assert bound is not None
    limit = (_("usual: {share}") if inferred else _("agreed: {share}")).format(share=exactly(bound.share, "share"))
    said = [f"{amount(span.value, 'share')} ({count(span.judged)})" for span in spans]
    return _Drawn(_("Share of cases that keep it"), values, said, [(bound.share, limit)], reading)


def _drawn_of_plans(judged: Judged, spans: Sequence[Span]) -> _Drawn:
    """Of schedules: the measure, the share outside of the band, or how many break the rule."""
    bound = judged.rule.binds
    assert isinstance(bound, Measured)
    limits = list(limits_of(bound, judged.step))
    each = _("Each column is a period ({each}); {broken} of {n} do not keep to what was agreed: they are dark.")
    if judged.counted == "periods":
        said = [measured(span.value, bound, judged.step) for span in spans]
        together = _(
            "Each column is a period ({each}); {broken} of {n} are beyond the limit, which holds for all together."
        )
        values = [span.value for span in spans]
        return _Drawn(word(bound.measure), values, said, limits, each if bound.share < 1.0 else together)
    of_all = [f"{count(span.broken)} / {count(span.judged)}" for span in spans]
    if bound.measure == BREACHES.name:
        return _Drawn(word(bound.measure), [1.0 - span.value for span in spans], of_all, limits, each)
    title = {
        "plans": _("Plans that break it"),
        "quantities": _("Parts and periods in which it is broken"),
    }[judged.counted]
    most = max(span.broken for span in spans)
    return _Drawn(title, [float(span.broken) for span in spans], of_all, [(most, counted(judged, most))], each)


def _cases(judged: Judged, zone: str) -> Table | None:
    if judged.breaches.height:
        return _breaches(judged, zone)
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


def _breaches(judged: Judged, zone: str) -> Table:
    """What breaks a rule in plans, the worst first."""
    apart = named_apart(judged.breaches)
    in_periods = judged.counted == "plans"
    after = _("bought") if getattr(judged.rule.binds, "measure", "") == BREACHES.name else _("announced then")
    heads = [*map(word, apart), *(() if in_periods else (_("period"),)), _("plan of"), _("plan")]
    heads += [_("marked as firm"), _("too few or many")] if in_periods else [_("announced"), after, _("off by")]
    rows = []
    for row in judged.breaches.head(_SHOWN_CASES).to_dicts():
        when = [] if row["period"] is None else [period_said(day(row["period"], zone), judged.step)]
        names = [*(row[name] or "–" for name in apart), *when, day(row["issued"], zone), row["plan"] or "–"]
        amounts = [quantity(row[name]) for name in (("after", "by") if in_periods else ("before", "after", "by"))]
        rows.append([*map(text, names), *map(numeral, amounts)])
    hidden = judged.breaches.height - len(rows)
    caption = _("{more}: see --json").format(more=more(hidden, "breach")) if hidden > 0 else ""
    numbers = 2 if in_periods else 3
    return Table([*map(text, heads[:-numbers]), *map(numeral, heads[-numbers:])], rows, caption)
