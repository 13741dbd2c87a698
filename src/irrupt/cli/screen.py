"""What the command line shows: results on stdout, progress and messages on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from irrupt.cli.signs import holds_all
from irrupt.i18n import gettext as _
from irrupt.i18n import number

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live
    from rich.progress import Progress, TaskID

    from irrupt.experiment import Executor

Advance = Callable[[float], None]
"""Called with the share done, from 0 to 1."""


def show(renderable: RenderableType) -> None:
    """Show something on stdout, in colour only where a terminal wants it."""
    from rich.console import Console

    Console(highlight=False).print(renderable)


def show_text(text: str) -> None:
    """Show *text* on stdout as it stands, wrapped to the terminal."""
    from rich.console import Console

    Console(highlight=False).print(text, markup=False)


def show_json(content: dict[str, Any]) -> None:
    """Write *content* as JSON on stdout; what is not a number becomes null."""
    sys.stdout.write(json.dumps(content, ensure_ascii=not holds_all(), indent=1, allow_nan=False) + "\n")


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


@dataclass(slots=True)
class Trying:
    """Pairs of runs on their way, and what they say so far: shown on stderr where it is a terminal."""

    bar: Progress
    task: TaskID
    live: Live
    begun: float = field(default_factory=time.monotonic)
    first: int | None = None

    def advance(self, done: int, total: int) -> None:
        """*done* of *total* pairs are there; those that were there at once say nothing about the pace."""
        if self.first is None:
            self.first = done
        pace = (done - self.first) / max(time.monotonic() - self.begun, 1e-3)
        told = _("{done} of {total} pairs of runs; {pace} a second")
        self.bar.update(
            self.task,
            completed=done,
            total=total,
            description=told.format(done=number(done, 0), total=number(total, 0), pace=number(pace, 1)),
        )

    def show(self, answer: RenderableType) -> None:
        """Show *answer*, the last one so far, below how far it is."""
        from rich.console import Group

        self.live.update(Group(self.bar, answer))


@contextmanager
def executor(address: str | None, workers: int | None) -> Iterator[Executor | None]:
    """The cluster at *address*, while the block runs; None: threads of this machine."""
    if address is None:
        yield None
        return
    from irrupt.experiment.cluster import Cluster

    with Cluster(address, workers) as opened:
        yield opened


@contextmanager
def trying(label: str, *, quiet: bool = False) -> Iterator[Trying | None]:
    """Show how many pairs of runs are done, and answers as they come; nothing (None) where stderr is no terminal."""
    from rich.console import Console
    from rich.live import Live
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(24), TimeRemainingColumn())
    bar = Progress(*columns, console=console, auto_refresh=False)
    with Live(bar, console=console, transient=True, refresh_per_second=5) as live:
        yield Trying(bar, bar.add_task(label, total=None), live)
