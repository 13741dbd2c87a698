"""Rule changes as plain values: for histories, files and results, without loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import Authority, Force
from irrupt.organisation.files import PARTS
from irrupt.organisation.rules import Channel, Claim, Edit, RuleChange
from irrupt.units import shown

_WORDS = {"channel": get_args(Channel), "force": get_args(Force), "authority": get_args(Authority)}
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("author", "rule", *_WORDS, "reason", "answers"), str),
    **{"written": bool, "organising_hours": float, "learned": bool},
}
_PLAIN = tuple(_KINDS)


def change_to_dict(change: RuleChange) -> dict[str, Any]:
    """*change* as plain values (texts, numbers, lists, mappings, None); `change_from_dict` gives it back exactly."""
    return {
        "time": change.time.isoformat(),
        **{name: getattr(change, name) for name in _PLAIN},
        "visible_to": list(change.visible_to),
        "agreed_by": list(change.agreed_by),
        "claim": None if change.claim is None else asdict(change.claim),
        "edits": [edit_to_dict(edit) for edit in change.edits],
    }


def edit_to_dict(edit: Edit) -> dict[str, Any]:
    """*edit* as plain values.

    >>> from irrupt.organisation.model import Team
    >>> edit_to_dict(Edit(part="teams", key="Network", before=None, after=Team(priority={"Hospital A": 1})))
    {'part': 'teams', 'key': 'Network', 'before': None, 'after': {'priority': {'Hospital A': 1}}}
    """
    sides = (edit.before, edit.after)
    if edit.part != "rulebook":
        sides = tuple(None if entry is None else PARTS[edit.part](edit.key, entry) for entry in sides)  # type: ignore[assignment]
    before, after = sides
    data = {"part": edit.part, "key": edit.key, "before": before, "after": after}
    return data | ({"relative": True} if edit.relative else {})


def change_from_dict(data: Mapping[str, Any]) -> RuleChange:
    """The rule change that `change_to_dict` made *data* from. Raises `ModelError` when it is none."""
    try:
        if faults := [*_wrong(data)]:
            raise ModelError(faults)
        return RuleChange(
            time=datetime.fromisoformat(data["time"]),
            claim=None if data["claim"] is None else Claim(**data["claim"]),
            edits=tuple(_edit(edit) for edit in data["edits"]),
            visible_to=tuple(data["visible_to"]),
            # These two are not there in what an earlier irrupt wrote.
            agreed_by=tuple(data.get("agreed_by", ())),
            **{name: data[name] for name in _PLAIN if name in data or name != "learned"},
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ModelError(Fault(_("rule change"), _("not a rule change: {why}").format(why=problem))) from None


def _wrong(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with single values of a change."""
    for name, kind in _KINDS.items():
        words = _WORDS.get(name, ())
        fits = int | float if kind is float else kind
        if name in data and (not isinstance(data[name], fits) or (words and data[name] not in words)):
            usual = {str: _("a text"), bool: _("true or false"), float: _("a number")}[kind]
            yield Fault(name, shown(data[name]), ", ".join(words) or usual)


def _edit(data: Mapping[str, Any]) -> Edit:
    from irrupt.organisation.schema import entry_in

    part, key, relative = data["part"], data["key"], data.get("relative", False)
    if part == "rulebook":
        return Edit(part=part, key=key, before=data["before"], after=data["after"], relative=relative)
    if part not in PARTS or part == "distributions":
        raise ValueError(part)
    before, after = (None if data[side] is None else entry_in(part, key, data[side]) for side in ("before", "after"))
    return Edit(part=part, key=key, before=before, after=after, relative=relative)
