"""What may stand in an organisation's file about where cases go after a step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from irrupt.organisation.border import Entry, OneOrMore
from irrupt.organisation.distributions import NONE, Older
from irrupt.organisation.model import Route
from irrupt.organisation.values import Seconds, Share, Timed, When


class OlderEntry(Entry):
    """The delay of cases that are older than that when they go on: time on the clock of the case."""

    than: Seconds
    delay: Timed = NONE


class RouteEntry(Entry):
    """Where a case may go after a step, and what share of cases does; not said: what the others leave. Hours: the
    calendar in which the delay passes. Since: from the step before, or on the clock of the case. Older: delays of older
    cases. Only: the class of cases that go this way; a class with routes of its own takes no others. When: what
    they are like (quantity > 10, due < 2 days, class is large); a case goes by the first that it meets. Where nothing
    else is said, the name alone may stand."""

    to: str
    share: Share | None = None
    delay: Timed = NONE
    hours: str | None = None
    since: Literal["step", "clock"] = "step"
    older: Annotated[list[OlderEntry], OneOrMore()] = Field(default_factory=list)
    waits_for: Literal["nobody", "client"] = "nobody"
    only: str | None = None
    when: When | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: object) -> object:
        return {"to": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


Ways = Annotated[list[RouteEntry], OneOrMore()]


def routes_in(entries: list[RouteEntry]) -> tuple[Route, ...]:
    """The routes that *entries* describe."""
    return tuple(Route(**entry.given() | {"older": _older(entry.older)}) for entry in entries)


def _older(entries: list[OlderEntry]) -> tuple[Older, ...]:
    return tuple(Older(than=entry.than, delay=entry.delay) for entry in entries)
