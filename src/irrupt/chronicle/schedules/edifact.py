"""EDIFACT as segments (ISO 9735): service characters, release character, interchanges and messages.

Only a tokeniser with places; what the messages mean stands in `delfor` and `orders`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from irrupt.chronicle.schedules.envelopes import EDIFACT, incomplete
from irrupt.errors import Fault
from irrupt.i18n import gettext as _


class Segment(NamedTuple):
    """One segment; *elements* are those behind the tag, each a list of components."""

    tag: str
    elements: Sequence[Sequence[str]]
    number: int
    """Its place in the interchange, from 1."""

    def get(self, element: int, component: int = 0) -> str:
        """A component, counted from 0; empty where it is not there."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component].strip()
        return ""


@dataclass(frozen=True, slots=True)
class Message:
    """The segments from UNH to UNT, who sent them, to whom, and when."""

    kind: str
    """`DELFOR`, `DELJIT`, ..."""
    release: str
    """`D.97A`, ..."""
    reference: str
    sender: str
    receiver: str
    sent: str
    """The day that the interchange names, as six or eight figures."""
    clock: str
    """The time of that day that it names, as four figures."""
    segments: Sequence[Segment]
    fault: str = ""
    """Why it cannot be used; empty when it can."""


class Marks(NamedTuple):
    """The service characters of an interchange."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    terminator: str = "'"


def marks(text: str) -> Marks:
    """The service characters that *text* declares in its UNA, else the usual ones.

    >>> marks("UNA:+,? 'UNB+...").decimal
    ','
    """
    return Marks(text[3], text[4], text[5], text[6], text[8]) if text[:3] == "UNA" and len(text) > 8 else Marks()


_CHARSETS = {
    "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
"""Code list 0001, syntax identifier: the parts of ISO 8859, but for the first (UNOC)."""


def charset(data: bytes) -> str:
    """The characters that the first UNB of *data* says that it is written in; those of Western Europe if it does not.

    >>> charset(b"UNB+UNOD:3+A+B"), charset(b"UNA:+.? 'UNB+UNOC:3+A+B")
    ('iso8859-2', 'latin-1')
    """
    found = re.search(rb"UNB.(UNO[A-Z])", data[:600], re.DOTALL)
    return _CHARSETS.get(found[1].decode(), "latin-1") if found else "latin-1"


def _split(text: str, mark: str, release: str) -> list[str]:
    if release.isspace() or release not in text:
        return text.split(mark)
    pattern = rf"(?:[^{re.escape(release + mark)}]|{re.escape(release)}.)*"
    pieces, at = [], 0
    matcher = re.compile(pattern, re.DOTALL)
    while True:
        found = matcher.match(text, at)
        end = found.end() if found else at
        pieces.append(text[at:end])
        if end >= len(text):
            return pieces
        at = end + 1


def _plain(text: str, release: str) -> str:
    return text if release.isspace() or release not in text else re.sub(re.escape(release) + "(.)", r"\1", text)


def unwrapped(text: str, terminator: str) -> str:
    """*text* without what its way put into and behind it: breaks of lines wherever these were full (no character of
    ISO 9735 or X12 data is one), and the end of file of old systems.

    >>> unwrapped("DTM+137:2024\\r\\n0108:102'\\x1a", "'")
    "DTM+137:20240108:102'"
    """
    text = text.rstrip("\x1a\x00\r\n ") + (terminator if terminator in "\r\n" else "")
    return text if terminator in "\r\n" else text.replace("\r", "").replace("\n", "")


def segments(text: str) -> tuple[list[Segment], str]:
    """The segments of *text*, and what is left behind the last terminator: empty in a whole interchange.

    >>> segments("UNB+UNOA:1+A+B'LIN+1++x?+y:IN'")[0][1].elements
    [['1'], [''], ['x+y', 'IN']]
    """
    signs = marks(text)
    body = unwrapped(text[9:] if text[:3] == "UNA" else text, signs.terminator)
    pieces = _split(body, signs.terminator, signs.release)
    rest = pieces.pop().strip()
    found = []
    for number, piece in enumerate(pieces, start=1):
        tag, *elements = _split(piece.strip(), signs.element, signs.release)
        parts = [
            [_plain(one, signs.release) for one in _split(element, signs.component, signs.release)]
            for element in elements
        ]
        found.append(Segment(tag.split(signs.component)[0].strip().upper(), parts, number))
    return found, rest


def messages(text: str, name: str) -> tuple[list[Message], list[Fault], list[str]]:
    """The messages in *text*, usable or not, what is wrong outside of them, and where some are missing."""
    found, rest = segments(text)
    faults = []
    if not any(segment.tag == "UNH" for segment in found):
        faults.append(Fault(name, _("holds no message"), _("a segment UNH"), _("fetch it again")))
    split = list(_messages(found, bool(rest)))
    if rest and not (split and split[-1].fault):
        faults.append(Fault(name, _("ends in the middle of a segment: “{text}”").format(text=rest[:40])))
    cut = bool(rest) or bool(split and split[-1].fault)
    missing = incomplete([(segment.tag, segment.get(0)) for segment in found], EDIFACT, name, cut=cut)
    return split, faults, missing


def _messages(found: Sequence[Segment], cut: bool) -> Iterator[Message]:
    ends, opened = ("", "", "", ""), -1
    for at, segment in enumerate(found):
        if segment.tag == "UNB":
            ends = segment.get(1), segment.get(2), segment.get(3), segment.get(3, 1)
        if segment.tag in ("UNH", "UNZ", "UNE") and opened >= 0:
            yield _message(found[opened:at], ends, _("it has no end (UNT)"))
            opened = -1
        if segment.tag == "UNH":
            opened = at
        elif segment.tag == "UNT" and opened >= 0:
            inside = found[opened : at + 1]
            yield _message(inside, ends, _count_fault(inside))
            opened = -1
    if opened >= 0:
        why = _("it ends in the middle of a segment") if cut else _("it has no end (UNT)")
        yield _message(found[opened:], ends, why)


def _count_fault(inside: Sequence[Segment]) -> str:
    said, reference = inside[-1].get(0), inside[-1].get(1)
    if said.isdigit() and int(said) != len(inside):
        return _("it says that it has {said} segments, and has {n}").format(said=said, n=len(inside))
    if reference and reference != inside[0].get(0):
        return _("it begins as message {one} and ends as {other}").format(one=inside[0].get(0), other=reference)
    return ""


def _message(inside: Sequence[Segment], ends: tuple[str, str, str, str], fault: str) -> Message:
    head = inside[0]
    return Message(
        kind=head.get(1).upper(),
        release=".".join(part for part in (head.get(1, 1), head.get(1, 2)) if part),
        reference=head.get(0),
        sender=ends[0],
        receiver=ends[1],
        sent=ends[2],
        clock=ends[3],
        segments=inside,
        fault=fault,
    )
