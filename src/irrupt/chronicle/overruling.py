"""What the user knows better than the records: whose act an activity is, how long work on it takes, and which found
rule changes are true.

It is kept in a small YAML file beside the log, `LOG.irrupt.yaml`, which is read again whenever the log is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from irrupt.chronicle.client import acts_of, waits_of
from irrupt.chronicle.model import Chronicle, Role, WhoseAct
from irrupt.chronicle.told import ACT, INSIDE, TOWARD, UNKNOWN, WAITING
from irrupt.errors import DataError, Fault, ModelError, UsageError, did_you_mean, near
from irrupt.i18n import gettext as _
from irrupt.units import seconds_in, shown, written

if TYPE_CHECKING:
    from irrupt.yaml_marks import Document

Verdict = Literal["confirmed", "refuted"]
ENDING = ".irrupt.yaml"
ASKED: dict[str, Role] = {"acts": ACT, "waits": WAITING, "toward": TOWARD, "inside": INSIDE}
"""Roles of a mapping that name activities, and whose acts these are."""
_CLOSED = ("acts", "waits")
"""Those that name all activities of their kind: what was found beside them does not hold."""
WORK = "work"
"""The role of a mapping that says how long work on activities takes."""
_PARTS = ("activities", "rule changes", WORK)
_ALLOWED: Mapping[str, tuple[str, ...]] = {"activities": get_args(Role), "rule changes": get_args(Verdict)}
Times = tuple[float, float]
"""The least and the most that work takes on average, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the user says of a log."""

    activities: Mapping[str, Role] = field(default_factory=dict)
    changes: Mapping[str, Verdict] = field(default_factory=dict)
    """Name of a rule change that was found -> whether it is true."""
    work: Mapping[str, Times] = field(default_factory=dict)
    """Activity -> how long work on it takes."""


def beside(log: str | Path) -> Path:
    """The file with what the user says of *log*: of its name, in its folder.

    >>> beside("records/tickets.csv.gz").as_posix()
    'records/tickets.irrupt.yaml'
    """
    return Path(f"{named(log)}{ENDING}")


def named(log: str | Path) -> Path:
    """*log* without the endings of its name. A folder such as `.`, which has no name, is called by its own."""
    path = Path(log)
    path = path.resolve() if path.name in ("", "..") else path
    return path.parent / path.name.split(".")[0]


def load_said(path: Path, known: Collection[str] | None = None) -> Said:
    """What *path* says of a log with the activities *known* (None: whichever). Raises `DataError` with all faults and
    their places, `UsageError` where there is no such file."""
    from irrupt.yaml_marks import in_order, read

    try:
        file = read(path, may_be_empty=True)
    except ModelError as error:
        raise DataError(error.faults) from None
    data = file.data or {}
    if not isinstance(data, dict):
        raise DataError(Fault(file.source, _("is no list of parts"), ", ".join(_PARTS)))
    faults = [
        Fault(
            file.place((name,), key=True),
            _('unknown part "{name}"').format(name=name),
            remedy=did_you_mean(str(name), _PARTS),
        )
        for name in data
        if name not in _PARTS
    ]
    parts = {name: _part(file, name, known, faults) for name in _PARTS}
    work = {name: _times(file.place((WORK, name)), value, faults) for name, value in parts.pop(WORK).items()}
    if faults:
        raise DataError(in_order(faults))
    return Said(activities=parts["activities"], changes=parts["rule changes"], work=work)


def _part(file: Document, name: str, known: Collection[str] | None, faults: list[Fault]) -> dict[str, Any]:
    """The part of this *name*; what is wrong with it goes to *faults*."""
    part = (file.data or {}).get(name) or {}
    if not isinstance(part, dict):
        faults.append(Fault(file.place((name,)), _("is no mapping of names"), _("name: value")))
        return {}
    for key, value in part.items():
        if known is not None and name != "rule changes" and key not in known:
            faults.append(_no_activity(file.place((name, key), key=True), key, known))
        allowed = _ALLOWED.get(name)
        if allowed is not None and value not in allowed:
            place = file.place((name, key))
            faults.append(Fault(place, f'"{value}"', ", ".join(allowed), near(str(value), allowed)))
    return part


def _no_activity(where: str, name: str, known: Collection[str]) -> Fault:
    return Fault(where, _('no activity "{name}"').format(name=name), remedy=did_you_mean(name, known))


def _times(where: str, value: object, faults: list[Fault]) -> Times:
    """The times in *value*: one, or the least and the most; what is wrong with it goes to *faults*."""
    try:
        first, *second = (seconds_in(part.strip() if isinstance(part, str) else part) for part in _ends(value))
    except ValueError as error:
        faults.append(Fault(where, str(error), _("a time such as 20 min, or 15 min .. 30 min")))
        return 0.0, 0.0
    low, high = first, (second or [first])[0]
    if not 0.0 < low <= high:
        faults.append(Fault(where, shown(value), _("times above 0, the shorter one first")))
    return low, high


def _ends(value: object) -> list[object]:
    return list(value.split("..", 1)) if isinstance(value, str) else [value]


def overruled(chronicle: Chronicle, said: Said, mapping: Mapping[str, str], where: str = "mapping") -> Chronicle:
    """*chronicle* where what the user says goes before what the records tell.

    *mapping* may name activities for the keys of `ASKED`, separated by commas, and say for `work` how long it takes
    (`Test line: 20 min, Repair: 1 h .. 2 h`). Raises `UsageError` for activities that do not occur, and for times that
    are none; `DataError` where a file says them.
    """
    known = chronicle.activities()
    roles: dict[str, Role] = {}
    faults = []
    for name, role in said.activities.items():
        roles[name] = role
        if name not in known:
            faults.append(_no_activity(where, name, known))
    for name, keys in _asked(mapping, known).items():
        roles[name] = ASKED[keys[0]]
        if name not in known:
            faults += [_no_activity(key, name, known) for key in keys]
        if len(keys) > 1:
            found = _('"{name}" is also named under {others}').format(name=name, others=", ".join(keys[1:]))
            faults.append(Fault(keys[0], found, _("each activity under one of them")))
    work = _work_said(said, mapping, where, known, faults)
    if faults:
        asked = all(fault.where.partition(":")[0] in {"mapping", WORK, *ASKED} for fault in faults)
        raise (UsageError if asked else DataError)(faults)
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
        work_said=work,
    )


def _asked(mapping: Mapping[str, str], known: list[str]) -> dict[str, list[str]]:
    """Activity -> the keys of `ASKED` under which *mapping* names it."""
    found: dict[str, list[str]] = {}
    for key in (key for key in ASKED if key in mapping):
        for name in dict.fromkeys(_named(mapping[key], known)):
            found.setdefault(name, []).append(key)
    return found


def said_notes(said: Said, file: str) -> list[str]:
    """What *file* tells of a log, in words, part by part."""
    parts = (
        (said.activities, _("{file} says whose act some activities are")),
        (said.work, _("{file} says how long work on some activities takes")),
        (said.changes, _("{file} says which rule changes that were found are true")),
    )
    return [text.format(file=file) for part, text in parts if part] or [_("{file} says nothing").format(file=file)]


def _work_said(
    said: Said, mapping: Mapping[str, str], where: str, known: list[str], faults: list[Fault]
) -> dict[str, Times]:
    """How long work on activities takes, in what was *said* and in the *mapping*; *faults* are added to."""
    found = {name: (where, times) for name, times in said.work.items()}
    for entry in _split(mapping.get(WORK, "")):
        name, colon, time = (part.strip() for part in entry.rpartition(":"))
        if not colon:
            faults.append(Fault(WORK, f'"{entry}"', _("an activity and a time, such as Test line: 20 min")))
            continue
        found[name] = WORK, _times(f"{WORK}: {name}", time, faults)
    faults += [_no_activity(place, name, known) for name, (place, _time) in found.items() if name not in known]
    return {name: times for name, (_place, times) in found.items()}


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
    return _split(text)


def _split(text: str) -> list[str]:
    """What commas part in *text*, but for those within brackets."""
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
    if chronicle.work_said:
        lines += ["# " + _("How long work on an activity takes on average."), f"{WORK}:"]
        lines += [f"  {json.dumps(name, ensure_ascii=False)}: {_said(*t)}" for name, t in chronicle.work_said.items()]
    if changes:
        lines += ["# " + _("Changes of rules that were found: write confirmed or refuted."), "rule changes:"]
        told = dict(chronicle.said_of_changes)
        for name, what in changes.items():
            quoted = json.dumps(name, ensure_ascii=False)
            lines.append(
                f"  {quoted}: {told[name]}  # {what}" if name in told else f"  # {quoted}: confirmed  # {what}"
            )
    return "\n".join(lines) + "\n"


def as_simulated(chronicle: Chronicle) -> Chronicle:
    """*chronicle*, which was simulated, with whose act each activity is: known, not found."""
    roles = dict.fromkeys(chronicle.events["activity"].unique().sort().to_list(), INSIDE)
    roles |= dict.fromkeys(chronicle.waits_for_client & roles.keys(), WAITING)
    roles |= dict.fromkeys(chronicle.client_acts & roles.keys(), ACT)
    whose = (WhoseAct(activity=name, role=role, sure=1.0, because=()) for name, role in roles.items())
    return replace(chronicle, whose_acts=tuple(whose))


def said_times(chronicle: Chronicle) -> str:
    """How long work on activities takes, as the user says.

    >>> import polars as pl
    >>> said_times(Chronicle(events=pl.DataFrame(), work_said={"Repair": (3600.0, 7200.0)}))
    'Repair 1 h .. 2 h'
    """
    return ", ".join(f"{name} {_said(*times)}" for name, times in chronicle.work_said.items())


def _said(low: float, high: float) -> str:
    return written(low) if low == high else f"{written(low)} .. {written(high)}"
