"""Rules of a rulebook and their changes in words: what they rest on, who changed what, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rich.console import Group

from irrupt.agreement.amounts import PERIODS
from irrupt.agreement.files import plain_changes, rule_data
from irrupt.agreement.model import Evidence, Rule, Rulebook
from irrupt.agreement.written import bound_data
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import many, mark, more, ngettext
from irrupt.ledgers import measures
from irrupt.organisation.authorship import authors_of
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.history import rules_table
from irrupt.regulation.verdicts import surely_matters
from irrupt.reporting.ink import dim, line
from irrupt.reporting.limits import exactly
from irrupt.reporting.ruled import in_words
from irrupt.reporting.words import (
    authors_said,
    digits_for,
    digits_within,
    joined,
    number_of,
    of_rule,
    span,
    unit_for,
    with_unit,
    word,
    written,
)
from irrupt.sight.words import day
from irrupt.units import number_text

SHOWN = 4
"""Lines of evidence of a rule that are shown."""


def evidence_said(rule: Rule, zone: str) -> list[str]:
    """What *rule* rests on, in a line for each party: what was claimed, and what moved, first."""
    ranked = sorted(rule.evidence, key=lambda one: (one.claimed is None, one.date is None, one.verdict in _STILL))
    if not ranked:
        return []
    sources = ", ".join(dict.fromkeys(one.source for one in ranked))
    said = [_("rests on {sources}:").format(sources=sources), *(_of_party(one, zone) for one in ranked[:SHOWN])]
    hidden = len(ranked) - SHOWN
    return said if hidden <= 0 else [*said, _("and {more}").format(more=more(hidden, "finding"))]


_STILL = ("no measurable effect", "smaller than matters", "undecided", "not tried")


def _of_party(one: Evidence, zone: str) -> str:
    """What was found for one party: from what to what, with the interval of the difference, beside what was claimed."""
    what = party_name(one.of)
    if one.measure in measures():
        what = _("{measure}, {party}").format(measure=word(one.measure), party=what)
    values = _values(one)
    said = _("{what}: {values}").format(what=what, values=values) if values else what
    notes = list(_notes(one, zone))
    return f"{said} ({joined(notes)})" if notes else said


def _values(one: Evidence) -> str:
    """Without and with, `9.96 h → 9.63 h`."""
    if one.without is None or one.with_ is None:
        return ""
    sides = (one.without, one.with_)
    unit = unit_for(one.unit, sides)
    digits = digits_for([side * unit.factor for side in sides])
    return " → ".join(with_unit(written(side * unit.factor, digits), unit) for side in sides)


def _notes(one: Evidence, zone: str) -> Iterator[str]:
    if one.low is not None and one.high is not None:
        unit = unit_for(one.unit, (one.low, one.high), difference=True)
        digits = digits_within(*(end * unit.factor for end in (one.low, one.low, one.high)))
        ends = with_unit(span(one.low, one.high, unit, digits, sign=True), unit)
        yield _("interval of the difference {ends}").format(ends=ends)
    if one.date is not None:
        yield _("since {day}").format(day=day(one.date, zone))
    if one.first is not None and one.last is not None and one.first < one.last:
        yield _("interval {first} to {last}").format(first=day(one.first, zone), last=day(one.last, zone))
    if one.claimed is not None:
        yield {"fall": _("claimed: to fall"), "rise": _("claimed: to rise")}[one.claimed]
    if one.verdict is not None:
        yield _("found: {verdict}").format(verdict=word(one.verdict))
        if _perhaps(one):
            yield _("perhaps too small to matter")


def _perhaps(one: Evidence) -> bool:
    """Whether what moved may be less than matters."""
    if one.low is None or one.high is None or one.matters is None or one.verdict not in ("rises", "falls"):
        return False
    return not surely_matters(one.low, one.high, one.matters)


def bound_said(rule: Rule) -> list[str]:
    """What records can keep or break of *rule*, as files say it; nothing where it binds nothing."""
    return [] if rule.binds is None else [joined(f"{key}: {value}" for key, value in _flat(bound_data(rule.binds)))]


def standing(rule: Rule, zone: str) -> str:
    """How *rule* came about, as far as that is known, and when it is in force."""
    inferred = rule.authority == "inferred"
    said = [] if inferred else [of_rule(rule.force)]
    said.append(word("written") if rule.written else word("unwritten"))
    if rule.authority != "agreed":
        said.append(of_rule(rule.authority))
    if rule.author and inferred:
        said.append(_("his cases first: {client}").format(client=party_name(rule.author)))
    elif rule.author:
        said.append(_("by {author}").format(author=authors_said(authors_of(rule))))
    if rule.visible_to:
        said.append(_("seen by {parties}").format(parties=", ".join(rule.visible_to)))
    days = _days(rule, zone)
    said += [_("since {day}").format(day=days["since"])] if "since" in days else []
    said += [_("until {day}").format(day=days["until"])] if "until" in days else []
    return joined(said)


def _days(rule: Rule, zone: str) -> dict[str, str]:
    """The days, on the clock of *zone*, on which *rule* holds first and last, as far as they are agreed."""
    days = {} if rule.since is None else {"since": day(rule.since, zone)}
    if rule.until is not None:  # It holds until then, so the day before is its last.
        days["until"] = day(rule.until - timedelta(microseconds=1), zone)
    return days


def organising_said(hours: float) -> str:
    """How long somebody organised, to the part of an hour."""
    n = number_of(hours)
    text = ngettext("{n} hour of organising work", "{n} hours of organising work", many(hours))
    return text.format(n=n)


_SHOWN_WORDS = (mark("written"), mark("unwritten"), mark("inferred"), mark("confirmed"), mark("simulated"))


def change_said(change: RuleChange, zone: str) -> str:
    """A change in words; its days are those of *zone*."""
    (edit,) = change.edits
    n = len(change.authors)
    inferred = [rule is not None and rule.authority == "inferred" for rule in (edit.before, edit.after)]
    if edit.after is None:
        refutes, ends = ngettext("refutes “{rule}”", "refute “{rule}”", n), ngettext("ends “{rule}”", "end “{rule}”", n)
        said = (refutes if inferred[0] else ends).format(rule=edit.key)
    elif edit.before is None and inferred[1]:
        said = _("seems to begin: “{rule}”: {text}").format(rule=edit.key, text=in_words(edit.after))
    elif edit.before is None:
        said = ngettext("creates “{rule}”: {text}", "create “{rule}”: {text}", n).format(
            rule=edit.key, text=in_words(edit.after)
        )
    elif inferred[0] and edit.after.authority == "confirmed":
        said = ngettext("confirms “{rule}”", "confirm “{rule}”", n).format(rule=edit.key)
    elif replace(edit.after, agreed_by=edit.before.agreed_by, authority=edit.before.authority) == edit.before:
        said = ngettext("agrees to “{rule}” as it stands", "agree to “{rule}” as it stands", n).format(rule=edit.key)
    else:
        said = ngettext("changes “{rule}”: {text}", "change “{rule}”: {text}", n).format(
            rule=edit.key, text=moved(edit.before, edit.after, zone)
        )
    claimed = change.claim.text if change.claim else ""
    reasons = [*filter(None, [change.reason]), *([_("claims: {text}").format(text=claimed)] if claimed else [])]
    return joined([said.rstrip("."), *reasons]) if reasons else said


def moved(before: Rule, after: Rule, zone: str) -> str:
    """What differs between two wordings of a rule, key by key; days on the clock of *zone*."""
    old, new = (_said_of(rule, zone) for rule in (before, after))
    keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return joined([f"{key}: {old.get(key, '–')} → {new.get(key, '–')}" for key in keys])


def _said_of(rule: Rule, zone: str) -> dict[str, str]:
    """Key -> what *rule* says under it, also what goes without saying in files."""
    usual = {"force": rule.force, "written": _WRITTEN[rule.written], "authority": rule.authority}
    return {**dict(_flat(rule_data(rule))), **_days(rule, zone), **usual}


_WRITTEN = {True: "yes", False: "no"}


def _flat(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values of a rule as files have it, each with its key; what is inside of `binds` without that word. Numbers
    have their unit."""
    units = dict.fromkeys(("in", "down", "up", "tolerance"), "share")
    if "measure" in data:
        units |= dict.fromkeys(("at most", "at least"), measures()[data["measure"]].unit)
    for key, value in data.items():
        if key == "where":  # Columns may be called as keys are.
            yield from ((f"{key} {column}", said) for column, said in _flat(value))
        elif isinstance(value, Mapping):
            yield from _flat(value)
        elif key == "evidence":
            continue
        elif isinstance(value, float) and units.get(key, PERIODS) != PERIODS:
            yield (
                key,
                exactly(value, "share") if units[key] == "share" else f"{number_text(value)} {units[key]}".rstrip(),
            )
        else:
            yield key, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def show_change(rulebook: Rulebook, change: RuleChange) -> Group:
    """One change that was made, and what the rule rests on, for the terminal."""
    (edit,) = change.edits
    zone = rulebook.timezone
    head = f"{day(change.time, zone)}  {authors_said(change.authors)}  {change_said(change, zone)}"
    rule = edit.after
    said = [] if rule is None else [*bound_said(rule), standing(rule, zone), *evidence_said(rule, zone)]
    return Group(line(head), *dim(said))


def change_data(rulebook: Rulebook, change: RuleChange, file: str) -> dict[str, Any]:
    """The same in plain types."""
    from irrupt.reporting.machine import plain

    (edit,) = change.edits
    (row,) = rules_table(plain_changes(replace(rulebook, changes=(change,)))).to_dicts()
    rule = None if edit.after is None else rule_data(edit.after)
    return {"rulebook": rulebook.name, "file": file, "name": edit.key, "change": plain(row), "rule": rule}
