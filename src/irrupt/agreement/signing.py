"""Changing a rulebook as those do who agree: every change is an event with its author, date and reason, put behind what
is written already. What was written is never rewritten."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypedDict, Unpack

import yaml

from irrupt.agreement.files import change_data, change_in, dump_rulebook, rulebook_in
from irrupt.agreement.model import Rule, Rulebook
from irrupt.arguments import as_annotated
from irrupt.errors import Fault, ModelError, UsageError, did_you_mean
from irrupt.i18n import date_text
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import Force
from irrupt.organisation.rules import Channel, Claim, RuleChange
from irrupt.organisation.yaml_text import yaml_text
from irrupt.saving import save_text
from irrupt.wall import in_utc, local_time
from irrupt.yaml_marks import Document, read, read_text


class Signing(TypedDict, total=False):
    """How and why a rule is changed, by keyword; named and typed as in the `Signature` of an act."""

    reason: str
    organising_hours: float
    force: Force
    channel: Channel
    answers: str
    claim: Claim


@as_annotated
def agree(
    rulebook: Rulebook,
    rule: str,
    *,
    by: str | Sequence[str],
    becomes: Mapping[str, Any],
    time: date | None = None,
    **signed: Unpack[Signing],
) -> Rulebook:
    """*rulebook* in which *rule* *becomes* what *by*, a party or several, agreed on: keys and values as in
    files, those that are not named stay. A rule of that name which was only inferred is agreed on by it.

    *time* is now when not said, on the rulebook's clock where it has no zone, and comes after the last change of this
    rule. *signed* tells how and why, all by keyword (`Signing`): what is imposed is from then on the rule of who
    imposes it, and of nobody who agreed before. Raises `ModelError` with everything that is wrong.

    >>> book = agree(Rulebook(name="Desk"), "Once", by="Hospital A", reason="We come back too often.",
    ...              becomes={"text": "No second visit.", "binds": {"activity": "Reopen", "at most": 0}})
    >>> (change,) = book.changes
    >>> change.author, change.reason, book.latest()["Once"].binds.times
    ('Hospital A', 'We come back too often.', 0)
    """
    before = rulebook.latest().get(rule)
    force: dict[str, Any] = {"force": signed["force"]} if "force" in signed else {}
    if before is not None and signed.get("force") == "imposed":
        force |= {"author": by if isinstance(by, str) else next(iter(by), ""), "agreed by": []}
    return _with(rulebook, rule, by, time, {"becomes": {**_anew(before), **force, **becomes}, **signed})


def _anew(before: Rule | None) -> dict[str, str]:
    """What a rule that was only inferred becomes as soon as somebody agrees to it."""
    return {"authority": "agreed"} if before is not None and before.authority == "inferred" else {}


@as_annotated
def sign(
    rulebook: Rulebook, rule: str, *, by: str | Sequence[str], time: date | None = None, **signed: Unpack[Signing]
) -> Rulebook:
    """*rulebook* in which *by* agrees to *rule* as it stands, and is one of its authors from then on. A rule
    that was only inferred is agreed on by it.

    Arguments and errors are those of `agree`; `ModelError` also when there is no such rule, or force is
    imposed: nobody agrees by that.

    >>> from irrupt.agreement.files import rulebook_from
    >>> book = rulebook_from("{rulebook: Desk, rules: {Once: {text: No second visit., author: Desk}}}")
    >>> sign(book, "Once", by="Hospital A").latest()["Once"].agreed_by
    ('Hospital A',)
    """
    before = rulebook.latest().get(rule)
    if before is None:
        found = _('no rule "{name}"').format(name=rule)
        raise ModelError(Fault("rule", found, remedy=did_you_mean(rule, rulebook.latest())))
    if signed.get("force") == "imposed":
        raise ModelError(Fault("force", _("what is imposed is not agreed"), remedy=_("force: negotiated")))
    parties = [by] if isinstance(by, str) else by
    agreed = dict.fromkeys([*before.agreed_by, *(party for party in parties if party != before.author)])
    return _with(rulebook, rule, by, time, {"becomes": {**_anew(before), "agreed by": [*agreed]}, **signed})


@as_annotated
def confirm(
    rulebook: Rulebook, rule: str, *, by: str | Sequence[str], time: date | None = None, **signed: Unpack[Signing]
) -> Rulebook:
    """*rulebook* in which *by* says that the inferred *rule* is one: from then on, breaking it counts.

    Arguments and errors are those of `agree`; `ModelError` also when there is no such rule, or it is not inferred.

    >>> from irrupt.agreement.files import rulebook_from
    >>> book = rulebook_from("{rulebook: Desk, rules: {Habit: {text: All is closed., authority: inferred}}}")
    >>> confirm(book, "Habit", by="Desk").latest()["Habit"].authority
    'confirmed'
    """
    said = {"becomes": {"authority": "confirmed"}, **signed}
    return _with(rulebook, rule, by, time, said, _unless_inferred(rulebook, rule))


@as_annotated
def refute(
    rulebook: Rulebook, rule: str, *, by: str | Sequence[str], time: date | None = None, **signed: Unpack[Signing]
) -> Rulebook:
    """*rulebook* in which *by* says that the inferred *rule* is none: it ends. The history keeps that it was found, and
    it is not taken in again from other records.

    Arguments and errors are those of `confirm`.
    """
    return _with(rulebook, rule, by, time, {"ends": True, **signed}, _unless_inferred(rulebook, rule))


@as_annotated
def end(
    rulebook: Rulebook, rule: str, *, by: str | Sequence[str], time: date | None = None, **signed: Unpack[Signing]
) -> Rulebook:
    """*rulebook* in which *by* ends *rule*. Arguments and errors are those of `agree`; `ModelError` also when there is
    no such rule."""
    return _with(rulebook, rule, by, time, {"ends": True, **signed})


def _unless_inferred(rulebook: Rulebook, rule: str) -> list[Fault]:
    """What is wrong where somebody confirms or refutes *rule*: it is none that records suggest."""
    rules = rulebook.latest()
    inferred = [name for name, one in rules.items() if one.authority == "inferred"]
    if rule in inferred:
        return []
    if rule in rules:
        found, remedy = _("“{rule}” is not inferred").format(rule=rule), _("--by alone agrees to it as it stands")
        return [Fault("rule", found, _("a rule that records suggest"), remedy)]
    return [Fault("rule", _('no rule "{name}"').format(name=rule), remedy=did_you_mean(rule, inferred or rules))]


def _with(
    rulebook: Rulebook,
    rule: str,
    by: str | Sequence[str],
    time: date | None,
    said: Mapping[str, Any],
    faults: Iterable[Fault] = (),
) -> Rulebook:
    """*rulebook* with the change that is *said* behind all others. Raises `ModelError` with *faults*, which were found
    before, and all others."""
    wrong = list(faults)
    time = in_utc(time or datetime.now(UTC).replace(microsecond=0), rulebook.timezone)
    author, *others = [by] if isinstance(by, str) else (by or [""])
    if not all(one.strip() for one in (author, *others)):
        wrong.append(Fault("by", _("nobody"), _("the party who changes the rule")))
    last = max((one.time for one in rulebook.where(rule=rule)), default=time)
    if last > time:
        found = _("this rule was changed later, on {date}").format(date=date_text(local_time(last, rulebook.timezone)))
        wrong.append(Fault("time", found, _("a date after it: history is not rewritten")))
    change = None
    try:
        entry = {"time": time.isoformat(), "author": author, "agreed by": others, "rule": rule}
        change = change_in(rulebook, entry | {key.replace("_", " "): value for key, value in said.items()})
    except ModelError as error:
        known = {fault.where for fault in wrong}
        wrong += [new for fault in error.faults if (new := replace(fault, where=_key(fault.where))).where not in known]
    if change is not None and _signed_already(rulebook, rule, change):
        found = _("“{rule}” is so already, and signed").format(rule=rule)
        wrong.append(Fault("rule", found, _("something that it becomes, or who else agrees")))
    if wrong or change is None:
        raise ModelError({(one.where, one.found): one for one in wrong}.values())
    return replace(rulebook, changes=tuple(sorted((*rulebook.changes, change), key=lambda one: one.time)))


def _signed_already(rulebook: Rulebook, rule: str, change: RuleChange) -> bool:
    """Whether *change* leaves *rule* as it is, and is of those who have signed it before."""
    before = rulebook.latest().get(rule)
    if before is None or any(edit.before != edit.after for edit in change.edits):
        return False
    signed = {before.author, *before.agreed_by, *(one for made in rulebook.where(rule=rule) for one in made.authors)}
    return signed.issuperset(change.authors)


def _key(where: str) -> str:
    """The key of a change that a fault is at: `changes > 1 > becomes > binds > within` is at `binds`."""
    keys = [key for key in where.split(" > ")[2:] if key != "becomes"]
    return keys[0] if keys else "rule"


def begin_rulebook(path: str | os.PathLike[str], *, timezone: str = "UTC") -> Rulebook:
    """The rulebook at *path*, or an empty one that is called as the file, where there is none yet."""
    file = Path(path)
    return rulebook_in(read(file)) if file.exists() else Rulebook(name=file.stem, timezone=timezone)


def save_signed(rulebook: Rulebook, path: str | os.PathLike[str]) -> RuleChange:
    """Write the change by which *rulebook* differs from what stands at *path* into that file, behind all that is
    written there, remarks included; and return it. A file whose form has no place for it is written anew.

    Raises `UsageError` when it cannot be written, and where it differs by more than one change.
    """
    file = Path(path)
    document = read(file) if file.exists() else None
    before = replace(rulebook, changes=()) if document is None else rulebook_in(document)
    new = [one for one in rulebook.changes if one not in before.changes]
    if len(new) != 1 or len(rulebook.changes) != len(before.changes) + 1:
        raise UsageError(Fault(str(path), _("the file was changed in the meantime"), remedy=_("do it once more")))
    text = None if document is None else _put(file.read_bytes().decode("utf-8-sig"), document, new[0])
    if text is not None and _same(text, rulebook):
        save_text(path, text)
    else:
        dump_rulebook(rulebook, path)
    return new[0]


def _same(text: str, rulebook: Rulebook) -> bool:
    try:
        return rulebook_in(read_text(text, "")) == rulebook
    except ModelError:
        return False


def _put(text: str, document: Document, change: RuleChange) -> str | None:
    """*text* with *change* as the last of its changes; None where these do not stand line by line."""
    ending = "\r\n" if "\r\n" in text else "\n"
    item = yaml_text({"changes": [change_data(change)]}).replace("\n", ending).splitlines(keepends=True)[1:]
    root = document.root
    lines = text.splitlines(keepends=True)
    if not isinstance(root, yaml.MappingNode) or root.flow_style or not lines:
        return None
    if not lines[-1].endswith("\n"):
        lines[-1] += ending
    node = next((value for key, value in root.value if key.value == "changes"), None)
    if node is None:
        at = _line_behind(root)  # Before a mark of the end of the document, where there is one.
        return "".join([*lines[:at], f"changes:{ending}", *item, *lines[at:]])
    if not isinstance(node, yaml.SequenceNode) or (node.flow_style and node.value):
        return None
    if node.flow_style:  # An empty list, in brackets, on the line of its key.
        at, line = node.start_mark.line, lines[node.start_mark.line]
        lines[at] = line[: node.start_mark.column].rstrip() + line[node.end_mark.column :]
        return "".join([*lines[: at + 1], *item, *lines[at + 1 :]])
    at, last = min(node.end_mark.line, len(lines)), _line_behind(_last_in(node))
    while at > last and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    margin = " " * node.start_mark.column
    return "".join([*lines[:at], *(margin + line[2:] for line in item), *lines[at:]])


def _last_in(node: yaml.Node) -> yaml.Node:
    """What stands last in *node*, such as a text of several lines: what begins with # in it is no remark."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        inner = node.value[-1]
        node = inner[1] if isinstance(node, yaml.MappingNode) else inner
    return node


def _line_behind(node: yaml.Node) -> int:
    """The first line that nothing of *node* stands on."""
    return node.end_mark.line + (node.end_mark.column > 0)
