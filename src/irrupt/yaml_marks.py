"""YAML read with the place of everything, so that all that is wrong is told at once with line and column.

Every value is taken as the text that stands there: a client called `No` stays `No`, `12:30` is not a number in base
60, and a date is not turned into anything. What is a number is decided by what is expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from irrupt.errors import Fault, ModelError, Path, UsageError, file_at, spelled, why
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = {
    yaml.ScalarNode: yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG,
    yaml.SequenceNode: yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG,
    yaml.MappingNode: yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG,
}
_LOADER: Any = type("_Loader", (_BASE,), {"resolve": lambda _loader, kind, _value, _implicit: _TAGS[kind]})
"""Reads every plain scalar as text: nothing is looked for in it, of which there may be millions."""
_NOTHING = ("", "~", "null", "Null", "NULL")
_STANDARD = "tag:yaml.org,2002:"
DEEPEST = 50
"""Levels of nesting; more is no file of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Plain values (texts, None, lists, mappings), and where each stood."""

    source: str
    data: Any
    root: yaml.Node | None = field(default=None, repr=False)

    def place(self, path: Path, *, key: bool = False) -> str:
        """`file:line:column` of what stands at *path*, or of its key; of the nearest thing around it when it is not
        there. Without a file, the path itself."""
        if self.root is None:
            return " ".join(filter(None, (self.source, spelled(path))))
        node = self.root
        mark = node.start_mark
        for part in path:
            found = _inside(node, part)
            if found is None and part != 0:
                break
            if found is None:  # One thing alone stands for a list of it.
                mark = node.start_mark
                continue
            at, node = found
            mark = node.start_mark if at is None else at.start_mark
        else:
            mark = mark if key else node.start_mark
        return f"{self.source}:{mark.line + 1}:{mark.column + 1}"


def listed(value: object) -> object:
    """*value* as a list, where it is one thing alone.

    >>> listed("Triage"), listed(["Triage", "Repair"])
    (['Triage'], ['Triage', 'Repair'])
    """
    return [value] if isinstance(value, str | Mapping) else value


def _inside(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """The key (None in a list) and the value of *part* in *node*."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    if isinstance(node, yaml.SequenceNode) and isinstance(part, str):
        return next(((None, value) for value in node.value if value.value == part), None)
    return None


def read(path: str | os.PathLike[str], *, may_be_empty: bool = False) -> Document:
    """The document in the file at *path*, in UTF-8; its data are None where nothing is written, and that *may be*.

    Raises `UsageError` when there is no such file, `ModelError` when it is not YAML, repeats a key, or uses what files
    of ours do not need (anchors, tags, several documents).
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(Fault(repr(path), _("a value of type {kind}").format(kind=type(path).__name__), _("a path")))
    source = str(path)
    try:
        content = file_at(path).read_bytes()
    except OSError as problem:
        raise UsageError(Fault(source, _("cannot be read: {why}").format(why=why(problem)))) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise ModelError(Fault(f"{source}:{line}", _("not text in UTF-8"))) from None
    return read_text(text, source, may_be_empty=may_be_empty)


def read_text(text: str, source: str, *, may_be_empty: bool = False) -> Document:
    """The document in *text*; *source* is what it is called in messages."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        at = problem.problem_mark or problem.context_mark
        place = f"{source}:{at.line + 1}:{at.column + 1}" if at else source
        found, remedy = _plainly(str(problem.problem))
        raise ModelError(Fault(place, _("not YAML: {why}").format(why=found), remedy=remedy)) from None
    except (yaml.YAMLError, RecursionError) as problem:
        found, remedy = _plainly(str(problem).split("\n")[0])
        raise ModelError(Fault(source, _("not YAML: {why}").format(why=found), remedy=remedy)) from None
    if root is None and may_be_empty:
        return Document(source=source, data=None)
    if root is None:
        raise ModelError(Fault(source, _("nothing is written here")))
    reader = _Reader(source)
    data = reader.value(root)
    if reader.faults:
        raise ModelError(in_order(reader.faults))
    return Document(source=source, data=data, root=root)


_CLOSE = mark("close it, or put a comma before this place")
_INDENT = mark("check that this line begins under its like, and that texts with a colon stand in quotes")
_SAID = (
    ("expected ',' or ']'", mark("a list in [ ] is not closed"), _CLOSE),
    ("expected ',' or '}'", mark("a mapping in { } is not closed"), _CLOSE),
    ("cannot start any token", mark("this character cannot begin a value"), mark("indent by spaces, and quote texts")),
    ("mapping values are not allowed", mark("a colon cannot stand here"), _INDENT),
    ("expected key", mark("this line is not indented as those before it"), _INDENT),
    ("expected <block end>", mark("this line is not indented as those before it"), _INDENT),
    ("expected '-' indicator", mark("an entry of a list that begins with a dash was expected"), _INDENT),
    ("find expected ':'", mark("a key without a colon behind it"), mark("write key: value")),
    (
        "unexpected end of stream",
        mark("a text in quotes is not closed"),
        mark("close it with the quote it begins with"),
    ),
    ("escape character", mark("a backslash that means nothing"), mark("put the text in single quotes")),
    ("undefined alias", mark("a name behind * that was not given"), mark("put texts that begin with * in quotes")),
    ("another document", mark("a second document begins here"), mark("put each into a file of its own")),
    ("unacceptable character", mark("a control character stands in the text"), mark("take it out")),
    ("nesting depth", mark("more brackets in each other than any file needs"), ""),
    ("<document start>", mark("more follows where the file should end"), _INDENT),
)
"""What YAML's reader says -> what it means, and what to do."""


def _plainly(said: str) -> tuple[str, str]:
    """What is wrong in words of ours and what to do about it, or what the reader *said* where we have none."""
    for part, found, remedy in _SAID:
        if part in said:
            return _(found), remedy and _(remedy)
    return said, ""


class _Reader:
    """Turns nodes into plain values and gathers what is wrong on the way."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.seen: set[int] = set()

    def fault(self, node: yaml.Node, found: str, remedy: str = "") -> None:
        mark = node.start_mark
        self.faults.append(Fault(f"{self.source}:{mark.line + 1}:{mark.column + 1}", found, remedy=remedy))

    def value(self, node: yaml.Node, depth: int = 0) -> Any:
        if id(node) in self.seen:
            self.fault(node, _("anchors (&) and aliases (*) are not used here"), _("write it out"))
            return None
        self.seen.add(id(node))
        if not node.tag.startswith(_STANDARD) or node.tag.startswith(_STANDARD + "python"):
            self.fault(node, _("tags such as {tag} are not used here").format(tag=node.tag))
        if depth > DEEPEST:
            self.fault(node, _("nested too deeply"))
            return None
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in _NOTHING else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return dict(self.entries(node, depth))

    def entries(self, node: yaml.Node, depth: int) -> Iterator[tuple[str, Any]]:
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(key, _("a key must be a text"))
                continue
            if key.value in lines:
                first = lines[key.value]
                self.fault(
                    key, _('the key "{key}" stands here twice (first in line {n})').format(key=key.value, n=first)
                )
            lines.setdefault(key.value, key.start_mark.line + 1)
            yield key.value, self.value(value, depth + 1)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """*faults* by line and column, those without a place first; each once."""

    def place(fault: Fault) -> tuple[int, ...]:
        numbers = re.search(r":(\d+):(\d+)$", fault.where)
        return tuple(int(number) for number in numbers.groups()) if numbers else ()

    return sorted(dict.fromkeys(faults), key=place)
