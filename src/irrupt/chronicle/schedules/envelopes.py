"""Whether interchanges hold as many messages as they say at their end, and have an end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from irrupt.i18n import gettext as _


class Envelope(NamedTuple):
    """The segments around messages."""

    opens: str
    group: str
    message: str
    group_ends: str
    ends: str


EDIFACT = Envelope("UNB", "UNG", "UNH", "UNE", "UNZ")
"""ISO 9735: UNE counts messages, UNZ groups where there are some, else messages."""
X12 = Envelope("ISA", "GS", "ST", "GE", "IEA")
"""X12.5 and X12.6: GE counts transaction sets, IEA groups."""


def incomplete(segments: Iterable[tuple[str, str]], envelope: Envelope, name: str, *, cut: bool) -> list[str]:
    """Where the file *name*, of *segments* with what each says first, has more or less than it says.

    What ends within a message is *cut*, and told already: no end is missed there.

    >>> incomplete([("UNB", ""), ("UNH", "1"), ("UNZ", "2")], EDIFACT, "a.edi", cut=False)
    ['a.edi, UNZ: 2 said, 1 found']
    """
    found, groups, messages, opened = list[str](), 0, 0, False

    def no_end() -> list[str]:
        return [_("{name}: no {end}").format(name=name, end=envelope.ends)] if opened else []

    for tag, said in segments:
        if tag == envelope.opens:
            found += no_end()
            groups, messages, opened = 0, 0, True
        elif tag == envelope.group:
            groups, messages = groups + 1, 0
        elif tag == envelope.message:
            messages += 1
        elif tag in (envelope.group_ends, envelope.ends):
            n = messages if tag == envelope.group_ends else groups or messages
            if said.isdigit() and int(said) != n:
                found.append(_("{name}, {end}: {said} said, {n} found").format(name=name, end=tag, said=int(said), n=n))
            opened = opened and tag != envelope.ends
    return found if cut else [*found, *no_end()]
