"""One scenario in a few lines: its rule, each claim beside what was found, and what moves for whom."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from irrupt.experiment.model import Comparison, Found, Tried
from irrupt.groups import party_name
from irrupt.i18n import Counted, more
from irrupt.i18n import gettext as _
from irrupt.regulation.stakes import watched_by
from irrupt.reporting.ink import line, lines
from irrupt.reporting.sections import acts, effects
from irrupt.reporting.sections.claims import Answer, answers
from irrupt.reporting.sections.effects import Row
from irrupt.reporting.sections.why import reasons
from irrupt.reporting.words import (
    amount,
    digits_within,
    has_own_name,
    joined,
    listed,
    tried_name,
    unit_for,
    with_reach,
    word,
)

SHOWN_CLAIMS = 2
SHOWN_REASONS = 2
"""Of one act among few; among many, the first alone."""
LABEL, ONE_LINE, WIDER, ROOM = 16, 20, 26, 56
"""Characters for whose effect is told (somewhat more where a name then stands in one line, wider where one would take
more than two lines), and for effects: more are counted behind them."""
Said = tuple[Found, Answer]
"""What was found, and what is said of it."""


def in_brief(comparison: Comparison, tried: Tried, *, few: bool) -> Iterator[RenderableType]:
    """One act: its rule, each claim beside what was found, and what moves for whom; among many, in fewer words."""
    rules = joined(dict.fromkeys(change.rule for change in tried.changes if not change.learned))
    named = not rules or has_own_name(tried)
    head = tried_name(tried) if named else rules
    if named and rules and few:
        head = _("{head}: {said}").format(head=head, said=rules)
    yield line(head, style="bold underline")
    whom = [*_whom(comparison, tried)]
    told = Table.grid(padding=(0, 1))
    told.add_column(max_width=_width([names for names, _said in whom]))
    told.add_column()
    found = _once(tried.found, answers(comparison, tried))
    if few and len(found) <= SHOWN_CLAIMS:
        for alike in _alike(found):
            for one, _answer in alike:
                if one.claim.given:
                    told.add_row(line(_("claimed"), style="dim"), line(_claim(one)))
            one, answer = alike[0]
            told.add_row(line(_("found"), style="dim"), _found(one, answer.says_text))
    elif found:
        heads = [_("claims") if any(one.claim.given for one, _answer in found) else _("found")]
        for said in _claims(found):
            told.add_row(line(heads.pop() if heads else "", style="dim"), line(said))
    for said in reasons(tried)[: SHOWN_REASONS if few else 1]:
        told.add_row(line(_("why"), style="dim"), line(said))
    for parties, said in whom:
        told.add_row(line(parties, style="dim"), line(said))
    yield told


def _width(labels: Sequence[str]) -> int:
    """Characters of a line of the column of *labels*."""
    if any(len(label) > 2 * LABEL for label in labels):
        return WIDER
    return max((len(label) for label in labels if LABEL < len(label) <= ONE_LINE), default=LABEL)


def _once(found: Sequence[Found], said: Sequence[Answer]) -> list[Said]:
    """What was found, with what is said of it: once, where several acts only look at one measure, or one looks at what
    another is claimed to move."""
    kept: list[Said] = []
    told = {_what(one) for one in found if one.claim.given}
    for one, answer in zip(found, said, strict=True):
        if one.claim.given or _what(one) not in told:
            kept.append((one, answer))
            told.add(_what(one))
    return kept


def _what(one: Found) -> tuple[str, str]:
    return one.claim.measure, one.claim.party


def _alike(found: Sequence[Said]) -> list[list[Said]]:
    """The same, claims of one thing about one measure together."""
    groups: dict[tuple[str, ...], list[Said]] = {}
    for one, answer in found:
        groups.setdefault((*_what(one), one.claim.expects), []).append((one, answer))
    return list(groups.values())


def _about(one: Found) -> str:
    """The measure that is looked at; and whose it is, where he does not claim it himself."""
    about = word(one.claim.measure)
    if one.claim.party == one.claim.author and one.claim.given:
        return about
    return _("{measure} of {party}").format(measure=about, party=party_name(one.claim.party))


def _claim(one: Found) -> str:
    """What is said, and the measure that is to show it."""
    expected = {"fall": _("{about}, to fall"), "rise": _("{about}, to rise")}[one.claim.expects]
    said = expected.format(about=_about(one))
    return _("“{text}” ({expected})").format(text=one.claim.text, expected=said) if one.claim.text else said


def _found(one: Found, says: str) -> Text:
    what = (
        _finding(one) if one.claim.given else _("{measure}: {found}").format(measure=_about(one), found=_finding(one))
    )
    return lines(what.rstrip() + " " if what and says else what, (says, "bold"))


def _finding(one: Found) -> str:
    """The difference in that measure, with its interval, and as a part of what it was; nothing where it was not
    tried."""
    if one.verdict == "not tried":
        return ""
    said = _difference(one)
    if not said:
        return _("no difference at all.") if math.isfinite(one.difference) else _("nothing that could be measured.")
    if one.verdict in ("rises", "falls") and one.unit != "share" and one.without > 0:
        said += f" ({amount(one.difference / one.without, 'share', sign=True)})"
    return said + "."


def _difference(one: Found) -> str:
    """The same, and its interval; empty where there is none."""
    if not math.isfinite(one.difference) or one.low == one.high == 0 or one.verdict == "not tried":
        return ""
    unit = unit_for(one.unit, [one.without, one.without + one.difference], difference=True)
    digits = digits_within(*(value * unit.factor for value in (one.difference, one.low, one.high, one.matters)))
    return with_reach((one.difference, one.low, one.high), unit, digits=digits, sign=True)


def _claims(found: Sequence[Said]) -> Iterator[str]:
    """What became of each claim, author by author: those of which the same is said, together."""
    by_author: dict[str, dict[str, list[str]]] = {}
    for one, answer in found:
        told = f"{answer.about} {_difference(one)}".rstrip()
        by_author.setdefault(answer.author, {}).setdefault(answer.short, []).append(told)
    for author, about in by_author.items():
        told = joined(
            _("{measure}: {found}").format(measure=listed(measures), found=short) for short, measures in about.items()
        )
        yield _("{author} on {claims}").format(author=author, claims=told) if author else told


def _whom(comparison: Comparison, tried: Tried) -> list[tuple[str, str]]:
    """Each party concerned, and what moves for it; last, those for whom nothing does."""
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    concerned = effects.sides(tried, rows)
    claimed = {(one.claim.measure, one.claim.party) for one in tried.found}
    teams = [team for team in concerned.teams if team not in effects.GROUPS] or list(concerned.teams)
    said: list[tuple[str, str]] = []
    still: list[str] = []
    for of, parties in (("client", concerned.clients), ("team", teams)):
        for party in parties:
            mine = [row for row in rows if row["of"] == of and row["party"] == party]
            watched = watched_by(comparison.organisation, [party])
            what = _moving([row for row in mine if (row["measure"], party) not in claimed], watched)
            if what:
                said.append((party_name(party), what))
            else:
                still.append(party_name(party))
    elsewhere = [row for row in rows if row["of"] == "team" and row["party"] not in (*teams, *effects.GROUPS)]
    if any(map(effects.sure, elsewhere)):
        said.append((_("other teams") if teams else _("teams"), _moved_most(elsewhere)))
    told = {party_name(one.claim.party) for one in tried.found if one.verdict in ("rises", "falls")}
    return [*said, *effects.unmoved(still, told)]


def _moving(rows: Sequence[Row], watched: Collection[str]) -> str:
    """What moves, most telling first, or what is undecided; empty where nothing is."""
    moved = effects.most_telling(rows, watched)
    if moved:
        return _listed([f"{word(row['measure'])} {effects.moved(row)}{effects.sign(row)}" for row in moved], "measure")
    undecided = [word(row["measure"]) for row in rows if effects.worth(row) == "undecided"]
    return _("undecided: {measures}").format(measures=acts.briefly_listed(undecided, "measure", 1)) if undecided else ""


def _moved_most(rows: Iterable[Row]) -> str:
    """What surely moves for teams that the act does not touch."""
    sure = [row for row in effects.most_telling(rows) if effects.sure(row)]
    said = [f"{party_name(row['party'])}, {word(row['measure'])} {effects.moved(row)}" for row in sure]
    return _listed(said, "effect")


def _listed(said: Sequence[str], of: Counted) -> str:
    """As many of *said* as one line has room for, one at least, and how many more there are."""
    shown = 1
    while shown < len(said) and len(joined(said[: shown + 1])) <= ROOM:
        shown += 1
    rest = len(said) - shown
    return joined([*said[:shown], *([more(rest, of)] if rest else [])])
