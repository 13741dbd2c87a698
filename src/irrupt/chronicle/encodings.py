"""Which eight-bit encoding a text is in that is not UTF-8: Western, or Central European as in Polish or Hungarian."""

from __future__ import annotations

import re

WESTERN, CENTRAL = "cp1252", "cp1250"
_LOOKED_AT = 4_000_000
_MANY = 20_000
"""Characters beyond ASCII that are looked at, at most."""
_LEAST, _WITHIN = 2, 2
"""Different characters that stand odd from which on an encoding cannot be the right one; one within a word counts as
so many."""
_OPENING = frozenset("¿¡")
"""Signs that stand before a word in Spanish."""


def _oddities(data: bytes, encoding: str, other: str) -> int:
    """How many characters of *data*, of those that the two encodings read differently, cannot stand where they do:
    signs before or within a word, and capitals within one."""
    found: dict[str, int] = {}
    text = data[:_LOOKED_AT].decode(encoding, errors="replace")
    differs = {
        one
        for one in (bytes([byte]).decode(encoding, errors="replace") for byte in range(128, 256))
        if one.encode(encoding, errors="replace").decode(other, errors="replace") != one
    }
    for count, match in enumerate(re.finditer(r"[^\x00-\x7f]", text)):
        if count >= _MANY:
            break
        one, at = match[0], match.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if one not in differs:
            continue
        sign = not one.isalpha() and after.islower() and one not in _OPENING
        within = not one.isalpha() and before.isalpha() and after.isalpha()
        if sign or within or (one.isupper() and before.islower()):
            found[one] = max(found.get(one, 0), _WITHIN if within else 1)
    return sum(found.values())


def eight_bit(data: bytes) -> str:
    """The encoding of *data*, which is not UTF-8: cp1252 where nothing speaks against it, cp1250, or else latin-1.

    >>> eight_bit("Müller; 5 £; m³".encode("cp1252")), eight_bit("Żabka; Łódź; Gdańsk".encode("cp1250"))
    ('cp1252', 'cp1250')
    """
    western, central = (_oddities(data, one, other) for one, other in ((WESTERN, CENTRAL), (CENTRAL, WESTERN)))
    if western >= _LEAST and not central and _reads(data, CENTRAL):
        return CENTRAL
    return WESTERN if _reads(data, WESTERN) else "latin-1"


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
