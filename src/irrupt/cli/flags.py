"""Commands whose help shows flags as they are typed, and tells of `--help` in our language: typer names a type behind
each flag, though nothing is to be said, and some of its versions speak English only there."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from irrupt.i18n import gettext as _


def _bare(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
        if "--help" in parameter.opts:
            parameter.help = _("Show this message and exit.")
    return parameters


class Command(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))


class Group(TyperGroup):
    """All commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))
