"""The command line: a thin face of the library. `main` is the entry point.

Only typer and rich are imported before a command runs, so that `irrupt --help` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line: exit code 0 done, 1 failure, 2 wrong usage, 130 interrupted."""
    from irrupt.cli.language import speak
    from irrupt.cli.signs import settle

    # Compiling and learning make many objects that stay: looking through them for rubbish would take a second or two.
    gc.set_threshold(50_000, 20, 20)
    # Matrices are small here: threads that share them wait for each other three times as long as one of them works.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    settle()
    speak(sys.argv[1:])
    from irrupt.cli.app import build
    from irrupt.cli.usage import run

    run(build(sys.argv[1:]))
