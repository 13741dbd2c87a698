"""Tables that are drawn with characters, as SAP and other systems list them: bars beside cells, rules between rows."""

from __future__ import annotations

import re

from irrupt.i18n import gettext as _

_SAMPLE = 65536
_MOSTLY = 0.5
_RULE = re.compile(rb"[-=+:|_ \t]+")
_BAR = re.compile(rb"[ \t]*\|[ \t]*")


def unframed(text: bytes, notes: list[str]) -> bytes:
    """*text* without the frame of a drawn table, if it is one: cells between single bars, each line where it stood.

    Lines outside of the frame (titles, pages) and rules become blank, and so does a header that comes again.

    >>> unframed(b"List\\n-----\\n|A | B|\\n|--|--|\\n|1 | 2|\\n-----\\n", [])
    b'\\n\\nA|B\\n\\n1|2\\n\\n'
    """
    if not _is_framed(text[:_SAMPLE].split(b"\n")):
        return text
    header, made = None, []
    for line in text.split(b"\n"):
        bare = line.strip()
        if not _row(bare):
            made.append(b"")
            continue
        cells = _BAR.sub(b"|", bare[1:-1].strip())
        made.append(b"" if cells == header else cells)
        header = cells if header is None else header
    notes.append(_("a table drawn with bars: what stands outside of its frame is left out"))
    return b"\n".join(made)


def _row(bare: bytes) -> bool:
    """Whether a line holds cells between bars."""
    return bare[:1] == b"|" and bare[-1:] == b"|" and bare.count(b"|") >= 3 and not _RULE.fullmatch(bare)


def _is_framed(lines: list[bytes]) -> bool:
    told = [line.strip() for line in lines if line.strip()]
    drawn = [line for line in told if line[:1] == b"|" and line[-1:] == b"|"]
    rules = [line for line in told if _RULE.fullmatch(line) and len(line) >= 3]
    enough = len(drawn) >= 2 and len(drawn) + len(rules) >= _MOSTLY * len(told)
    return enough and (bool(rules) or len(drawn) == len(told))
