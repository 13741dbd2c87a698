"""What the user knows better than the records: whose act an activity is, and which found rule changes are true.

It is kept in a small YAML file beside the log, `LOG.irrupt.yaml`, which is read again whenever the log is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from irrupt.chronicle.client import acts_of, waits_of
from irrupt.chronicle.labels import ACT, INSIDE, TOWARD, UNKNOWN, WAITING
from irrupt.chronicle.model import Chronicle, Role, WhoseAct
from irrupt.errors import DataError, Fault, did_you_mean, unread
from irrupt.i18n import gettext as _

Verdict = Literal["confirmed", "refuted"]
ENDING = ".irrupt.yaml"
ASKED: dict[str, Role] = {"acts": ACT, "waits": WAITING, "toward": TOWARD, "inside": INSIDE}
"""Roles of a mapping that name activities, and whose acts these are."""
_CLOSED = ("acts", "waits")
"""Those that name all activities of their kind: what was found beside them does not hold."""
_PARTS = ("activities", "rule changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the user says of a log."""

    activities: Mapping[str, Role] = field(default_factory=dict)
    changes: Mapping[str, Verdict] = field(default_factory=dict)
    """Name of a rule change that was found -> whether it is true."""


def beside(log: str | Path) -> Path:
    """The file with what the user says of *log*: of its name, in its folder.

    >>> beside("records/tickets.csv.gz").as_posix()
    'records/tickets.irrupt.yaml'
    """
    path = Path(log)
    return path.with_name(path.name.split(".")[0] + ENDING)


def load_said(path: Path) -> Said:
    """What *path* says. Raises `DataError` with all faults."""
    import yaml

    try:
        known: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(Fault(path.name, _("cannot be read: {reason}").format(reason=unread(error)))) from None
    if not isinstance(known, dict):
        raise DataError(Fault(path.name, _("is no list of parts"), ", ".join(_PARTS)))
    faults = [
        Fault(path.name, _('unknown part "{name}"').format(name=name), remedy=did_you_mean(str(name), _PARTS))
        for name in known
        if name not in _PARTS
    ]
    parts = {name: known.get(name) or {} for name in _PARTS}
    allowed = {"activities": get_args(Role), "rule changes": get_args(Verdict)}
    for name, part in parts.items():
        if not isinstance(part, dict):
            faults.append(Fault(f"{path.name}: {name}", _("is no mapping of names"), _("name: value")))
            continue
        faults += [
            Fault(
                f"{path.name}: {key}", f'"{value}"', ", ".join(allowed[name]), did_you_mean(str(value), allowed[name])
            )
            for key, value in part.items()
            if value not in allowed[name]
        ]
    if faults:
        raise DataError(faults)
    activities, changes = ({str(key): value for key, value in parts[name].items()} for name in _PARTS)
    return Said(activities=activities, changes=changes)


def overruled(chronicle: Chronicle, said: Said, mapping: Mapping[str, str], where: str = "mapping") -> Chronicle:
    """*chronicle* where what the user says goes before what the records tell.

    *mapping* may name activities for the keys of `ASKED`, separated by commas. Raises `DataError` for activities that
    do not occur.
    """
    known = chronicle.activities()
    roles: dict[str, Role] = {}
    faults = []
    for name, role in said.activities.items():
        roles[name] = role
        if name not in known:
            faults.append(Fault(where, _('no activity "{name}"').format(name=name), remedy=did_you_mean(name, known)))
    for key in ASKED.keys() & mapping.keys():
        for name in _named(mapping[key], known):
            roles[name] = ASKED[key]
            if name not in known:
                faults.append(Fault(key, _('no activity "{name}"').format(name=name), remedy=did_you_mean(name, known)))
    if faults:
        raise DataError(faults)
    closed = {ASKED[key] for key in _CLOSED if key in mapping}
    whose = tuple(_settled(one, roles.get(one.activity), closed) for one in _all(chronicle, known))
    asks = acts_of(whose) | frozenset(one.activity for one in whose if one.asks)
    waits = waits_of(whose) if WAITING not in closed else waits_of(whose) - asks
    return replace(
        chronicle,
        whose_acts=whose,
        waits_for_client=waits,
        client_acts=acts_of(whose),
        said_of_changes=dict(said.changes),
    )


def _all(chronicle: Chronicle, known: list[str]) -> tuple[WhoseAct, ...]:
    """Whose act each activity is; for records in which nobody looked, what is known of them."""
    if chronicle.whose_acts:
        return chronicle.whose_acts
    sets: tuple[tuple[frozenset[str], Role], ...] = (
        (chronicle.waits_for_client, WAITING),
        (chronicle.client_acts, ACT),
    )
    return tuple(
        WhoseAct(activity=name, role=next((role for some, role in sets if name in some), UNKNOWN), sure=0.0)
        for name in known
    )


def _settled(one: WhoseAct, role: Role | None, closed: set[Role]) -> WhoseAct:
    if role is not None:
        return WhoseAct(activity=one.activity, role=role, sure=1.0, because=(_("you said so"),))
    if one.role in closed:
        return replace(one, role=UNKNOWN, because=(*one.because, _("you named others")))
    return one


def _named(text: str, known: list[str]) -> list[str]:
    """The names in *text*, separated by commas, unless it is one name."""
    if text.strip() in known:
        return [text.strip()]
    return [name.strip() for name in re.split(r",(?![^(]*\))", text) if name.strip()]


def said_text(chronicle: Chronicle, changes: Mapping[str, str] | None = None) -> str:
    """The file for *chronicle* as it stands, with its evidence as remarks, to be corrected by hand.

    *changes*: name of each rule change that was found -> what was found.
    """
    lines = [
        "# " + _("Whose act each activity is. Correct what is wrong; the file is read whenever the log is."),
        "# " + ", ".join(get_args(Role)),
        "activities:",
    ]
    for one in chronicle.whose_acts:
        remark = f"{round(100 * one.sure)} %" + (": " + "; ".join(one.because) if one.because else "")
        lines.append(f"  {json.dumps(one.activity, ensure_ascii=False)}: {one.role}  # {remark}")
    if changes:
        lines += ["# " + _("Changes of rules that were found: write confirmed or refuted."), "rule changes:"]
        told = dict(chronicle.said_of_changes)
        for name, what in changes.items():
            quoted = json.dumps(name, ensure_ascii=False)
            lines.append(
                f"  {quoted}: {told[name]}  # {what}" if name in told else f"  # {quoted}: confirmed  # {what}"
            )
    return "\n".join(lines) + "\n"
