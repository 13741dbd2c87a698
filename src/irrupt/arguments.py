"""What Python users give is held against annotations: the arguments of functions, and the fields of dataclasses."""

from __future__ import annotations

import operator
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import cache, wraps
from inspect import Parameter, get_annotations, signature
from itertools import count, repeat
from numbers import Real
from types import GenericAlias, SimpleNamespace, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    ParamSpec,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np

from irrupt.errors import Fault, Path, UsageError, spelled
from irrupt.i18n import gettext as _

P = ParamSpec("P")
T = TypeVar("T")
_PLAIN = (str, int, float, bool, type(None))
_ALSO = ((int, float), (bool, float), (bool, int))
_SEVERAL = (Sequence, Iterable, list, tuple)
_MAKERS = {
    "Chronicle": "irrupt.read",
    "Claim": "irrupt.organisation.Claim",
    "Comparison": "irrupt.compare",
    "Lever": "irrupt.experiment.levers.Lever",
    "Organisation": "irrupt.discover",
    "Rulebook": "irrupt.agreement.load_rulebook",
    "Signature": "irrupt.acts.Signature",
    "Stakes": "irrupt.regulation.stakes.Stakes",
}
"""What makes a thing of a kind that nobody makes by its own name."""


def as_annotated(function: Callable[P, T]) -> Callable[P, T]:
    """*function*, which raises `UsageError` with all arguments that are not of the kinds that its annotations name.

    Numbers, texts and sequences of other libraries serve as Python's own do. A dataclass that has what a class of
    methods (`Protocol`) asks for is held against its own annotations: an act of somebody else. Values that a type has
    only some of (`Literal`), and settings by keyword are left to *function*.

    >>> @as_annotated
    ... def weeks_of(times: list[str], least: float = 0) -> None: ...
    >>> weeks_of(["one", 2], least="three")
    Traceback (most recent call last):
        ...
    irrupt.errors.UsageError: times > 2  a value of type int; expected str
    least  a value of type str; expected float
    2 problems
    """
    called = signature(function)

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        plain = _plain(function)  # Runs are paused and changed by such calls: what is plainly right costs little.
        named = not kwargs or all(isinstance(value, plain.by.get(name, object)) for name, value in kwargs.items())
        if named and all(map(isinstance, args, plain.at)):
            return function(*args, **kwargs)
        try:
            given = called.bind(*args, **kwargs).arguments
        except TypeError:
            return function(*args, **kwargs)  # Python says itself which arguments are missing, or too many.
        kinds = _hints(function)
        if wrong := [one for name in kinds if name in given for one in _amiss(given[name], kinds[name], (name,))]:
            raise UsageError(map(told, wrong))
        return function(*args, **kwargs)

    return held


class Held:
    """What is made only of fields of the kinds that the annotations of its dataclass name, and raises `UsageError` with
    all that are of others, by the names that they have in files.

    `Annotated[float, str]` is a number that may be told as a text when the dataclass is made.
    """

    __slots__ = ()

    def __new__(cls, *args: object, **given: object) -> Self:
        """Look at the fields before anything is made of them."""
        unnamed = (one.name for one in fields(cls) if one.init and not one.kw_only)  # type: ignore[arg-type]
        of = getattr(cls, "name", None)
        if wrong := fields_amiss(cls, {**dict(zip(unnamed, args, strict=False)), **given}, (), deep=True):
            raise UsageError(told(one, within=f"{of}: " if isinstance(of, str) else "") for one in wrong)
        return super().__new__(cls)


class _Plain(NamedTuple):
    """Classes of which an argument is right without another look, by its place and by its name."""

    at: tuple[tuple[type, ...], ...]
    by: Mapping[str, tuple[type, ...]]


@cache
def _plain(function: Callable[..., object]) -> _Plain:
    """The same of each argument of *function*; of none by its place where any number may be given."""
    hints, parameters = _hints(function), signature(function).parameters.values()
    by = {one.name: _classes(hints.get(one.name, Any)) for one in parameters}
    if any(one.kind is Parameter.VAR_POSITIONAL for one in parameters):
        return _Plain(((),), by)
    return _Plain(tuple(by[one.name] for one in parameters if one.kind is Parameter.POSITIONAL_OR_KEYWORD), by)


def _classes(hint: Any) -> tuple[type, ...]:
    """Classes of which all that is, is as *hint* says."""
    if hint is Any:
        return (object,)
    if get_origin(hint) in (Union, UnionType, Annotated):
        return tuple(kind for one in get_args(hint) for kind in _classes(one))
    plain = isinstance(hint, type) and not get_args(hint) and not _asks(hint) and hint not in _SEVERAL
    return (hint,) if plain else ()


@cache
def _hints(function: Callable[..., object]) -> dict[str, Any]:
    """Of each argument of *function* that is to be of some kind, which."""
    several = {one.name: one.kind for one in signature(function).parameters.values()}
    found = _resolved(get_annotations(function), function.__globals__)
    return {
        name: GenericAlias(tuple, (hint, ...)) if several[name] is Parameter.VAR_POSITIONAL else hint
        for name, hint in found.items()
        if several.get(name) not in (None, Parameter.VAR_KEYWORD)
    }


@cache
def _field_hints(kind: Any) -> dict[str, Any]:
    """The same of each field of dataclasses of a *kind*."""
    own, found = [one.name for one in fields(kind)], dict[str, Any]()
    for owner in reversed(kind.__mro__):
        written = {name: one for name, one in get_annotations(owner).items() if name in own}
        found |= _resolved(written, vars(sys.modules[owner.__module__]))
    return {name: found[name] for name in own if name in found}


class _Look(NamedTuple):
    """How a field of a dataclass is looked at."""

    name: str
    hint: Any
    default: object
    right: frozenset[type]
    """What is just of one of these classes is right without another look."""


@cache
def _looks(kind: Any) -> tuple[_Look, ...]:
    """The same of each field of dataclasses of a *kind* that is to be of some kind."""
    own = kind.__dataclass_fields__
    return tuple(_Look(name, hint, own[name].default, _right(hint)) for name, hint in _field_hints(kind).items())


def _right(hint: Any) -> frozenset[type]:
    """Plain classes of which all that is, is as *hint* says; numbers of Python's own are numbers of any kind.

    >>> sorted(kind.__name__ for kind in _right(float | str | list[str]))
    ['bool', 'float', 'int', 'str']
    """
    kind, parts = _split(hint)
    if kind in (Union, UnionType, Annotated):
        return frozenset().union(*map(_right, parts))
    if kind is Literal:
        return frozenset(map(type, parts))
    return frozenset(one for one in _PLAIN if kind in _PLAIN and (one is kind or (one, kind) in _ALSO))


def _split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The kind of *hint*, and what it says about what is within."""
    return (hint, ()) if type(hint) is type else (get_origin(hint) or hint, get_args(hint))


def _resolved(written: Mapping[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """What each of the annotations *written* means where these *names* are known."""
    found = {}
    for name, one in written.items():
        try:
            found[name] = get_type_hints(SimpleNamespace(__annotations__={name: one}), names, include_extras=True)[name]
        except (AttributeError, NameError, SyntaxError, TypeError):
            continue  # A kind of a library that need not be there, or anything else that people write.
    return found


class Amiss(NamedTuple):
    """What is of another kind than it is to be."""

    place: Path
    value: object
    hint: Any


def told(wrong: Amiss, within: str = "") -> Fault:
    """What is *wrong* in what is called *within*, and what makes what is wanted."""
    wanted = _written(wrong.hint)
    made_by = [_MAKERS[one] for one in re.findall(r"\w+", wanted) if one in _MAKERS]
    makes = _("{maker} makes one").format(maker=made_by[0]) if len(made_by) == 1 else ""
    found = _("a value of type {kind}").format(kind=type(wrong.value).__name__)
    return Fault(within + spelled(wrong.place), found, wanted, makes)


def _amiss(value: Any, hint: Any, at: Path, *, deep: bool = False) -> list[Amiss]:
    """What is amiss in a *value* that stands *at* a place and is to be as *hint* says; *deep*: all that is
    within it, dataclasses as well but for those that look at their fields themselves."""
    if type(value) is hint and hint in _PLAIN:
        return []
    kind, parts = _split(hint)
    if kind in (Union, UnionType, Annotated):
        return _nearest(value, hint, at, deep=deep)
    if kind is Literal:
        return [] if isinstance(value, tuple(map(type, parts))) else [Amiss(at, value, hint)]
    if kind is Any or not isinstance(kind, type):
        return []
    if is_dataclass(value) and not isinstance(value, type) and (deep or _asks(kind)):
        known = () if deep and hasattr(value, "__post_init__") else _looks(type(value))
        odd = {look.name: one for look in known if type(one := getattr(value, look.name)) not in look.right}
        if odd and (wrong := fields_amiss(type(value), odd, at, deep=deep)):
            return wrong  # What it does may not even be asked, then.
    if not (_does(value, kind, deep) if _asks(kind) else _is_of(value, kind)):
        return [Amiss(at, value, hint)]
    within = _inside(value, kind, parts)
    return [found for part, one, place in within for found in _amiss(one, part, (*at, place), deep=deep)]


def _nearest(value: object, hint: Any, at: Path, *, deep: bool) -> list[Amiss]:
    """The same where *hint* names several kinds: as that which *value* comes nearest to, in which what is wrong lies
    deepest."""
    nearest = list[Amiss]()
    for one in sorted(get_args(hint), key=_asks):
        found = _amiss(value, one, at, deep=deep)
        if not found and not (_asks(one) and nearest and nearest[0].place != at):
            return []
        if found and (not nearest or len(found[0].place) > len(nearest[0].place)):
            nearest = found
    return [one._replace(hint=hint) if one.place == at else one for one in nearest]


def fields_amiss(kind: Any, given: Mapping[str, object], at: Path, *, deep: bool = False) -> list[Amiss]:
    """What is amiss in the fields *given* of a dataclass of some *kind*. Defaults go without saying."""
    found = list[Amiss]()
    for name, hint, default, right in _looks(kind):
        if name in given and type(one := given[name]) not in right and one is not default:
            found += _amiss(one, hint, (*at, name.replace("_", " ")), deep=deep)
    return found


def _asks(kind: Any) -> bool:
    """Whether *kind* is a class of methods, which others have without being of it."""
    return getattr(kind, "_is_protocol", False)


def _does(value: object, kind: type, deep: bool) -> bool:
    """Whether *value* has what a class of methods asks for; functions look at what they are called with themselves."""
    looks = deep and getattr(kind, "_is_runtime_protocol", False)
    return not looks or (isinstance(value, kind) and not isinstance(value, type))


def _written(hint: Any) -> str:
    """*hint* as annotations have it."""
    if get_origin(hint) in (Union, UnionType, Annotated):
        return " | ".join(dict.fromkeys(part for one in get_args(hint) for part in _written(one).split(" | ")))
    said = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return re.sub(r"(\w+\.)+", "", said).replace("NoneType", "None")


def _is_of(value: Any, kind: type) -> bool:
    """Whether *value* itself, whatever it holds, is of a *kind*."""
    if kind is float:
        return isinstance(value, Real)
    if kind is bool:
        return isinstance(value, bool | np.bool_)
    if kind in _SEVERAL and isinstance(value, str | bytes | Mapping | Iterator | os.PathLike):
        return False  # Of one that can be gone through only once, nothing would be left.
    if kind is frozenset:
        return isinstance(value, Set)
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
    if parts and issubclass(kind, Mapping):
        for key, one in value.items():
            yield parts[0], key, str(key)
            yield parts[1], one, str(key)
    elif parts and issubclass(kind, Iterable):
        each = parts if kind is tuple and parts[1:] != (...,) else repeat(parts[0])
        yield from zip(each, value, count(), strict=False)
