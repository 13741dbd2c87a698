"""Rulebooks as files that people can read, edit and compare line by line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from irrupt.agreement.bounds import Bound
from irrupt.agreement.model import Evidence, Rule, Rulebook
from irrupt.agreement.schema import BindsEntry, ChangeEntry, EvidenceEntry, RulebookFile, RuleEntry
from irrupt.agreement.written import bound_data, bound_in
from irrupt.errors import Fault, ModelError, Path, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import others
from irrupt.organisation.border import checked, published, refuse_another_kind
from irrupt.organisation.rules import Claim, Edit, RuleChange
from irrupt.organisation.yaml_text import yaml_text
from irrupt.regulation.claims import claim_data, claim_in
from irrupt.saving import save_text
from irrupt.wall import in_utc
from irrupt.yaml_marks import Document, in_order, read, read_text

_DATES = ("date", "first", "last")
_USUAL: Mapping[str, Any] = {
    **{"force": "negotiated", "authority": "agreed", "written": "yes"},
    **{"text": "", "author": "", "agreed by": [], "visible to": [], "evidence": []},
}
"""What goes without saying, said where a change goes back to it."""


def load_rulebook(path: str | os.PathLike[str]) -> Rulebook:
    """The rulebook in the file at *path*.

    Raises `ModelError` with everything that is wrong in it, each with line and column, and `UsageError` when there is
    no such file.
    """
    return rulebook_in(read(path))


def rulebook_from(text: str) -> Rulebook:
    """The rulebook in *text*, as it would stand in a file.

    >>> book = rulebook_from('''
    ... rulebook: Hospital A and the desk
    ... rules:
    ...   No second visit: {text: Tickets are solved at once., binds: {activity: Reopen, at most: 0}}
    ... ''')
    >>> book.founding["No second visit"].binds.times
    0
    """
    return rulebook_in(read_text(text, "rulebook"))


def rulebook_in(document: Document) -> Rulebook:
    """The rulebook that *document* describes."""
    refuse_another_kind(RulebookFile, document)
    try:
        reader = _Reader(document)
    except ModelError as error:
        raise ModelError(in_order([*error.faults, *_beside(document)])) from None
    file = reader.file
    founding = reader.founding()
    changes = tuple(reader.changes(founding))
    if reader.faults:
        raise ModelError(in_order(reader.faults))
    return Rulebook(name=file.rulebook, timezone=file.timezone, founding=founding, changes=changes)


def _beside(document: Document) -> list[Fault]:
    """What else is wrong in *document*, of which some is not written as it is to be: in the founding rules that are."""
    rules = document.data.get("rules") if isinstance(document.data, Mapping) else None
    some = {name: rule for name, rule in rules.items() if _is_rule(rule)} if isinstance(rules, Mapping) else {}
    reader = _Reader(replace(document, data={"rulebook": document.source, "rules": some}))
    reader.founding()
    return reader.faults


def _is_rule(data: object) -> bool:
    """Whether *data* is written as a rule is to be."""
    try:
        checked(RuleEntry, Document(source="", data=data))
    except ModelError:
        return False
    return True


def change_in(rulebook: Rulebook, entry: Mapping[str, Any]) -> RuleChange:
    """The change that *entry*, written as in files, makes to what *rulebook* has become by now.

    Raises `ModelError` with everything that is wrong in it; each fault says at which of its keys.
    """
    data = {"rulebook": rulebook.name, "timezone": rulebook.timezone, "changes": [entry]}
    reader = _Reader(Document(source="", data=data))
    (change,) = reader.changes(rulebook.latest())
    if reader.faults:
        raise ModelError(reader.faults)
    return change


class _Reader:
    """Makes rules of entries, and gathers what is wrong on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = checked(RulebookFile, document)
        self.faults: list[Fault] = []

    def fault(self, path: Path, found: str, remedy: str = "") -> None:
        self.faults.append(Fault(self.document.place(path), found, remedy=remedy))

    def founding(self) -> dict[str, Rule]:
        """The rules before all changes."""
        return {name: self.rule(name, ("rules", name), entry, Rule()) for name, entry in self.file.rules.items()}

    def moment(self, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return in_utc(value, self.file.timezone)

    def rule(self, name: str, path: Path, entry: RuleEntry, before: Rule) -> Rule:
        """*before* with what *entry* says of the rule of this *name*."""
        given = entry.given()
        for key in ("since", "until"):
            if key in given:
                given[key] = self.moment(given[key])
        for key in ("visible_to", "agreed_by"):
            if key in given:
                given[key] = tuple(given[key])
        if "evidence" in given:
            given["evidence"] = tuple(self.evidence(one) for one in given["evidence"])
        if given.get("binds") is not None:
            given["binds"] = self.bound((*path, "binds"), given["binds"])
        given["text"] = before.text if "text" not in given else given["text"] or ""
        rule = replace(before, **given)
        rule = replace(rule, agreed_by=others(rule.author, rule.agreed_by))
        if not rule.text and rule.binds is None and entry.binds is None:
            found = _('nothing says what the rule "{name}" asks').format(name=name)
            remedy = _('say it: text: "…" or binds: {…} in the file, --text or --binds with irrupt agree')
            self.fault(path, found, remedy)
        self.agreed(path, rule)
        if rule.since is not None and rule.until is not None and rule.since >= rule.until:
            self.fault((*path, "until"), _("it ends before it begins"))
        return rule

    def agreed(self, path: Path, said: Rule | ChangeEntry) -> None:
        """What is imposed has one author."""
        if said.agreed_by and said.force == "imposed":
            self.fault((*path, "agreed by"), _("what is imposed is not agreed"), _("force: negotiated"))

    def evidence(self, entry: EvidenceEntry) -> Evidence:
        dates = {name: self.moment(getattr(entry, name)) for name in _DATES}
        return Evidence(**(entry.given() | dates))

    def bound(self, path: Path, entry: BindsEntry) -> Bound | None:
        try:
            return bound_in(entry)
        except ValueError as problem:
            self.fault(path, str(problem))
            return None

    def changes(self, founding: Mapping[str, Rule]) -> Iterator[RuleChange]:
        """The changes by time, each of them made to what the ones before it left."""
        rules = dict(founding)
        timed = [(self.moment(entry.time), place, entry) for place, entry in enumerate(self.file.changes)]
        for time, place, entry in sorted(timed, key=lambda one: (one[0], one[1])):
            path = ("changes", place)
            before = rules.get(entry.rule)
            self.agreed(path, entry)
            after = self.after(path, entry, before, rules)
            rules = {name: rule for name, rule in rules.items() if name != entry.rule}
            if after is not None:
                rules[entry.rule] = after
            assert time is not None
            yield RuleChange(
                time=time,
                author=entry.author,
                rule=(after or before or Rule()).text or entry.rule,
                edits=(Edit(part="rulebook", key=entry.rule, before=before, after=after),),
                claim=self.claim(path, entry),
                channel=entry.channel,
                force=entry.force,
                reason=entry.reason,
                answers=entry.answers,
                authority=after.authority if after else "agreed",
                organising_hours=entry.organising_hours,
                agreed_by=others(entry.author, entry.agreed_by),
                written=after.written if after else True,
                visible_to=after.visible_to if after else (),
            )

    def after(self, path: Path, entry: ChangeEntry, before: Rule | None, rules: Mapping[str, Rule]) -> Rule | None:
        if entry.ends:
            if entry.becomes is not None:
                self.fault((*path, "becomes"), _("a rule that ends becomes nothing"))
            if before is None:
                found = _('no rule "{name}" that could end').format(name=entry.rule)
                self.fault((*path, "rule"), found, did_you_mean(entry.rule, rules))
            return None
        if entry.becomes is None:
            self.fault(path, _("it does not say what changes"), _("becomes: …, or ends: yes"))
            return before
        begun = before or _begun(entry.author, others(entry.author, entry.agreed_by))
        return self.rule(entry.rule, (*path, "becomes"), entry.becomes, begun)

    def claim(self, path: Path, entry: ChangeEntry) -> Claim | None:
        if entry.claim is None:
            return None
        where = (*path, "claim")
        return claim_in(
            self.document, where, entry.claim, self.faults, client=entry.author, team=None, author=entry.author
        )


def _begun(author: str, agreed_by: tuple[str, ...]) -> Rule:
    """What a change that founds a rule begins with: it is theirs."""
    return Rule(author=author, agreed_by=agreed_by)


def dump_rulebook(rulebook: Rulebook, path: str | os.PathLike[str]) -> None:
    """Write *rulebook* to the file at *path*, whole or not at all; `load_rulebook` gives the same back.

    Raises `UsageError` when it cannot be written.
    """
    save_text(path, rulebook_text(rulebook))


def rulebook_text(rulebook: Rulebook) -> str:
    """What `dump_rulebook` writes."""
    data: dict[str, Any] = {"schema version": 1, "rulebook": rulebook.name, "timezone": rulebook.timezone}
    data["rules"] = {name: rule_data(rule) for name, rule in rulebook.founding.items()}
    if rulebook.changes:
        data["changes"] = [change_data(change) for change in rulebook.changes]
    return yaml_text(data)


def rule_data(rule: Rule) -> dict[str, Any]:
    """*rule* as plain values, as it stands in a file."""
    data: dict[str, Any] = {"text": rule.text} if rule.text else {}
    if rule.binds is not None:
        data["binds"] = bound_data(rule.binds)
    data |= {"author": rule.author} if rule.author else {}
    data |= {"agreed by": list(rule.agreed_by)} if rule.agreed_by else {}
    data |= {"force": rule.force} if rule.force != "negotiated" else {}
    data |= {"authority": rule.authority} if rule.authority != "agreed" else {}
    data |= {} if rule.written else {"written": "no"}
    data |= {"visible to": list(rule.visible_to)} if rule.visible_to else {}
    data |= {name: getattr(rule, name).isoformat() for name in ("since", "until") if getattr(rule, name) is not None}
    return data | ({"evidence": [_evidence_data(one) for one in rule.evidence]} if rule.evidence else {})


def _evidence_data(one: Evidence) -> dict[str, Any]:
    dates = {name: moment.isoformat() for name in _DATES if (moment := getattr(one, name)) is not None}
    values = {field.name: getattr(one, field.name) for field in fields(one) if field.name not in _DATES}
    return {name.rstrip("_"): value for name, value in values.items() if value not in (None, "")} | dates


def change_data(change: RuleChange) -> dict[str, Any]:
    """*change* as it stands in files."""
    (edit,) = change.edits
    agreed = {"agreed by": list(change.agreed_by)} if change.agreed_by else {}
    data: dict[str, Any] = {"time": change.time.isoformat(), "author": change.author, **agreed, "rule": edit.key}
    if edit.after is None:
        data["ends"] = "yes"
    else:
        before = rule_data(edit.before or _begun(change.author, change.agreed_by))
        after = rule_data(edit.after)
        gone = dict.fromkeys(key for key in before if key not in after)
        data["becomes"] = {k: v for k, v in after.items() if before.get(k) != v} | {k: _USUAL.get(k) for k in gone}
    if change.claim is not None:
        data["claim"] = claim_data(change.claim)
    data |= {name: getattr(change, name) for name in ("channel", "force")}
    data |= {name: getattr(change, name) for name in ("reason", "answers") if getattr(change, name)}
    return data | ({"organising hours": change.organising_hours} if change.organising_hours else {})


def plain_changes(rulebook: Rulebook) -> list[RuleChange]:
    """The changes with rules as plain values, each called as in the rulebook: what tables and JSON take."""

    def plain(rule: Rule | None) -> dict[str, Any] | None:
        return None if rule is None else rule_data(rule)

    return [
        replace(
            change,
            rule=change.edits[0].key,  # Its words stand in the rule before and after.
            edits=tuple(replace(edit, before=plain(edit.before), after=plain(edit.after)) for edit in change.edits),
        )
        for change in rulebook.changes
    ]


def rulebook_schema() -> dict[str, Any]:
    """The JSON Schema of rulebook files.

    >>> rulebook_schema()["title"]
    'irrupt rulebook'
    """
    return published(RulebookFile, "irrupt rulebook")
