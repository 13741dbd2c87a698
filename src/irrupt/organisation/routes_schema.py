"""What may stand in an organisation's file about where cases go after a step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core.core_schema import no_info_before_validator_function

from irrupt.organisation.border import Entry, OneOrMore
from irrupt.organisation.distributions import NONE, Older
from irrupt.organisation.model import Route
from irrupt.organisation.values import Seconds, Share, Timed, When
from irrupt.units import is_number


class OlderEntry(Entry):
    """The delay of cases that are older than that when they go on: time on the clock of the case."""

    than: Seconds
    delay: Timed = NONE
    straight_on: Share | None = None


class RouteEntry(Entry):
    """Where a case may go after a step, and what share of cases does; not said: what the others leave. Hours: the
    calendar in which the delay passes. Since: from the step before, or on the clock of the case. Older: delays of older
    cases. Straight on: with what share of them whoever did the step before does the next one at once. Only: the class
    of cases that go this way; a class with routes of its own takes no others. When: what they are like (quantity > 10,
    due < 2 days, class is large); a case goes by the first that it meets. Where nothing else is said, the name alone
    may stand."""

    to: str
    share: Share | None = None
    delay: Timed = NONE
    hours: str | None = None
    since: Literal["step", "clock"] = "step"
    older: Annotated[list[OlderEntry], OneOrMore()] = Field(default_factory=list)
    waits_for: Literal["nobody", "client"] = "nobody"
    straight_on: Share = 0.0
    only: str | None = None
    when: When | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: object) -> object:
        return {"to": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


def _by_share(data: object) -> object:
    """The routes of a mapping of names to shares: `{Repair: 0.7, end: 0.3}`."""
    names = {field.replace("_", " ") for field in RouteEntry.model_fields}
    if not isinstance(data, dict) or not data or names & set(data) or not any(map(_is_share, data.values())):
        return data
    return [{"to": name, "share": share} for name, share in data.items()]


def _is_share(value: object) -> bool:
    return is_number(value.strip().removesuffix("%").strip() if isinstance(value, str) else value)


class ByShare:
    """Beside the type of a list of routes: a mapping of names to shares stands for one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return no_info_before_validator_function(_by_share, handler(source))

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        shares = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
        return {"anyOf": [*handler(core_schema)["anyOf"], shares]}


Ways = Annotated[list[RouteEntry], OneOrMore(), ByShare()]


def routes_in(entries: list[RouteEntry]) -> tuple[Route, ...]:
    """The routes that *entries* describe."""
    return tuple(Route(**entry.given() | {"older": _older(entry.older)}) for entry in entries)


def _older(entries: list[OlderEntry]) -> tuple[Older, ...]:
    return tuple(Older(than=entry.than, delay=entry.delay, straight_on=entry.straight_on) for entry in entries)
