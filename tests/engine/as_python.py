"""Compiled functions as plain Python: records of arrays with their fields as attributes, as the compiler reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Record:
    """One record of an array."""

    def __init__(self, at: np.void) -> None:
        object.__setattr__(self, "at", at)

    def __getattr__(self, name: str) -> Any:
        return self.at[name]

    def __setattr__(self, name: str, value: object) -> None:
        self.at[name] = value


def within(at: Any) -> Any:
    """*at*, where it is an index from 0 on: what is compiled does not count from the end."""
    for one in at if isinstance(at, tuple) else (at,):
        if isinstance(one, int | np.integer) and one < 0:
            raise IndexError(f"{one} is below 0")
    return at


class Array(np.ndarray):
    """An array of numbers."""

    def __getitem__(self, at: Any) -> Any:
        return super().__getitem__(within(at))

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(within(at), value)


class Records:
    """An array of records."""

    def __init__(self, of: np.ndarray) -> None:
        self.of, self.shape, self.size = of, of.shape, of.size

    def __len__(self) -> int:
        return len(self.of)

    def __getitem__(self, at: Any) -> Any:
        return as_read(self.of[within(at)])

    def __setitem__(self, at: Any, value: Record) -> None:
        self.of[within(at)] = value.at


def as_read(value: Any) -> Any:
    """What the compiler makes of an argument."""
    if isinstance(value, np.void):
        return Record(value)
    if isinstance(value, np.ndarray) and value.dtype.names:
        return Records(value)
    if isinstance(value, np.ndarray):
        return value.view(Array)
    return type(value)._make(map(as_read, value)) if isinstance(value, tuple) and hasattr(value, "_make") else value


def plain(*functions: Callable[..., Any], **options: object) -> Callable[..., Any]:
    """In the place of `numba.njit`."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            return function(*map(as_read, arguments))

        return called

    return decorated(*functions) if functions else decorated
