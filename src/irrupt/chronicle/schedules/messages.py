"""Messages of electronic data interchange: recognised by their first characters, alone or many in a folder."""

from __future__ import annotations

from collections.abc import Sequence

from irrupt.chronicle.folders import Files
from irrupt.chronicle.journal import Raw
from irrupt.chronicle.limits import Limits, unpacked
from irrupt.chronicle.schedules import delfor, edifact, orders, vda, x12
from irrupt.chronicle.schedules.entries import Found, raw_of
from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

MOST_FILES = 200_000
"""Files of a folder that are read at most."""
_SHOWN = 5


def standard(head: bytes) -> str:
    """The standard that a file's first bytes show: `EDIFACT`, `X12`, `VDA`, or empty.

    >>> standard(b"UNB+UNOA:1+A+B'"), standard(b"case,activity")
    ('EDIFACT', '')
    """
    text = head[:600].decode("latin-1").lstrip("\ufeff\xef\xbb\xbf\r\n\t ")
    if text[:4] in ("UNB+", "UNA:") or (text[:3] == "UNA" and "UNB" in text[9:20]) or text[:4] == "UNH+":
        return "EDIFACT"
    if text[:3] == "ISA" and len(text) > 4 and not text[3].isalnum() and text.count(text[3], 0, 106) >= 16:
        return "X12"
    first = text.split("\n")[0].rstrip("\r")
    wide = len(first) >= vda.HEADED if text[:3] in ("511", "551") else len(first) == vda.LENGTH
    if text[:5].isdigit() and wide and not set(",;\t|") & set(first[: vda.LENGTH]):
        return "VDA"
    return ""


def read_messages(data: bytes, name: str) -> Raw:
    """The raw records in one file of messages. Raises `DataError` with all faults when it holds no schedule."""
    found = Found()
    _into(found, data, name)
    return raw_of(found, name)


def read_folder(files: Files, limits: Limits) -> Raw:
    """The raw records of all messages in *files*, those of a folder; other files are passed over, and told.

    Raises `DataError` when there are none.
    """
    found, others, total, folder = Found(), list[str](), 0, files.folder
    for path in files.paths:
        try:
            data = b"".join(unpacked(path, limits))
        except DataError as error:
            found.faults += error.faults
            continue
        total += len(data)
        if total > limits.size:
            raise DataError(
                Fault(
                    str(folder), _("more than {size} bytes").format(size=number(limits.size, 0)), remedy="Limits.size"
                )
            )
        if standard(data):
            _into(found, data, files.name(path))
        else:
            others.append(files.name(path))
    if not (found.messages or found.faults or found.ignored):
        raise DataError(Fault(str(folder), _("is a folder without delivery schedules"), _("a file, or EDI messages")))
    notes = [*files.notes]
    if others:
        notes.append(told_of_others(others))
    return raw_of(found, folder.name, notes)


def told_of_others(names: Sequence[str]) -> str:
    """What is told of the files of a folder, called by their *names*, that hold nothing which is read.

    >>> told_of_others(["read me.txt"])
    '1 other file in the folder: read me.txt'
    """
    text = ngettext("{n} other file in the folder: {names}", "{n} other files in the folder: {names}", len(names))
    return text.format(n=number(len(names), 0), names=first_of(names, _SHOWN))


def _into(found: Found, data: bytes, name: str) -> None:
    kind = standard(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(edifact.charset(data) if kind == "EDIFACT" else "latin-1", errors="replace")
    text = text.lstrip("\ufeff\r\n\t ") if kind != "VDA" else text
    if kind == "EDIFACT":
        split, faults, missing = edifact.messages(text, name)
        found.faults += faults
        found.incomplete += missing
        for message in split:
            read = orders.read_order if message.kind in orders.KINDS else delfor.read_message
            read(message, name, edifact.marks(text), found)
    elif kind == "X12":
        x12.read_interchange(text, name, found)
    else:
        vda.read_transmissions(text, name, found)
