"""The language of the command line, chosen before anything is shown: help texts are built at import."""

from __future__ import annotations

import gettext
import os
from collections.abc import Sequence
from pathlib import Path

from irrupt import i18n
from irrupt.i18n import mark

TYPER_WORDS = (
    mark("Options"),
    mark("Arguments"),
    mark("Commands"),
    mark("Usage:"),
    mark("[OPTIONS]"),
    mark("(default: {default})"),
    mark("[default: {}]"),
    mark("required"),
    mark("[required]"),
    mark("Install completion for the current shell."),
    mark("Show completion for the current shell, to copy it or customize the installation."),
)
"""What typer itself says: it looks its words up in the process's text domain, which is ours while the command runs."""


def asked(arguments: Sequence[str]) -> str | None:
    """The language that `--lang` asks for among *arguments*, if irrupt speaks it.

    >>> asked(["see", "log.csv", "--lang", "fr"]), asked(["--lang=en"]), asked(["demo"])
    ('fr', 'en', None)
    """
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in i18n.LANGUAGES:
            return value
    return None


def speak(arguments: Sequence[str]) -> None:
    """Speak the language that the command line asks for, or else that of the environment."""
    i18n.use(asked(arguments))
    os.environ["LANGUAGE"] = i18n.language()
    gettext.bindtextdomain("irrupt", Path(i18n.__file__).parent / "locale")
    gettext.textdomain("irrupt")
