"""Plain values as YAML that reads well and that every YAML reader takes for the same.

Small things stand in one line, names are quoted where a reader could take them for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from irrupt.units import number_text

WIDTH = 110
"""Characters in a line, where there is a choice."""
LONG_KEY = 400
"""YAML wants longer keys marked with `?`."""
_SAFE = re.compile(r"[^\W\d_][\w .()'+/&@<>-]*(?<! )")
_TIMES = re.compile(
    r"\d[\d.]* (?:s|min|h|days?|weeks?)|(?:[A-Z][a-z]{2}[ -])+\d\d:\d\d ?-(?: [A-Z][a-z]{2} )?\d\d:\d\d"
)
"""Durations and hours: no YAML reader takes them for numbers."""
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
"""Texts that YAML 1.1 or 1.2 takes for something else."""
_SPACES = "\u202f"
"""Those between a number and its unit, which stand in sentences that people read."""
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_text(data: Mapping[str, Any]) -> str:
    """*data* (texts, numbers, True, False, None, lists, mappings) as a YAML document.

    >>> print(yaml_text({"clients": {"No": {"cases per week": 2.5, "group": True}}}), end="")
    clients:
      "No": {cases per week: 2.5, group: true}
    """
    return "".join(line + "\n" for line in _block_mapping(data, 0))


def scalar(value: object) -> str:
    """*value*, a text, a number, True, False or None, as it stands in YAML.

    >>> scalar("Hospital A"), scalar("12:30"), scalar("off"), scalar(0.5), scalar(None)
    ('Hospital A', '"12:30"', '"off"', '0.5', 'null')
    """
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, float) else str(value)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Names stand in many places."""
    plain = _SAFE.fullmatch(value) and value.lower() not in _WORDS
    return value if plain or _TIMES.fullmatch(value) else _quoted(value)


def _number(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    text = number_text(value)
    if "e" in text and "." not in text:  # YAML 1.1 takes 1e-05 for a text
        text = text.replace("e", ".0e")
    return text


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[letter]
    if (letter.isprintable() or letter in _SPACES) and letter != "\ufeff":
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _inline(value: Any, room: int) -> str | None:
    """*value* in one line, or None when it takes more than *room* characters or is a list of more than scalars."""
    if isinstance(value, Mapping):
        parts = []
        for key, content in value.items():
            text = _inline(content, room)
            if text is None or len(str(key)) > room:
                return None
            parts.append(f"{scalar(key)}: {text}")
        text = "{" + ", ".join(parts) + "}"
    elif _is_list(value):
        if any(isinstance(item, Mapping) or _is_list(item) for item in value) or len(value) > room:
            return None
        text = "[" + ", ".join(map(scalar, value)) + "]"
    else:
        text = scalar(value)
    return text if len(text) <= room else None


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _block_mapping(data: Mapping[str, Any], depth: int) -> Iterator[str]:
    margin = "  " * depth
    for key, value in data.items():
        name = scalar(key)
        if len(name) > LONG_KEY:
            yield f"{margin}? {name}"
            yield from _after(f"{margin}:", value, depth)
        else:
            yield from _after(f"{margin}{name}:", value, depth)


def _after(head: str, value: Any, depth: int) -> Iterator[str]:
    """*head*, and *value* behind it or below it."""
    nested = (isinstance(value, Mapping) or _is_list(value)) and len(value) > 0
    text = None if nested and depth == 0 else _inline(value, max(WIDTH - len(head), 40))
    if text is not None:
        yield f"{head} {text}"
    elif isinstance(value, Mapping):
        yield head
        yield from _block_mapping(value, depth + 1)
    elif not _is_list(value):
        yield f"{head} {scalar(value)}"
    elif all(isinstance(item, int | float) for item in value):
        yield f"{head} ["
        yield from _wrapped([scalar(item) for item in value], "  " * (depth + 2))
        yield "  " * (depth + 1) + "]"
    else:
        yield head
        for item in value:
            yield from _item(item, depth + 1)


def _item(item: Any, depth: int) -> Iterator[str]:
    margin = "  " * depth
    text = _inline(item, WIDTH - len(margin))
    if text is not None:
        yield f"{margin}- {text}"
    elif isinstance(item, Mapping):
        lines = list(_block_mapping(item, depth + 1))
        yield f"{margin}- {lines[0].lstrip(' ')}"
        yield from lines[1:]
    elif not _is_list(item):
        yield f"{margin}- {scalar(item)}"
    elif any(isinstance(inner, Mapping) or _is_list(inner) for inner in item):
        yield f"{margin}-"
        for inner in item:
            yield from _item(inner, depth + 1)
    else:
        yield f"{margin}- [" + ", ".join(map(scalar, item)) + "]"


def _wrapped(texts: Sequence[str], margin: str) -> Iterator[str]:
    line = margin
    for text in texts:
        if len(line) + len(text) > WIDTH and line != margin:
            yield line.rstrip()
            line = margin
        line += text + ", "
    yield line.rstrip().removesuffix(",")
