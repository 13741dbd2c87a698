"""What is wrong with a command line, in our words: typer's own are English, and partly those of its libraries."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from irrupt.errors import Fault, near
from irrupt.i18n import gettext as _

_WRONG: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
"""What typer raises: of its own, or of click, as its version has it."""
_QUOTED = re.compile(r"['\"](.*?)['\"]")
_BRACKETED = re.compile(r"\(([^()]*)\)\s*$")
_NUMBERS = ("integer", "number", "float")
_SAME = (
    ("--output", "--report", "--out", "-o"),
    ("--report", "--output", "--html", "-r"),
    ("--replications", "--runs", "--reps", "--repetitions", "-n"),
    ("--act", "--scenario", "--what-if", "-a"),
    ("--json", "--format"),
    ("--quiet", "--silent", "--no-progress"),
    ("--lang", "--language", "--locale", "-l"),
    ("--workers", "--threads", "--jobs", "--processes", "-j"),
    ("--map", "--mapping", "--columns"),
    ("--timezone", "--tz"),
)
"""Names by which one option goes in programs like this one: the first that a command has is meant."""


def run(app: typer.Typer) -> None:
    """Run *app* on the command line, and end the process: what is wrong with the line is told with exit code 2."""
    try:
        code = app(standalone_mode=False)
    except _WRONG as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.ctx.get_help())
        else:
            typer.echo(_told(error, sys.argv[1:]), err=True)
        code = 2
    except typer.Abort:
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: Any, arguments: Sequence[str]) -> str:
    said = str(_fault(error, arguments))
    if error.ctx is None:
        return said
    help_of = f"{error.ctx.command_path} --help"
    return said + "\n" + _("Help: {command}").format(command=help_of)


def _fault(error: Any, arguments: Sequence[str]) -> Fault:
    kind, message = type(error).__name__, error.format_message()
    if kind == "NoSuchOption":
        own = _options(error)
        remedy = near(next((name for name in _alike(error.option_name) if name in own), error.option_name), own)
        return Fault(error.option_name, _("there is no such option"), remedy=remedy)
    if kind == "BadOptionUsage":
        return Fault(error.option_name, _("nothing stands behind this option"), _about(_parameter(error)))
    if kind == "MissingParameter":
        return Fault(_hint(error.param), _("is missing"), _helped(error.param))
    if kind == "BadParameter" and error.param is not None:
        given = _given(error.param, arguments) or next(iter(_QUOTED.findall(error.message)), message)
        return Fault(_hint(error.param), given, _expected(error.param, error.message))
    named, extra = _QUOTED.search(message), _BRACKETED.search(message)
    if "ommand" in message and named:
        return Fault(named[1], _("there is no such command"), remedy=near(named[1], _commands(error)))
    if "extra" in message and extra:
        files = any(Path(word).exists() for word in extra[1].split())
        remedy = (
            _("files that belong together are read as one where the folder that holds them is given") if files else ""
        )
        return Fault(extra[1], _("nothing more is expected here"), remedy=remedy)
    return Fault("", message)


def _options(error: Any) -> list[str]:
    if error.ctx is None:
        return []
    own = [name for parameter in error.ctx.command.params for name in parameter.opts if name.startswith("--")]
    return [*own, "--help"]


def _alike(option: str) -> tuple[str, ...]:
    """How an *option* that programs like this one have is called here."""
    return next((names for names in _SAME if option in names), ())


def _commands(error: Any) -> list[str]:
    return list(getattr(error.ctx.command, "commands", ())) if error.ctx is not None else []


def _parameter(error: Any) -> Any:
    known = error.ctx.command.params if error.ctx is not None else ()
    return next((one for one in known if error.option_name in one.opts), None)


def _hint(parameter: Any) -> str:
    """The option, or the argument as its help shows it."""
    options = [name for name in parameter.opts if name.startswith("-")]
    return options[0] if options else str(parameter.metavar or parameter.name).upper()


def _helped(parameter: Any) -> str:
    """What helps of it, as the rest of a sentence: an abbreviation, such as YAML, stays as it is."""
    told = str(getattr(parameter, "help", "") or "").rstrip(".")
    rest = told.partition(" ")[0][1:]
    return told[:1].lower() + told[1:] if rest == rest.lower() else told


def _given(parameter: Any, arguments: Sequence[str]) -> str:
    """What was said for *parameter*, where the command line tells it."""
    for at, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in parameter.opts:
            return value if equals else next(iter(arguments[at + 1 : at + 2]), "")
    return ""


def _expected(parameter: Any, message: str) -> str:
    """What the value of *parameter* must be, told from what typer says of it."""
    choices = _QUOTED.findall(message.partition("not one of")[2])
    if choices:
        return _("one of {words}").format(words=", ".join(choices))
    if any(word in message for word in _NUMBERS):
        return _("a whole number") if "integer" in message else _("a number")
    return _about(parameter)


def _about(parameter: Any) -> str:
    """What its help shows for the value of *parameter*."""
    return str(getattr(parameter, "metavar", None) or "") or _("a value")
