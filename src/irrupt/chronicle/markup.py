"""XML read as a stream by expat, without a tree: a file can neither read other files nor grow in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from irrupt.chronicle.limits import named
from irrupt.i18n import gettext as _


def safe_parser(name: str) -> expat.XMLParserType:
    """A parser for the file *name* that refuses document types and entities, with `DataError`."""

    def refuse(*_args: Any) -> None:
        raise named(name, _("declares a document type or entities"), remedy=_("refused: such files can do harm"))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, chunks: Iterable[bytes], name: str) -> None:
    """Hand all *chunks* of the file *name* to *parser*. Raises `DataError` where the text is not well formed."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", parser.CurrentLineNumber)
        reason = str(error).split(":")[0]
        raise named(
            f"{name}:{line}",
            _("is not well-formed XML: {reason}").format(reason=reason),
            remedy=_("the file may be cut short: fetch or export it again"),
        ) from error
