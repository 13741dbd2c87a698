"""Commands whose help shows flags as they are typed, and tells of `--help` in our language: typer names a type behind
each flag, though nothing is to be said, and some of its versions speak English only there. No line of it is broken at a
narrow space, which rich takes for any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO, cast

from typer.core import TyperCommand, TyperGroup

from irrupt.i18n import gettext as _

_SPACE, _GLUE = "\u202f", "\ue000"
"""A narrow space, and what stands for it until lines are broken: a character of private use, one column wide."""


class _Spaced:
    """A stream that has its narrow spaces again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.replace(_GLUE, _SPACE))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _unbroken(*told: Any) -> Iterator[None]:
    """While the help of commands and parameters is shown."""
    texts = [(one, words, getattr(one, words, None)) for one in told for words in ("help", "epilog")]
    try:
        for one, words, text in texts:
            if text:
                setattr(one, words, text.replace(_SPACE, _GLUE))
        with redirect_stdout(cast("TextIO", _Spaced(sys.stdout))):
            yield
    finally:
        for one, words, text in texts:
            if text:
                setattr(one, words, text)


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

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with _unbroken(self, *self.get_params(ctx)):
            super().format_help(ctx, formatter)


class Group(TyperGroup):
    """All commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _bare(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with _unbroken(self, *self.get_params(ctx), *self.commands.values()):
            super().format_help(ctx, formatter)
