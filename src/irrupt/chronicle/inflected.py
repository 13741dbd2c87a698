"""Participles, told from the infinitives that they are made of, so that word lists need not hold every form."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDS = (
    (r"(?:ad|id)[oa]s?$", ("ar", "er", "ir")),  # Spanish, Portuguese
    (r"at[oaie]$", ("are",)),  # Italian
    (r"it[oaie]$", ("ire",)),
    (r"ut[oaie]$", ("ere",)),
    (r"(?:e|ee|es|ees)$", ("er",)),  # French
    (r"(?:i|ie|is|ies)$", ("ir",)),
    (r"iert(?:e[nrs]?)?$", ("ieren",)),  # German
    (r"(?<=[bcdfghklmnprstvz])e?t(?:e[nrs]?)?$", ("en",)),
    (r"eerde?$", ("eren",)),  # Dutch
    (r"([aeou])\1([bdfgklmnprs])[dt]e?$", (r"\1\2en",)),
    (r"(?<=[aeiou])([bdfgklmnprs])[dt]e?$", (r"\1\1en",)),
    (r"(?<=[a-z]{3})[dt]e?$", ("en",)),
    (r"(?<=[a-z]{3})ed$", ("", "e")),  # English
    (r"([bdglmnprt])\1ed$", (r"\1",)),
)
"""Ends of participles, and those of infinitives that stand in their place."""
_BEGINS = re.compile(
    r"^(ab|an|auf|aus|ein|fest|frei|nach|vor|um|weiter|zuruck|durch|zu|mit|op|af|uit|in|aan|door|terug|over|toe|na|bij|)ge(?=\w{3})"
)
_SHORTEST = 6


def infinitives(word: str) -> Iterator[str]:
    """What *word*, in plain form, may be a participle of.

    >>> {"vorbereiten", "preparer", "archivar"} <= {one for word in ("vorbereitet", "preparee", "archivada")
    ...     for one in infinitives(word)}
    True
    """
    if len(word) < _SHORTEST:
        return
    begun = _BEGINS.sub(r"\1", word)
    for bare in dict.fromkeys((begun, word)):
        for end, forms in _ENDS:
            if re.search(end, bare):
                yield from (re.sub(end, form, bare) for form in forms)
