"""How loops are compiled, and when what was compiled before may be used again."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import njit
from numba.core import cpu


def known(target: object, **wished: bool) -> dict[str, bool]:
    """Those of the options *wished* that *target* knows.

    Some are not among the documented ones: where one is gone all is slower, and equal.

    >>> known(object(), _nrt=False)
    {}
    """
    return {name: value for name, value in wished.items() if hasattr(target, name)}


TARGET = getattr(cpu, "CPUTargetOptions", None)
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", **known(TARGET, _nrt=False)}
"""No counting of references to arrays: in each call that is handed some, that costs ten times what the pieces do;
nothing is allocated in them, so nothing needs it. Nothing divides by zero, so nothing looks whether it does."""
UNWRAPPED: dict[str, Any] = known(TARGET, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""For what Python never calls."""


def compiled(function: Callable[..., Any]) -> Any:
    """Compile *function* when it is first called, and keep the result beside the file, or else in the user's cache."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # There is no place that can be written to.
        return njit(**OPTIONS)(function)


def text_of(*modules: ModuleType) -> int:
    """A number that stands for the text of *modules*. Numba's cache looks into the file of a function alone; but what
    a function closes over is part of its key: this, for one that is compiled from other files too.

    >>> from irrupt import special
    >>> text_of(special) == text_of(special)
    True
    """
    texts = b"".join(Path(module.__file__ or "").read_bytes() for module in modules)
    return int.from_bytes(blake2b(texts, digest_size=7).digest())


def piece(function: Callable[..., Any]) -> Any:
    """Compile *function* only as a part of another, whose key in the cache knows its file."""
    return njit(**OPTIONS, **UNWRAPPED)(function)


def part(function: Callable[..., Any]) -> Any:
    """The same, into each place that calls it: to hand over many arrays costs more than what it does with them."""
    return njit(**OPTIONS, **UNWRAPPED, forceinline=True)(function)
