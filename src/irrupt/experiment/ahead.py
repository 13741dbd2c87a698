"""What is made ahead: while runs of one organisation go on, the next one is compiled."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


def ahead(make: Callable[[Thing], Made], things: Iterable[Thing]) -> Generator[Made, None, None]:
    """What *make* makes of each of *things*, in their order; while one is in use, the next one is made.

    The compiled loop leaves the interpreter to others. When closed, it waits for the one that is being made.

    >>> list(ahead(str.upper, ["ann", "bob"]))
    ['ANN', 'BOB']
    """
    waiting: Future[Made] | None = None
    with ThreadPoolExecutor(1) as aside:
        for thing in things:
            following = aside.submit(copy_context().run, make, thing)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()
