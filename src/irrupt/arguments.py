"""Arguments of the functions that Python users call are held against the annotations of these functions."""

from __future__ import annotations

import math
import operator
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, wraps
from inspect import Parameter, signature
from itertools import count, repeat
from numbers import Real
from types import GenericAlias, SimpleNamespace, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from irrupt.errors import Fault, Path, UsageError, spelled
from irrupt.i18n import gettext as _

P = ParamSpec("P")
T = TypeVar("T")
_SEVERAL = (Sequence, Iterable, list, tuple)
_MAKERS = {
    "Chronicle": "irrupt.read",
    "Comparison": "irrupt.compare",
    "Lever": "irrupt.experiment.levers.Lever",
    "Organisation": "irrupt.discover",
    "Rulebook": "irrupt.agreement.load_rulebook",
}
"""What makes a thing of a kind that nobody makes by its own name."""


def as_annotated(function: Callable[P, T]) -> Callable[P, T]:
    """*function*, which raises `UsageError` with all arguments that are not of the kinds that its annotations name.

    Numbers, texts and sequences of other libraries serve as Python's own do. What a class of methods (`Protocol`) asks
    for, values that a type has only some of (`Literal`), and settings by keyword are left to *function*.

    >>> @as_annotated
    ... def weeks_of(times: list[str], least: float = 0) -> None: ...
    >>> weeks_of(["one", 2], least="three")
    Traceback (most recent call last):
        ...
    irrupt.errors.UsageError: times > 2  a value of type int; expected list[str]
    least  a value of type str; expected float
    2 problems
    """
    called = signature(function)

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            given = called.bind(*args, **kwargs).arguments
        except TypeError:
            return function(*args, **kwargs)  # Python says itself which arguments are missing, or too many.
        kinds = _hints(function)
        if faults := [fault for name in kinds if name in given for fault in _faults(name, given[name], *kinds[name])]:
            raise UsageError(faults)
        return function(*args, **kwargs)

    return held


@cache
def _hints(function: Callable[..., object]) -> dict[str, tuple[Any, str]]:
    """Of each argument of *function* that is to be of some kind, which, and how it is written."""
    found = {}
    for name, one in signature(function).parameters.items():
        if one.annotation is Parameter.empty or one.kind is Parameter.VAR_KEYWORD:
            continue
        bare = SimpleNamespace(__annotations__={name: one.annotation})
        try:
            hint = get_type_hints(bare, function.__globals__)[name]
        except NameError:
            continue  # A kind of a library that need not be there.
        several = one.kind is Parameter.VAR_POSITIONAL
        found[name] = (GenericAlias(tuple, (hint, ...)) if several else hint, str(one.annotation))
    return found


def _faults(name: str, value: object, hint: Any, written: str) -> Iterator[Fault]:
    """What is wrong with the *value* of an argument that is to be as *hint* says, which is *written* so."""
    for place, wrong in _amiss(value, hint, (name,)):
        found = _("a value of type {kind}").format(kind=type(wrong).__name__)
        made_by = [_MAKERS[one] for one in re.findall(r"\w+", written) if one in _MAKERS]
        makes = _("{maker} makes one").format(maker=made_by[0]) if len(made_by) == 1 else ""
        yield Fault(spelled(place), found, written, makes)


Amiss = list[tuple[Path, object]]
"""Places in an argument, and what stands there that is of another kind."""


def _amiss(value: object, hint: Any, at: Path) -> Amiss:
    """What is amiss in a *value* that stands *at* a place and is to be as *hint* says."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        # The kind that it comes nearest to: what is wrong with it lies deepest.
        return min(
            (_amiss(value, one, at) for one in parts), key=lambda found: -len(found[0][0]) if found else -math.inf
        )
    if kind is Literal:
        return [] if isinstance(value, tuple(map(type, parts))) else [(at, value)]
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return []
    if not _is_of(value, kind):
        return [(at, value)]
    return [wrong for part, one, place in _inside(value, kind, parts) for wrong in _amiss(one, part, (*at, place))]


def _is_of(value: Any, kind: type) -> bool:
    """Whether *value* itself, whatever it holds, is of a *kind*."""
    if kind is float:
        return isinstance(value, Real)
    if kind is bool:
        return isinstance(value, bool | np.bool_)
    if kind in _SEVERAL and isinstance(value, str | bytes | Mapping | Iterator | os.PathLike):
        return False  # Of one that can be gone through only once, nothing would be left.
    try:
        if kind is int:
            operator.index(value)
        elif kind in _SEVERAL:
            iter(value)
        else:
            return isinstance(value, kind)
    except TypeError:
        return False
    return True


def _inside(value: Any, kind: type, parts: tuple[Any, ...]) -> Iterator[tuple[Any, object, str | int]]:
    """What *value* holds, as which of *parts*, and where."""
    if kind in _SEVERAL:
        each = parts if kind is tuple and parts[1:] != (...,) else repeat(parts[0] if parts else Any)
        yield from zip(each, value, count(), strict=False)
    elif issubclass(kind, Mapping) and parts:
        for key, one in value.items():
            yield parts[0], key, str(key)
            yield parts[1], one, str(key)
