"""Rule changes: organising work, as events. Simulated, inferred and agreed ones have this one type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from irrupt.errors import InvariantError
from irrupt.organisation.model import Organisation

Force = Literal["imposed", "negotiated", "carried up"]
Channel = Literal["instrument", "relay", "schedule"]
Aim = Literal["fluctuation", "rigidity"]
"""What a claim says is wrong: the market fluctuates, or the organisation is rigid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who says what about which measure, and what the act is to do to it. A claim is never a finding."""

    author: str
    aim: Aim
    measure: str
    """Name of a measure, as in the ledgers."""
    party: str
    """Whose measure: a client, a team, `other clients`."""
    expects: Literal["fall", "rise"]
    text: str = ""
    """The claim in its author's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One entry of one part of an `Organisation`, before and after; None: not there."""

    part: Literal["clients", "steps", "routes", "client_routes", "skips", "checks", "teams", "people", "calendars"]
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """An event in which somebody creates, amends or suspends a rule."""

    time: datetime
    author: str
    rule: str
    """The rule in words: "Caller 1904's cases pass first at Network"."""
    edits: tuple[Edit, ...]
    claim: Claim | None = None
    channel: Channel = "instrument"
    force: Force = "imposed"
    reason: str = ""
    answers: str = ""
    """The rule change or proposal that this one answers."""


def amended(organisation: Organisation, changes: Iterable[RuleChange]) -> Organisation:
    """*organisation* with *changes* made, in order.

    Raises `InvariantError` when a change does not find the state that it says was there before.
    """
    for change in changes:
        parts: dict[str, dict[str, Any]] = {}
        for edit in change.edits:
            entries = parts.setdefault(edit.part, dict(getattr(organisation, edit.part)))
            if entries.get(edit.key) != edit.before:
                raise InvariantError(f"{change.rule}: {edit.part} {edit.key!r} is not what the change expects")
            if edit.after is None:
                del entries[edit.key]
            else:
                entries[edit.key] = edit.after
        organisation = replace(organisation, **parts)  # type: ignore[arg-type]
    return organisation
