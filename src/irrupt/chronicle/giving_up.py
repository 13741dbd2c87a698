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
    r"|withdr[ae]w|cancel|(?<!bestellung )(?<!auftrag )(?<!anzeige )aufgegeben"
    r"|gibt auf|legt auf|aufgelegt|abgebrochen|bricht ab|storn|zurückgezogen"
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
_ITS = r"(?:the|his|her|their|its|it|this|a|an|all)"
_LEAVES_OFF = re.compile(
    r"\b(?:drop(?:s|ped)?(?! off)|back(?:s|ed) out|pull(?:s|ed) out|opt(?:s|ed) out|quits?|call(?:s|ed) off|revoke[sd]?"
    r"|rescind(?:s|ed)?|disconnect(?:s|ed)?|los(?:es|t) interest|chang(?:es|ed) (?:his|her|their|its) mind"
    rf"|decide[sd] against|lets? (?:{_ITS} )?(?:\w+ )?(?:drop|go|lapse)|(?:is )?no longer (?:wants?|needs?|interested)"
    rf"|(?:stop(?:s|ped)?|terminate[sd]?) (?:{_ITS} )?(?:project|request|order|application|claim|case|process|procedure"
    r"|matter|job|purchase|search|treatment)|(?:does|did) not (?:continue|proceed|pursue|go on)"
    r"|springt ab|sprang ab|abgesprungen|tritt (?:\w+ )*zuruck|trat (?:\w+ )*zuruck|zuruckgetreten|verzichtet"
    r"|(?:zieht|nimmt) (?:\w+ )*zuruck|lasst (?:\w+ )*fallen|uberlegt es sich anders|(?:hat )?kein interesse mehr"
    r"|widerruft"
    r"|se desiste|s est desiste\w*|se retracte|s est retracte\w*|se ravise|laisse tomber|retire (?:sa|son|ses)"
    r"|ne donne pas suite|change d avis|jette l eponge"
    r"|haakt af|afgehaakt|trekt (?:\w+ )*(?:in|terug)|ziet (?:\w+ )?af|bedenkt zich|(?:heeft )?geen interesse meer"
    r"|laat (?:\w+ )*vallen|zegt (?:\w+ )?af|afgezegd"
    r"|se echa atras|se retracta|cambia de opinion|retira (?:su|la|el)|pierde (?:el )?interes|ya no quiere|abandona"
    r"|si ritira|si e ritirat\w|ritira (?:la|il|l)|abbandona|recede|lascia perdere|cambia idea|disdice"
    r"|retira se|muda de ideia|perde o interesse"
    r"|rezygnuje|zrezygnowal\w?|wycofuje|wycofal\w?|odwoluje|anuluje"
    r"|hoppar av|drar sig ur|drar tillbaka|angrar sig|avbryter|avbokar|ger upp|aterkallar"
    r"|springer fra|traekker (?:sig|\w+ tilbage)|fortryder|afbestiller|afbryder|giver op"
    r"|trekker (?:seg|\w+ tilbake)|angrer|hopper av|avbestiller|gir opp"
    r"|odstupuje|odstoupil\w?|rusi|zrusil\w?|vzdava)\b"
)
"""In plain form, behind whoever does it; some of it before `by`, and then him."""


def _of_client(words: str) -> bool:
    return any("client" in tells(word) for word in words.split())


def means_giving_up(activity: str) -> bool:
    """Whether *activity* sounds as if a case were given up with it, in English, German, French, Dutch or other words.

    >>> means_giving_up("Caller gives up"), means_giving_up("Owner leaves"), means_giving_up("Client confirms")
    (True, True, False)
    >>> means_giving_up("Client drops the request"), means_giving_up("Driver drops parcel")
    (True, False)
    """
    if _WORDS.search(activity) is not None:
        return True
    leaves = _LEAVES.fullmatch(activity.strip())
    if leaves is not None and _of_client(plain(leaves.group(1))):
        return True
    words = plain(activity)
    off = _LEAVES_OFF.search(words)
    if off is None:
        return False
    before, by, whom = words[: off.start()], *words[off.end() :].partition(" by ")[1:]
    return _of_client(before) or bool(by and _of_client(whom))
