"""A small YAML file with the places of what stands in it, so that whoever corrects it finds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[object, ...]


class Mark(NamedTuple):
    """Lines and columns, both from 0, of a key and of its value."""

    key: tuple[int, int]
    value: tuple[int, int]


class Marked(NamedTuple):
    """What a file holds, and where: the keys that lead to something, and its marks."""

    data: Any
    source: str
    marks: Mapping[Path, Mark]

    def place(self, *path: object, key: bool = False) -> str:
        """`file:line:column` of the value at *path*, or of its key."""
        mark = self.marks[path]
        line, column = mark.key if key else mark.value
        return f"{self.source}:{line + 1}:{column + 1}"


def marked(text: str, source: str) -> Marked:
    """*text* as YAML, called *source*. Raises `yaml.YAMLError` where it is none.

    >>> file = marked("work:\\n  Repair: soon", "log.yaml")
    >>> file.data, file.place("work", "Repair"), file.place("work", "Repair", key=True)
    ({'work': {'Repair': 'soon'}}, 'log.yaml:2:11', 'log.yaml:2:3')
    """
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Marked(None, source, {})
        return Marked(loader.construct_document(node), source, dict(_marks(node, loader)))
    finally:
        loader.dispose()


def _marks(node: Any, loader: Any, path: Path = ()) -> Iterator[tuple[Path, Mark]]:
    """The marks of all keys below *node*, which stands at *path*."""
    for key, value in node.value if node.id == "mapping" else ():
        here = (*path, loader.construct_object(key, deep=True))
        ends = ((one.start_mark.line, one.start_mark.column) for one in (key, value))
        yield here, Mark(*ends)
        yield from _marks(value, loader, here)
