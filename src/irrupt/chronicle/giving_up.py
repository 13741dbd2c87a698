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
_TIME_FOR_IT = re.compile(
    r"(?<!the )(?:\bperiod|\bwindow|\bdeadline|frist|termijn)(?: \w+)?$"
    r"|^(?:d[ée]lai|plazo|prazo|periodo|termine|period|deadline) (?:of|for|d[eio]|para)\b|^d[ée]lai d’|^d[ée]lai d'",
    re.IGNORECASE,
)
"""The time in which somebody may do so, rather than that he does."""
_LEAVES = re.compile(
    r"(?:(?:the|der|die|le|la|el|il|o|a|de|het) )?(\w+) (?:leaves?|left|walked off|geht|ging|part|est parti\w*|se va"
    r"|se fue|va via|vertrekt|vai embora)",
    re.IGNORECASE,
)
"""Of somebody, that he leaves, and nothing else."""
_ITS = r"(?:the|his|her|their|its|it|this|a|an|all)"
_SOME = r"(?:\w+ ){0,6}"
_CASE = (
    r"(?:project|request|order|application|claim|case|process|procedure|matter|job|purchase|search|treatment|booking"
    r"|bid|offer|complaint|appeal)"
)
_GERMAN = r"\w*(?:antrag|auftrag|bestellung|anfrage|bewerbung|klage|beschwerde|spruch|angebot|gesuch|reklamation)"
_ROMANCE = (
    r"(?:demande|candidature|plainte|requete|offre|reclamation|recours|solicitud|peticion|demanda|candidatura|denuncia"
    r"|queja|oferta|reclamacion|recurso|domanda|richiesta|istanza|ricorso|reclamo|offerta|querela)"
)
"""What is a case, and nothing that is fetched, dropped or taken back by hand."""
_LEAVES_OFF = re.compile(
    rf"\b(?:(?<!eye )(?<!ear )drop(?:s|ped)(?=$| by (?!$)| {_CASE}\b| {_ITS} (?:\w+ )?\w+(?:$| by ))"
    rf"|backs out|backed out|pull(?:s|ed) out(?=$| of | by )|opt(?:s|ed) out|quits?"
    rf"|call(?:s|ed) off(?=$| by | (?:{_ITS} )?{_CASE}\b)|revoke[sd]?|rescind(?:s|ed)?"
    r"|disconnect(?:s|ed)?|los(?:es|t) interest|chang(?:es|ed) (?:his|her|their|its) mind|decide[sd] against"
    rf"|lets? (?:{_ITS} )?(?:\w+ )?(?:drop|go|lapse)(?=$| by )|(?:is )?no longer (?:wants?|needs?|interested)"
    rf"|(?:stop(?:s|ped)?|terminate[sd]?) (?:{_ITS} )?{_CASE}|(?:does|did) not (?:continue|proceed|pursue|go on)"
    rf"|springt ab|sprang ab|abgesprungen|tritt {_SOME}zuruck|trat {_SOME}zuruck|zuruckgetreten"
    r"|verzichtet(?! auf )|verzichtet auf (?:\w+ )?\w*(?:antrag|auftrag|bestellung)"
    rf"|zieht {_SOME}zuruck|nimmt {_SOME}{_GERMAN} zuruck|lasst {_SOME}fallen"
    r"|uberlegt es sich anders|(?:hat )?kein interesse mehr|widerruft"
    r"|se desiste|s est desiste\w*|se retracte|s est retracte\w*|se ravise|laisse tomber"
    rf"|retire (?:sa|son|ses) {_ROMANCE}s?|ne donne pas suite|change d avis|jette l eponge"
    rf"|haakt af|afgehaakt|trekt \w+ {_SOME}in|trekt {_SOME}terug|ziet (?:\w+ )?af|bedenkt zich"
    rf"|(?:heeft )?geen interesse meer|laat {_SOME}vallen|zegt (?:\w+ )?af|afgezegd"
    rf"|se echa atras|se retracta|cambia de opinion|retira (?:su|la|el) {_ROMANCE}|pierde (?:el )?interes|ya no quiere"
    rf"|abandona|si ritira|si e ritirat\w|ritira (?:la|il|l) (?:su[ao] )?{_ROMANCE}|abbandona|recede|lascia perdere"
    r"|cambia idea|disdice|retira se|muda de ideia|perde o interesse"
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
    >>> means_giving_up("Withdrawal period"), means_giving_up("Client withdraws")
    (False, True)
    """
    if _TIME_FOR_IT.search(activity.strip()) is not None:
        return False
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
