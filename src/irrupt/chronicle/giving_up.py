"""Activities that record that a case was given up."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"gives? up|gave up|given up|giving up|abandon|reneg|hangs? up|hung up|hang-?up|walks? (out|away)|leaves? queue"
    r"|drops? out|(leaves?|left) (early|unserved|without)|goes (home|elsewhere|away)|loses? patience"
    r"|withdr[ae]w|cancel|aufgegeben|gibt auf|legt auf|aufgelegt|abgebrochen|bricht ab|storn|zurückgezogen"
    r"|abandonn|renonce|raccroch|annul|se retire|opgegeven|opgehangen|ingetrokken|geannuleerd|renuncia|cuelga"
    r"|desist|rinuncia|riaggancia",
    re.IGNORECASE,
)


def means_giving_up(activity: str) -> bool:
    """Whether *activity* sounds as if a case were given up with it, in English, German, French, Dutch or other words.

    >>> means_giving_up("Caller gives up"), means_giving_up("Client confirms receipt")
    (True, False)
    """
    return _WORDS.search(activity) is not None
