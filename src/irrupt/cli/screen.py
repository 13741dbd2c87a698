"""What the command line shows: results on stdout, progress and messages on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

Advance = Callable[[float], None]
"""Called with the share done, from 0 to 1."""


def show(renderable: RenderableType) -> None:
    """Show something on stdout, in colour only where a terminal wants it."""
    from rich.console import Console

    Console(highlight=False).print(renderable)


def show_json(content: dict[str, Any]) -> None:
    """Write *content* as JSON on stdout; what is not a number becomes null."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def say(message: str) -> None:
    """Say *message* on stderr, wrapped to the terminal."""
    from rich.console import Console

    Console(stderr=True, highlight=False).print(message, markup=False)


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Advance]:
    """Show *label* and how far it is on stderr while the block runs; nothing where stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(24),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)
