"""Activities that record that a case was given up."""

from __future__ import annotations

import re

from irrupt.chronicle.hints import plain
from irrupt.chronicle.lexicon import tells

_WORDS = re.compile(
    r"gives? up|gave up|given up|giving up|abandon|reneg|hangs? up|hung up|hang-?up|walks? (out|away)|leaves? queue"
    r"|drops? out|(leaves?|left) (early|unserved|without|(the |our )?(queue|line|waiting))|lwbs"
    r"|goes (home|elsewhere|away)|loses? patience"
    r"|geht weg|verlässt (die|den|das)? ?(warte|schlange)|quitte la (file|salle)"
    r"|withdr[ae]w|cancel|aufgegeben|gibt auf|legt auf|aufgelegt|abgebrochen|bricht ab|storn|zurückgezogen"
    r"|abandonn|renonce|raccroch|annul|se retire|opgegeven|opgehangen|ingetrokken|geannuleerd|renuncia|cuelga"
    r"|desist|rinuncia|riaggancia",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"(?:(?:the|der|die|le|la|el|il|o|a|de|het) )?(\w+) (?:leaves?|left|walked off|geht|ging|part|est parti\w*|se va"
    r"|se fue|va via|vertrekt|vai embora)",
    re.IGNORECASE,
)
"""Of somebody, that he leaves, and nothing else."""


def means_giving_up(activity: str) -> bool:
    """Whether *activity* sounds as if a case were given up with it, in English, German, French, Dutch or other words.

    >>> means_giving_up("Caller gives up"), means_giving_up("Owner leaves"), means_giving_up("Client confirms")
    (True, True, False)
    """
    if _WORDS.search(activity) is not None:
        return True
    leaves = _LEAVES.fullmatch(activity.strip())
    return leaves is not None and "client" in tells(plain(leaves.group(1)))
