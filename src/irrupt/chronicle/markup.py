"""XML read as a stream by expat, without a tree: a file can neither read other files nor grow in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from irrupt.chronicle.limits import named
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

_SAID = {
    "no element found": mark("it ends before it is complete"),
    "unclosed token": mark("it ends within a tag"),
    "mismatched tag": mark("a tag is closed that was not opened last"),
    "not well-formed (invalid token)": mark("a character stands where none may"),
    "undefined entity": mark("an entity that is not declared"),
    "junk after document element": mark("more follows behind its end"),
    "duplicate attribute": mark("a tag gives an attribute twice"),
    "unclosed CDATA section": mark("it ends within a CDATA section"),
    "unknown encoding": mark("its encoding is not known"),
    "encoding specified in XML declaration is incorrect": mark("its encoding is not the one that it declares"),
}
"""What expat says -> what it means."""


def plainly(said: str) -> str:
    """What is wrong with an XML text in words of ours, or what its reader *said* where we have none."""
    return _(_SAID[said]) if said in _SAID else said


def safe_parser(name: str) -> expat.XMLParserType:
    """A parser for the file *name* that refuses document types and entities, with `DataError`."""

    def refuse(kind: str, *_args: Any) -> None:
        if kind.lower() == "html":
            raise a_page(name)
        raise named(name, _("declares a document type or entities"), remedy=_("refused: such files can do harm"))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def a_page(name: str) -> DataError:
    """What is said of a web page in the file *name*: mostly a site's answer instead of what was asked of it."""
    remedy = _("open it in a browser to see what it says: a log-in, perhaps; then fetch or export the file again")
    return named(name, _("is a web page, not a file of records"), remedy=remedy)


def parse(parser: expat.XMLParserType, chunks: Iterable[bytes], name: str) -> None:
    """Hand all *chunks* of the file *name* to *parser*. Raises `DataError` where the text is not well formed."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", parser.CurrentLineNumber)
        reason = plainly(str(error).split(":")[0])
        raise named(
            f"{name}:{line}",
            _("is not well-formed XML: {reason}").format(reason=reason),
            remedy=_("the file may be cut short: fetch or export it again"),
        ) from error
