"""Rule changes as plain values: for histories, files and results, without loss."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import datetime
from typing import Any, get_args

from irrupt.errors import Fault, Faults, ModelError, did_you_mean, spelled
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.authorship import Authority, Force
from irrupt.organisation.files import PARTS
from irrupt.organisation.rules import Channel, Claim, Edit, Part, RuleChange
from irrupt.units import shown

_Kind = type | tuple[str, ...]
"""Of which kind a value is: a type, or one of our words. `list`: of mappings, `set`: a list of texts."""
_PLAIN: Mapping[str, _Kind] = {
    **dict.fromkeys(("author", "rule", "reason", "answers"), str),
    **{"channel": get_args(Channel), "force": get_args(Force), "authority": get_args(Authority)},
    **{"written": bool, "organising_hours": float, "learned": bool},
}
_KINDS: Mapping[str, _Kind] = {
    **{"time": datetime, **_PLAIN, "visible_to": set, "agreed_by": set, "claim": Mapping, "edits": list},
}
_CHANGE_NEEDS = _KINDS.keys() - {"agreed_by", "learned"}
"""What is not among them was not there in what an earlier irrupt wrote."""
_CLAIM: Mapping[str, _Kind] = {field.name: bool if field.name == "given" else str for field in fields(Claim)}
_CLAIM_NEEDS = {field.name for field in fields(Claim) if field.default is MISSING}
_EDITED = (*get_args(Part), "rulebook")
_EDIT: Mapping[str, _Kind] = {"part": _EDITED, "key": str, "before": object, "after": object, "relative": bool}
_EDIT_NEEDS = _EDIT.keys() - {"relative"}
_USUAL: Mapping[type, str] = {
    **{str: mark("a text"), bool: mark("true or false"), float: mark("a number"), list: mark("a list")},
    **{set: mark("a list of texts"), Mapping: mark("a mapping: key: value")},
    datetime: mark("a moment such as 2024-01-31T09:30:00+00:00"),
}
"""Kind -> what is expected, in words."""


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


def change_from_dict(data: object) -> RuleChange:
    """The rule change that `change_to_dict` made *data* from. Raises `ModelError` with all that is wrong."""
    if not isinstance(data, Mapping):
        raise ModelError(Fault(_("rule change"), shown(data), _("a mapping: key: value")))
    wrong = Faults()
    with wrong:
        _refuse(data, _KINDS, _CHANGE_NEEDS)
    made: dict[str, Any] = {"claim": None, "edits": []}
    if isinstance(data.get("claim"), Mapping):
        with wrong:
            made["claim"] = _claim(data["claim"])
    for at, edit in enumerate(data["edits"] if isinstance(data.get("edits"), list) else ()):
        with wrong:
            made["edits"].append(_edit(edit, spelled(("edits", at))))
    wrong.tell()
    lists = {name: tuple(data.get(name, ())) for name in ("visible_to", "agreed_by")}
    made |= {name: data[name] for name in _PLAIN if name in data} | lists
    return RuleChange(time=datetime.fromisoformat(data["time"]), **(made | {"edits": tuple(made["edits"])}))


def _refuse(data: Mapping[str, Any], kinds: Mapping[str, _Kind], needed: Collection[str], where: str = "") -> None:
    """Raise `ModelError` with all keys that *data* lacks, and all values that are not of their kind."""
    faults: list[Fault] = []
    for name, kind in kinds.items():
        place = f"{where}{name}"
        if name not in data:
            faults += [Fault(place, _("is missing"))] if name in needed else []
        elif not _fits(data[name], kind):
            expected = ", ".join(kind) if isinstance(kind, tuple) else _(_USUAL[kind])
            faults.append(Fault(place, shown(data[name]), expected))
    if faults:
        raise ModelError(faults)


def _fits(value: object, kind: _Kind) -> bool:
    if isinstance(kind, tuple):
        return isinstance(value, str) and value in kind
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is datetime:
        return isinstance(value, str) and _is_moment(value)
    if kind is list:
        return isinstance(value, list)
    if kind is set:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, kind) or (kind is Mapping and value is None)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _claim(data: Mapping[str, Any]) -> Claim:
    faults = [
        Fault("claim", _('unknown key "{key}"').format(key=key), remedy=did_you_mean(str(key), _CLAIM))
        for key in data
        if key not in _CLAIM
    ]
    wrong = Faults()
    with wrong:
        _refuse(data, _CLAIM, _CLAIM_NEEDS, "claim > ")
    if faults := [*faults, *wrong.found]:
        raise ModelError(faults)
    return Claim(**data)


def _edit(data: object, where: str) -> Edit:
    if not isinstance(data, Mapping):
        raise ModelError(Fault(where, shown(data), _("a mapping: key: value")))
    _refuse(data, _EDIT, _EDIT_NEEDS, f"{where} > ")
    part, key, relative = data["part"], data["key"], data.get("relative", False)
    if part == "rulebook":
        return Edit(part=part, key=key, before=data["before"], after=data["after"], relative=relative)
    before, after = (_entry(part, key, data[side], f"{where} > {side}") for side in ("before", "after"))
    return Edit(part=part, key=key, before=before, after=after, relative=relative)


def _entry(part: str, key: str, data: object, where: str) -> Any:
    from irrupt.organisation.schema import entry_in

    try:
        return None if data is None else entry_in(part, key, data)
    except (KeyError, TypeError, ValueError):  # It leaves out what an organisation that is read makes up for.
        raise ModelError(Fault(where, shown(data), _("all that is set, written out"))) from None
