"""How loops are compiled, and when what was compiled before may be used again."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from hashlib import blake2b
from pathlib import Path
from types import CellType, FunctionType, ModuleType
from typing import Any

from numba import njit, types
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


def to_be_linked() -> dict[str, Any]:
    """That what is a part of something else is no machine code by itself (`irrupt.linking`), where this can be said:
    else compiling takes longer, and what is compiled is equal."""
    try:
        from irrupt.linking import Pipeline
    except ImportError:
        return {}
    return {"pipeline_class": Pipeline}


def improved_once() -> dict[str, Any]:
    """That a loop is improved when all its pieces are in it, and not before as well (`irrupt.linking`), where this can
    be said: else compiling takes longer, and what is compiled is as fast."""
    try:
        from irrupt.linking import OncePipeline
    except ImportError:
        return {}
    return {"pipeline_class": OncePipeline}


def widest(kind: Any) -> Any:
    """The type of the widest whole number with a sign for any such *kind* of number; any other stays what it is.

    >>> widest(types.int32), widest(types.uint8), widest(types.literal(True))
    (int64, uint8, bool)
    """
    kind = types.unliteral(kind)  # type: ignore[no-untyped-call]
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind  # type: ignore[attr-defined]


def of_one_form(function: Any) -> Any:
    """*function*, compiled once for all that other compiled functions hand it, however wide its whole numbers are.
    Where that cannot be said it is compiled for each width."""
    usual = getattr(function, "get_call_template", None)
    if usual is not None:
        function.get_call_template = lambda kinds, named: usual([widest(kind) for kind in kinds], named)
    return function


TARGET = getattr(cpu, "CPUTargetOptions", None)
OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    **known(TARGET, _nrt=False, no_cfunc_wrapper=True),
    **from_zero(),
    **improved_once(),
}
"""No counting of references to arrays: in each call that is handed some, that costs ten times what the pieces do;
nothing is allocated in them, so nothing needs it. Nothing divides by zero, so nothing looks whether it does. Nothing
counts from the end, so nothing looks whether an index is below 0. C calls nothing of it."""
UNWRAPPED: dict[str, Any] = OPTIONS | known(TARGET, no_cpython_wrapper=True) | to_be_linked()
"""For what Python never calls."""


def compiled(function: Callable[..., Any]) -> Any:
    """Compile *function* when it is first called, and keep the result beside the file, or else in the user's cache."""
    try:
        return of_one_form(njit(cache=True, **OPTIONS)(function))
    except RuntimeError:  # There is no place that can be written to.
        return of_one_form(njit(**OPTIONS)(function))


def text_of(*modules: ModuleType) -> int:
    """A number that stands for the text of *modules*, and of what says how they are compiled. Numba's cache looks into
    the file of a function alone; but what a function closes over is part of its key: this, for one that is compiled
    from other files too.

    >>> from irrupt import special
    >>> text_of(special) == text_of(special)
    True
    """
    here = [Path(__file__).with_name(name) for name in ("compiling.py", "indices.py", "linking.py")]
    files = [*here, *(Path(one.__file__ or "") for one in modules)]
    texts = b"".join(file.read_bytes() for file in files)
    return int.from_bytes(blake2b(texts, digest_size=7).digest())


def compiled_from(*modules: ModuleType) -> Callable[[Callable[..., Any]], Any]:
    """`compiled`, for what is compiled from *modules*, too: their text is among what it closes over."""
    sources = text_of(*modules)

    def of_all(function: Any) -> Any:
        code, closure = function.__code__, function.__closure__ or ()
        code = code.replace(co_freevars=(*code.co_freevars, "sources"))
        closing = FunctionType(code, function.__globals__, function.__name__, None, (*closure, CellType(sources)))
        return compiled(update_wrapper(closing, function))

    return of_all


def entry(function: Any) -> Callable[..., Any]:
    """Where the machine code of a compiled *function* begins that was called in one form; *function* itself, which asks
    at each call what it is handed, where it has no such place or several.

    >>> entry(len) is len
    True
    """
    forms = [*getattr(function, "overloads", {}).values()]
    found: Callable[..., Any] | None = getattr(forms[0], "entry_point", None) if len(forms) == 1 else None
    return found or function


class Straight:
    """A compiled function that only Python calls, always with what has the same form. To find out what it is handed
    takes ten times as long as to hand it over, where that is a hundred arrays; so it is found out at the first call.

    It is up to whoever makes what is handed over that it has this form (`irrupt.engine.forms`).
    """

    def __init__(self, function: Any) -> None:
        self.function = function
        self.enter = self._first

    def __call__(self, *given: Any) -> Any:
        return self.enter(*given)

    def _first(self, *given: Any) -> Any:
        found = self.function(*given)
        self.enter = entry(self.function)
        return found


def piece(function: Callable[..., Any]) -> Any:
    """Compile *function* only as a part of another, whose key in the cache knows its file."""
    return of_one_form(njit(**UNWRAPPED)(function))


def part(function: Callable[..., Any]) -> Any:
    """The same, into each place that calls it: to hand over many arrays costs more than what it does with them."""
    return of_one_form(njit(**UNWRAPPED, forceinline=True)(function))
