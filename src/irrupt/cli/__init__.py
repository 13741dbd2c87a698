"""The command line: a thin face of the library. `main` is the entry point.

Only typer and rich are imported before a command runs, so that `irrupt --help` answers at once.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line: exit code 0 done, 1 failure, 2 wrong usage, 130 interrupted."""
    from irrupt.cli.language import speak

    speak(sys.argv[1:])
    from irrupt.cli.app import build

    build()()
