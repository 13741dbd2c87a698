"""The border where files are checked: pydantic finds what is wrong, and this says it so that people can act on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core.core_schema import no_info_before_validator_function

from irrupt.errors import Fault, ModelError, Path, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.units import shown
from irrupt.yaml_marks import Document, in_order, listed

T = TypeVar("T")


def spaced(name: str) -> str:
    """The name of a field as files write it.

    >>> spaced("cases_per_week")
    'cases per week'
    """
    return name.replace("_", " ")


class Entry(BaseModel):
    """A mapping in a file: its keys are the fields, with spaces for underscores, and no others."""

    model_config = ConfigDict(extra="forbid", alias_generator=spaced, frozen=True)
    instead: ClassVar[Mapping[str, str]] = {}
    """Keys that people write and that are none -> what to write instead, marked for translation."""

    def given(self) -> dict[str, Any]:
        """The fields that were written, without the others."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class OneOrMore:
    """Beside the type of a list: where one thing stands in it, it needs no brackets."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return no_info_before_validator_function(listed, handler(source))

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        several = handler(core_schema)
        return {"anyOf": [several["items"], several]}


def checked(kind: type[T], document: Document) -> T:
    """The data of *document* as a *kind*. Raises `ModelError` with everything that is wrong, each with its place."""
    refuse_another_kind(kind, document)
    try:
        return TypeAdapter(kind).validate_python(document.data)
    except ValidationError as found:
        raise ModelError(in_order(explained(kind, found, document))) from None
    except UnicodeEncodeError:  # Half a character, which Python can hold and no file.
        raise ModelError(Fault(document.source, _("not text in UTF-8"))) from None


def without_unknown(kind: type[T], document: Document) -> tuple[T, list[Path]] | None:
    """The data of *document*, which `checked` refuses, as a *kind* without the keys that are none, and where these
    stand; None where something else is wrong."""
    try:
        TypeAdapter(kind).validate_python(document.data)
        return None
    except ValidationError as found:
        errors = found.errors(include_url=False)
    except UnicodeEncodeError:
        return None
    if any(error["type"] != "extra_forbidden" for error in errors):
        return None
    data, paths = deepcopy(document.data), [tuple(error["loc"]) for error in errors]
    try:
        for path in paths:
            there: Any = data
            for part in path[:-1]:
                several: Any = listed(there) if isinstance(part, int) else there
                there = several[part]
            del there[path[-1]]
        return TypeAdapter(kind).validate_python(data), paths
    except (KeyError, IndexError, TypeError, ValidationError):  # Told by parts of a choice, which stand nowhere.
        return None


_TELLING = {
    "routes": mark("an organisation"),
    "compare": mark("a scenario"),
    "rulebook": mark("a rulebook"),
}
"""Keys that tell what kind of file it is."""


def refuse_another_kind(kind: Any, document: Document) -> None:
    """Raise `ModelError` where *document* is of another kind of ours: a list of keys that do not belong would not say
    so."""
    known = _keys(kind, ())
    wanted = next((what for key, what in _TELLING.items() if key in known), None)
    given = document.data if isinstance(document.data, dict) else {}
    is_a = next((what for key, what in _TELLING.items() if key in given and key not in known), None)
    if wanted is not None and is_a is not None:
        raise ModelError(Fault(document.source, _("this is {kind}").format(kind=_(is_a)), _(wanted)))


def explained(kind: Any, found: ValidationError, document: Document) -> Iterator[Fault]:
    """Each of the errors in *found* as a fault with its place in *document*."""
    for error in found.errors(include_url=False):
        path = tuple(error["loc"])
        if error["type"] == "extra_forbidden":
            known = _keys(kind, path[:-1])
            word = str(path[-1])
            instead = _instead(kind, path[:-1]).get(word.lower())
            remedy = _(instead) if instead else did_you_mean(word, known)
            yield Fault(document.place(path, key=True), _('unknown key "{key}"').format(key=word), remedy=remedy)
        elif error["type"] == "missing":
            yield Fault(document.place(path[:-1]), _('the key "{key}" is missing').format(key=path[-1]))
        else:
            yield _fault(error, document.place(path))


def _fault(error: Mapping[str, Any], where: str) -> Fault:
    kind, value = error["type"], error["input"]
    if kind == "value_error":
        return Fault(where, str(error["ctx"]["error"]))
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        if isinstance(value, str):
            return Fault(where, shown(value), _("one of {words}").format(words=", ".join(known)), _near(value, known))
        return Fault(where, shown(value), _("one of {words}").format(words=", ".join(known)))
    if kind == "string_type" and value is None:
        return Fault(where, shown(value), _("a text"), _('put it in quotes if it is a name: "null"'))
    return Fault(where, shown(value), _expected(kind))


def said(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says, in our words."""
    return str(_fault(error, ""))


def _near(value: str, known: list[str]) -> str:
    remedy = did_you_mean(value, known)
    return remedy if remedy != did_you_mean("", known) else ""


def _expected(kind: str) -> str:
    if kind in ("model_type", "dict_type", "mapping_type", "model_attributes_type"):
        return _("a mapping: key: value")
    if kind in ("list_type", "tuple_type"):
        return _("a list")
    if kind.startswith("bool"):
        return _("true or false")
    if kind.startswith("int"):
        return _("a whole number")
    if kind.startswith(("float", "finite")):
        return _("a number")
    return _("a text")


def _keys(kind: Any, path: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at *path* in a *kind*."""
    model = _at(kind, path)
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]


def _instead(kind: Any, path: tuple[int | str, ...]) -> Mapping[str, str]:
    """What to write instead of keys that may not stand at *path*."""
    model = _at(kind, path)
    return model.instead if model is not None and issubclass(model, Entry) else {}


def _at(kind: Any, path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The mapping that stands at *path* in a *kind*; None: another thing."""
    for part in path:
        kind = _inner(kind, part)
    kind = _plain(kind)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _inner(kind: Any, part: int | str) -> Any:
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = (field for name, field in kind.model_fields.items() if part in (name, field.alias))
        return next((field.annotation for field in named), None)
    arguments = get_args(kind)
    return arguments[-1] if arguments else None


def _plain(kind: Any) -> Any:
    """*kind* without `| None`, and without what stands beside it."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) is Union or type(kind).__name__ == "UnionType":
        return next((option for option in get_args(kind) if option is not type(None)), kind)
    return kind


def published(kind: type[BaseModel], title: str) -> dict[str, Any]:
    """The JSON Schema of *kind*, for editors and for other programs."""
    schema = kind.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
