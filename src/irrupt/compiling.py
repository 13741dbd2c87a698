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


def from_zero() -> dict[str, Any]:
    """That indices never count from the end (`irrupt.indices`), where this can be said: else all is slower, and
    equal."""
    try:
        from irrupt.indices import Pipeline
    except ImportError:
        return {}
    return {"pipeline_class": Pipeline}


TARGET = getattr(cpu, "CPUTargetOptions", None)
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", **known(TARGET, _nrt=False), **from_zero()}
"""No counting of references to arrays: in each call that is handed some, that costs ten times what the pieces do;
nothing is allocated in them, so nothing needs it. Nothing divides by zero, so nothing looks whether it does. Nothing
counts from the end, so nothing looks whether an index is below 0."""
UNWRAPPED: dict[str, Any] = known(TARGET, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""For what Python never calls."""


def compiled(function: Callable[..., Any]) -> Any:
    """Compile *function* when it is first called, and keep the result beside the file, or else in the user's cache."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # There is no place that can be written to.
        return njit(**OPTIONS)(function)


def text_of(*modules: ModuleType) -> int:
    """A number that stands for the text of *modules*, and of what says how they are compiled. Numba's cache looks into
    the file of a function alone; but what a function closes over is part of its key: this, for one that is compiled
    from other files too.

    >>> from irrupt import special
    >>> text_of(special) == text_of(special)
    True
    """
    files = [Path(__file__), Path(__file__).with_name("indices.py"), *(Path(one.__file__ or "") for one in modules)]
    texts = b"".join(file.read_bytes() for file in files)
    return int.from_bytes(blake2b(texts, digest_size=7).digest())


def piece(function: Callable[..., Any]) -> Any:
    """Compile *function* only as a part of another, whose key in the cache knows its file."""
    return njit(**OPTIONS, **UNWRAPPED)(function)


def part(function: Callable[..., Any]) -> Any:
    """The same, into each place that calls it: to hand over many arrays costs more than what it does with them."""
    return njit(**OPTIONS, **UNWRAPPED, forceinline=True)(function)
