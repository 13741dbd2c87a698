"""Commands whose help shows flags as they are typed: typer names a type behind each, though nothing is to be said."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


def _bare(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters


class Command(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))


class Group(TyperGroup):
    """All commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))
