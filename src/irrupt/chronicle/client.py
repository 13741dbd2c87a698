"""A first look for the client's part in a log: what he does himself, and where the organisation waits for him.

Labels tell, in the main European languages, and so do resources called "customer". Precision before completeness:
an activity that is not understood is left out, and the user can name it.
"""

from __future__ import annotations

import re

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.errors import DataError, Fault, did_you_mean
from irrupt.i18n import gettext as _

_CLIENT = (
    r"(?:users?|customers?|clients?|callers?|applicants?|claimants?|citizens?|requesters?|requestors?|consumers?|"
    r"patients?|buyers?|debtors?|offenders?|policyholders?|subscribers?|tenants?|borrowers?|"
    r"utilisateurs?|usagers?|demandeurs?|requerants?|citoyens?|assures?|abonnes?|locataires?|"
    r"kunden?|anwenders?|nutzers?|benutzers?|antragstellers?|anrufers?|burgers?|melders?|"
    r"klant(?:en)?|gebruikers?|aanvragers?|clientes?|usuarios?|solicitantes?|ciudadanos?|utilizador(?:es)?|requerentes?|"
    r"cidadaos?|utenti?|utente|richiedenti?|richiedente|cittadin[oi])"
)
_WAIT = (
    r"(?:awaiting|await|awaits|waiting|wait|waits|pending|on hold|en attente|attente|attendre|attend|warten|wartet|"
    r"warte|wartend|wachten|wacht|in afwachting|afwachting|en espera|espera|esperando|esperar|pendiente|pendente|"
    r"aguardando|aguarda|in attesa|attesa)"
)
_ASK = (
    r"(?:ask|asks|asking|request|requests|requesting|solicit|demander|demande|reclamer|anfordern|nachfordern|erfragen|"
    r"opvragen|vragen|solicitar|pedir|richiedere|chiedere|send back|sent back|return|returned|renvoyer|retourner)"
)
_LACKING = (
    r"(?:missing|additional|further|more|incomplete|complementary|supplementary|manquante?s?|complementaires?|fehlende[nrs]?|"
    r"weitere[nrs]?|zusatzliche[nrs]?|ontbrekende|aanvullende|faltantes?|adicional(?:es)?|adicionais|mancanti?|"
    r"aggiuntiv[aei]|integrativ[aei])"
)
_PIECE = (
    r"(?:info|information|informations|infos|informatie|informacion|informacao|informacoes|informazioni|documents?|data|"
    r"details?|papers?|evidence|pieces?|documentos?|documentacion|documenti|unterlagen|angaben|stukken|documenten|gegevens)"
)
_DOES = (
    r"(?:supplies|supply|supplied|provides|provided|completes|completed|confirms|confirmed|accepts|accepted|rejects|"
    r"rejected|refuses|refused|declines|responds|responded|replies|replied|answers|answered|calls|called|reports|"
    r"reported|requests|requested|asks|asked|sends|sent|submits|submitted|signs|signed|pays|paid|cancels|cancelled|withdraws|"
    r"returns|returned|reopens|reopened|complains|chases|gives up|abandons|leaves|arrives|orders|ordered|approves|"
    r"approved|uploads|uploaded|updates|updated|receives|received|repond|fournit|confirme|accepte|refuse|signe|paie|complete|annule|relance|"
    r"antwortet|bestatigt|liefert|bezahlt|zahlt|unterschreibt|reklamiert|antwoordt|bevestigt|betaalt|levert|responde|"
    r"confirma|entrega|paga|firma|risponde|conferma|fornisce|annulla)"
)
_DEED = (
    r"(?:reply|response|answer|call|feedback|approval|acceptance|confirmation|complaint|cancellation|order|request|payment|"
    r"reponse|commande|paiement|antwort|bestellung|zahlung|antwoord|bestelling|respuesta|pedido|resposta|risposta|ordine)"
)
_PASSIVE = re.compile(rf"^{_CLIENT} (?:requests|orders|calls|reports|answers|updates|returns|replies)\b.*ed$")
_FILED = (
    r"(?:application|request|claim|form|ticket|complaint|objection|appeal|order|demande|reclamation|antrag|aanvraag|"
    r"solicitud|pedido|richiesta|domanda|a)"
)
_FILES = (
    r"(?:submitted|submit|filed|lodged|placed|deposee?|eingereicht|gestellt|ingediend|presentada|enviado|presentata)"
)
_OFFER = r"(?:offer|quote|quotation|proposal|offre|devis|angebot|offerte|oferta|presupuesto|proposta|preventivo|o)"
_ANSWERED = (
    r"(?:accepted|sent back|returned|refused|signed|acceptee?|signee?|refusee?|angenommen|geaccepteerd|ondertekend|"
    r"aceptada|firmada|aceita|accettat[ao]|firmat[ao])"
)
_PROTEST = (
    r"(?:appeal|objection|complaint|recours|reclamation|contestation|einspruch|widerspruch|beschwerde|reklamation|bezwaar|"
    r"beroep|klacht|recurso|queja|reclamacion|reclamacao|ricorso|reclamo)"
)
_INSIDE = (
    r"\b(?:send|sent to|receive result|result|notify|inform|decide|decision|decline|process|handle|handling|assess|"
    r"assessment|check|review|evaluate|evaluation|validate|register|registration|analyse|analyze|resolve|resolution|close|"
    r"closed|prepare|create|created|initiate|draft|write|forward|transfer|assign|reject|grant|approve|authorize|authorise|"
    r"print|determine|investigate|answer to|call|contact|phone|traiter|traitement|examiner|instruire|prufen|bearbeiten|"
    r"behandelen|beoordelen|tramitar|resolver|gestire|valutare|esaminare)\b"
)
_PAYMENT = (
    r"(?:payment|payment received|partial payment|payment by \w+|paiement|paiement recu|reglement|reglement recu|"
    r"zahlungseingang|zahlung eingegangen|betaling|betaling ontvangen|pago|pago recibido|pagamento|pagamento ricevuto|"
    r"pagamento recebido|pay order)"
)
_BUYING = re.compile(
    r"\b(?:purchase|vendor|supplier|requisition|goods receipt|fournisseur|lieferant|leverancier|proveedor)\b"
)
_REOPEN = re.compile(rf"\b(?:reopen\w*|re opened|reject\w* (?:the )?(?:resolution|solution))\b.*\b{_CLIENT}\b")

_WAITS = re.compile(rf"\b{_WAIT}\b.*\b{_CLIENT}\b|\b{_CLIENT}\b.*\b{_WAIT}\b")
_ASKS = re.compile(
    rf"\b{_ASK}\b.*\b{_LACKING}\b.*\b{_PIECE}\b|\b{_ASK}\b.*\b{_PIECE}\b.*\b(?:{_CLIENT}|{_LACKING})\b|"
    rf"\b{_LACKING}\b.*\b{_PIECE}\b.* (?:anfordern|nachfordern|erfragen|opvragen|vragen)$"
)
_BACK = re.compile(rf"\b(?:return|send|sent|returned|renvoyer|zuruck\w*)\b.*\b(?:back|retour|zuruck)\b.*\b{_CLIENT}\b")
_ACTS = (
    re.compile(rf"^(?:the )?{_CLIENT} (?:\w+ )?{_DOES}\b"),
    re.compile(rf"^{_CLIENT} {_DEED}(?: received| recue?| eingegangen| ontvangen)?$"),
    re.compile(rf"\b{_DOES} by (?:the )?{_CLIENT}\b|\b(?:par l[ea]?|durch den|door de|por el|dal) {_CLIENT}$"),
    re.compile(rf"^(?:\w+ )?{_FILED} {_FILES}$"),
    re.compile(rf"^(?:place|submit|file|lodge) (?:an? )?{_FILED}$"),
    re.compile(rf"^{_OFFER} {_ANSWERED}(?: \w+)?$"),
    re.compile(rf"^{_PAYMENT}$"),
)
_NEGATED = re.compile(r"\b(?:not|no|non|nicht|niet|never)\b")
_WHO = re.compile(rf"^(?:the )?{_CLIENT}$")
_SHARE = 0.8


def is_wait(label: str) -> bool:
    """Whether *label* names a wait for the client.

    >>> is_wait("Awaiting User Info"), is_wait("Awaiting Vendor"), is_wait("En attente client")
    (True, False, True)
    """
    text = plain(label)
    return bool(_WAITS.search(text) or _ASKS.search(text) or _BACK.search(text))


def is_act(label: str) -> bool:
    """Whether *label* names something that the client does himself.

    >>> is_act("Payment"), is_act("Appeal to Judge"), is_act("Send Appeal to Prefecture"), is_act("Initiate payment")
    (True, True, False, False)
    """
    text = plain(label)
    if any(pattern.search(text) for pattern in _ACTS) or _REOPEN.search(text):
        return not _NEGATED.search(text) and not _PASSIVE.search(text)
    return bool(re.search(rf"\b{_PROTEST}\b", text)) and not re.search(_INSIDE, text)


def guess_waits(events: pl.DataFrame) -> frozenset[str]:
    """The activities of *events* that are waits for the client, as far as their labels tell."""
    return frozenset(label for label in events["activity"].unique() if label is not None and is_wait(label))


def guess_acts(events: pl.DataFrame) -> frozenset[str]:
    """The activities of *events* that the client does, as far as labels and resources tell.

    In a log of purchases the organisation itself pays: there a payment is no act of a client.
    """
    labels = [label for label in events["activity"].unique() if label is not None]
    buying = any(_BUYING.search(plain(label)) for label in labels)
    acts = {label for label in labels if is_act(label)}
    if buying:
        acts = {label for label in acts if not re.fullmatch(_PAYMENT, plain(label))}
    return frozenset(acts | _done_by_clients(events))


def _done_by_clients(events: pl.DataFrame) -> set[str]:
    if "resource" not in events.columns:
        return set()
    who = [name for name in events["resource"].drop_nulls().unique() if _WHO.fullmatch(plain(name))]
    if not who:
        return set()
    share = events.group_by("activity").agg(pl.col("resource").is_in(who).fill_null(False).mean().alias("share"))
    return set(share.filter(pl.col("share") >= _SHARE)["activity"])


def named_activities(text: str, events: pl.DataFrame, role: str) -> frozenset[str]:
    """The activities that *text* names, separated by commas. Raises `DataError` for those that do not occur."""
    known = {label for label in events["activity"].unique() if label is not None}
    if text.strip() in known:
        return frozenset({text.strip()})
    names = [name.strip() for name in text.split(",") if name.strip()]
    faults = [
        Fault(role, _('no activity "{name}"').format(name=name), remedy=did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    if faults:
        raise DataError(faults)
    return frozenset(names)
