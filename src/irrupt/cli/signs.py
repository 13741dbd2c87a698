"""Where what is read or piped holds no Unicode, signs are written by their nearest plain ones."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

PLAIN = {
    "−": "-", "–": "-", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "±": "+/-", "×": "x", "·": ".", "•": "*",
    "▲": "^", "▼": "v", "“": '"', "”": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "œ": "oe", "Œ": "OE",
}  # fmt: skip


def plain(text: str) -> str:
    """*text* in ASCII, as well as that goes.

    >>> plain("−0.7 ± 0.1 d’été → fin…")
    "-0.7 +/- 0.1 d'ete -> fin..."
    """
    signs = (PLAIN.get(sign) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() for sign in text)
    return "".join(sign or "?" for sign in signs)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


def settle() -> None:
    """Let no sign stop an answer: what stdout and stderr cannot encode, as with a code page of Windows, is replaced."""
    codecs.register_error("irrupt.plain", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="irrupt.plain")


def holds_all() -> bool:
    """Whether stdout holds every sign."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
