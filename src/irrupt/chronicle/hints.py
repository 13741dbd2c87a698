"""What people call the columns of an event log, in a dozen languages.

Names are compared in plain form: lower case, without accents, words apart. Earlier names win over later ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from irrupt.chronicle.further_names import FURTHER

NAMES: dict[str, str] = {
    "case": """
        case concept name; case id; caseid; case key; case; case number; case no; case nr; casenumber; id case;
        trace id; trace; process instance id; process instance; case identifier; ticket id; ticket number;
        ticket no; ticket; incident id; incident number; incident; sr number; request id; request number;
        service request; order id; order number; order no; sales order; purchase order; claim id; claim number;
        application id; application number; visit id; patient visit nr; visit nr; admission id; hadm id;
        encounter id; job id; work order; matter id; loan id; invoice id; invoice number; document number;
        project id; number; id dossier; numero dossier; numero de dossier; dossier; no dossier; numero ticket;
        numero de ticket; id demande; numero demande; numero incident; numero commande; num dossier;
        auftragsnummer; auftrag; fertigungsauftrag; id
        instance; affaire; fall id; fall; fallid; fallnummer; fall nr; vorgang id; vorgangsnummer; vorgang;
        vorgangs id; ticketnummer; aktenzeichen; zaak id; zaak; zaaknummer; zaak nr;
        dossiernummer; dossier id; ordernummer; aanvraagnummer; caso; id caso; id del caso; numero caso; numero
        de caso; expediente; numero de expediente; id expediente; id do caso; numero do caso; processo; numero
        do processo; id processo; protocolo; pedido; chamado; numero do chamado; id pratica; pratica; numero
        pratica; numero ordine; vbeln; ebeln; belnr; id sprawy; nr sprawy; numer sprawy; sprawa; id zgloszenia;
        nr zgloszenia; numer zgloszenia; zgloszenie; id zamowienia; nr zamowienia; numer zamowienia; case ref; case
        reference; complaint id; complaint number; complaint no; job number; job no; repair order; rma; rma number;
        work order number; wo number; issue id; issue key; numero sinistre; numero reclamation; numero affaire; numero
        intervention; vorfallnummer; schadennummer; meldungsnummer; reklamationsnummer; beschwerdenummer;
        antragsnummer; antrags id; anfragenummer; bestellnummer; serviceauftrag; meldingnummer; nr zlecenia; numer
        zlecenia; zlecenie; session id; user session; session; visitor session; sitzung; sitzungs id; id de session;
        sesion; id sesion; sessione; id sessione; sessao; sessie; sessie id; opportunity id; opportunity; lead id;
        deal id; orden de trabajo; ordem de servico; ordine di lavoro; werkorder; werkordernummer; sample id; sample
        number; probennummer; proben id; reference dossier; reference affaire; reference commande; reference demande;
        referencia expediente; referencia pedido; riferimento pratica; ordre de travail; numero ordre; numero ot;
        id ot; code ot; numero bt; id bt; bon de travail; numero bon; numero di; numero os; id os; numero odl; id odl;
        numero wo; id wo; numero exp; id exp; numero proc; numero protocollo; numero orden; numero ordem; expedient;
        numero expedient; odl; reklamacji; numer reklamacji; szkody; numer szkody; wniosku; numer wniosku; roszczenia;
        reclamo; sinistro; numero segnalazione; numero richiesta; segnalazione; siniestro; reclamacion; incidencia;
        numero solicitud; solicitud; reclamacao; numero solicitacao; solicitacao; ocorrencia; klachtnummer;
        schadenummer; claimnummer; storingsnummer; incidentnummer; meldingsnummer; opdrachtnummer; verzoeknummer;
        arende; arende id; arendenummer; arbetsorder; arbetsordernummer; felanmalan nummer; diarienummer;
        sagsnummer; saksnummer
    """,
    "activity": """
        concept name; activity; activity name; activity en; activity de; activityname; event name; event label;
        task name; task; event; event type; action; step; step name; operation; operation name; status; state;
        incident state; ticket state; ticket status; case status; current state; new status; new state; workflow
        step; stage; phase; procedure; activite; nom activite; nom de l activite; libelle activite; tache;
        etape; evenement; operacion; statut; etat; aktivitat; aktivitaet; tatigkeit; taetigkeit; ereignis;
        arbeitsschritt; schritt; vorgangsschritt; prozessschritt; zustand; activiteit; taak; stap; handeling;
        gebeurtenis; toestand; actividad; nombre actividad; nombre de la actividad; tarea; paso; evento; estado;
        atividade; nome da atividade; tarefa; etapa; passo; situacao; attivita; nome attivita; compito; fase;
        passaggio; stato; czynnosc; nazwa czynnosci; aktywnosc; nazwa aktywnosci; zdarzenie; etap; krok; stan;
        zadanie; work step; nouveau statut; libelle etape; nom etape; etape processus; neuer status; status neu;
        statuswechsel; aktion; arbeitsgang; bearbeitungsschritt; accion; acao; azione; operazione; actie; nowy status;
        nazwa etapu; tramite; actuacion; massnahme; acte; stage name; event description; arbeitsvorgang; vorgang;
        transaktion; transaction code; tcode; leistung; leistungsbezeichnung; prestation; libelle acte; prestacion;
        prestazione; prestacao; verrichting; prestatie; usluga; swiadczenie; service performed; aktivitet; handelse;
        haendelse; hendelse; atgard; steg
    """,
    "end": """
        time timestamp; end; end time; endtime; end timestamp; complete timestamp; completion time; complete
        time; completed at; end date; finish; finish time; finished at; finish date; timestamp; time stamp;
        event time; eventtime; event timestamp; event date; event datetime; time; datetime; date time; date; sys
        updated at; sys updated on; updated at; updated on; updated; changed at; change date; logged at; created
        at; occurred at; recorded at; fin; date fin; date de fin; heure de fin; heure fin; horodatage; date
        heure; date evenement; date et heure; heure; ende; endzeit; endzeitpunkt; enddatum; abschluss;
        zeitstempel; zeitpunkt; zeit; datum; beendet am; geandert am; einde; eindtijd; einddatum; eindtijdstip;
        tijdstip; tijdstempel; tijd; fin real; hora fin; ts; fecha fin; fecha de fin; fecha hora fin; marca de
        tiempo; fecha y hora; fecha hora; fecha; hora; termino; data fim; data de fim; fim; hora fim; data
        termino; data hora; carimbo de data hora; data e hora; data; data fine; ora fine; fine; marca temporale;
        data ora; data e ora; ora; czas zakonczenia; data zakonczenia; koniec; znacznik czasu; data i czas; data
        czas; czas; godzina; done at; changed on; fait le; date realisation; date cloture; datum uhrzeit; erledigt am;
        abgeschlossen am; gebucht am; buchungsdatum; ruckmeldedatum; ist ende; actual end; fin reelle; momento;
        instante; when; quand; wann; fecha evento; data evento; data zdarzenia; created date; create date; created on;
        date created; modifie le; date de modification; anderungsdatum; modificado el; fecha de modificacion;
        modificato il; data modifica; alterado em; gewijzigd op; data zmiany; modified date;
        last modified date; date modified; edit date; erstellt am; angelegt am; erfasst am;
        cree le; saisi le; date de creation; date de saisie; fecha de creacion; fecha de registro; data creazione;
        data inserimento; data de criacao; aangemaakt op; ingevoerd op; data utworzenia; data wprowadzenia; sluttid;
        slut; slutdatum; sluttidspunkt; tidpunkt; tidspunkt; tid; tidsstampel; avslutad; data completamento;
        completato il; data chiusura; data conclusione; fecha finalizacion; fecha cierre; fecha de cierre; data
        conclusao; data de conclusao; data de encerramento; afgerond op; afgesloten op; data zamkniecia
    """,
    "start": """
        start timestamp; start; start time; starttime; start date; started at; begin; begin time; begin
        timestamp; started; begin date; event start; debut; date debut; date de debut; heure debut; heure de
        debut; beginn; startzeit; startzeitpunkt; beginnzeit; anfang; startdatum; begonnen am; begintijd;
        starttijd; begindatum; aanvang; inicio; fecha inicio; fecha de inicio; hora inicio; fecha hora inicio;
        data inicio; data de inicio; hora de inicio; data inizio; ora inizio; inizio; czas rozpoczecia; data
        rozpoczecia; rozpoczecie; poczatek; ist beginn; ist start; actual start; starttid;
        starttidspunkt; borjan; paborjad
    """,
    "resource": """
        org resource; worker id; worker; employee id; employee; employee name; staff id; staff; person; agent;
        assigned to; assignee; resource; resource id; resource name; user; user id; username; user name;
        performer; performed by; originator; operator; operator id; handler; handled by; owner; updated by; sys
        updated by; executed by; actor; clerk; technician; nurse; ressource; utilisateur; agent traitant;
        executant; operateur; intervenant; collaborateur; gestionnaire; employe; bearbeiter; mitarbeiter;
        benutzer; ausfuhrender; person id; sachbearbeiter; medewerker; behandelaar; gebruiker; uitvoerder;
        recurso; usuario; empleado; operador; encargado; funcionario; colaborador; atendente; responsavel;
        executor; risorsa; utente; operatore; addetto; impiegato; esecutore; responsable; pracownik; wykonawca;
        uzytkownik; konsultant; zasob; who; done by; worked by; carried out by; completed by; fait par; realise par;
        traite par; qui; wer; bearbeitet von; erledigt von; wie; gedaan door; quien; hecho por; feito por; chi;
        fatto da; staff member; saisi par; technicien; conseiller; charge dossier; sachbearbeiter in; bearbeiter in;
        mitarbeiter in; bearbeitername; bearbeitet durch; erledigt durch; verantwortlich; verantwortlicher; techniker;
        changed by; modified by; closed by; edited by; entered by; author; author key; author name; geandert von;
        erfasst von; abgeschlossen von; modifie par; gewijzigd door; afgehandeld door; modificado por;
        modificato da; alterado por; case worker; caseworker; assigned user; tramitador; auteur;
        autor; autore; benutzername; ernam; aenam; usnam; bearb; login;
        agente; gestor; tecnico; utilizador; operario; referente; referent; created by; created by id; last
        modified by; officer;
        case officer; inspector; analyst; erfasser; erfasserin; anwender; laborant; laborantin; monteur; disponent;
        berater; cree par; laborantine; preparateur; redacteur; inspecteur; analyste; analista; ejecutor; ejecutado
        por; registrado por; creado por; realizado por; creato da; inserito da; eseguito da; compilatore; criado por;
        registado por; executado por; aangemaakt door; ingevoerd door; uitgevoerd door; analist; utworzone przez;
        wprowadzil; wykonal; inspektor; urzednik; profesional; professionnel; professional; professionista; ruckmelder;
        create by; funcionario responsavel; utford av; handlaggare; utforare; anvandare; medarbetare; registrerad
        av; tekniker; sagsbehandler; saksbehandler; medarbejder; udfort af; utfort av
    """,
    "team": """
        org group; assignment group; assigned group; assigned team; team; team name; workgroup; work group;
        group; support group; support team; queue; department; dept; unit; org unit; organizational unit;
        organisational unit; section; responsible section; support section; org role; role; division; office;
        pool; work center; workcenter; work centre; equipe; service; groupe; groupe affecte; service
        responsable; unite; pole; departement; abteilung; gruppe; mannschaft; bereich; dienststelle;
        organisationseinheit; arbeitsgruppe; afdeling; groep; ploeg; eenheid; equipo; grupo; departamento; area;
        unidad; seccion; grupo asignado; setor; unidade; grupo designado; gruppo; reparto; squadra; ufficio;
        unita; zespol; dzial; grupa; jednostka; wydzial; service traitant; atelier; poste; fachbereich; org einheit; oe;
        arbeitsplatz; kostenstelle; labor; laboratory; lab; laboratoire; laboratorio; laboratorium; werkstatt;
        meisterei; sachgebiet; referat; ressort; dezernat; cellule; bureau; taller; oficina; sezione; officina; secao;
        werkplaats; sectie; warsztat; biuro; servicio; servizio; servico; grupp; avdelning; enhet; arbetsgrupp; enhed;
        equipa
    """,
    "client": """
        case client; client; client id; client name; client number; customer; customer id; customer name;
        customer number; customer no; caller id; caller; caller name; case customer; applicant; applicant id;
        requester; requester id; requestor; requested by; requested for; reported by; reporter; account; account
        id; account name; consumer; consumer id; citizen; citizen id; claimant; policyholder; insured; debtor;
        buyer; sold to; sold to party; ship to; patient id; patient; subject id; demandeur; nom du client; id
        client; numero client; usager; requerant; appelant; assure; beneficiaire; citoyen; donneur d ordre;
        kunde; kunde id; kundennummer; kunden id; kundenname; auftraggeber; antragsteller; melder; anrufer;
        besteller; burger; klant; klant id; klantnummer; klantnaam; opdrachtgever; aanvrager; cliente; id
        cliente; cliente id; codigo cliente; nombre cliente; solicitante; ciudadano; reclamante; nome cliente;
        nome do cliente; requerente; cidadao; committente; richiedente; kunnr; codice cliente; cittadino;
        assistito; klient; id klienta; nr klienta; numer klienta; nazwa klienta; wnioskodawca; zglaszajacy;
        zamawiajacy; kontrahent; cust no; cust id; societe; raison sociale; abonne; allocataire; contribuable;
        antragsteller in; kdnummer; debitor; debitorennummer; geschaftspartner; business partner; bill to; bill to
        party; ship to party; mandant; mandantennummer; patientennummer; mrn; nhc; student id; student number;
        matricola; matrikelnummer; versicherungsnehmer; mieter; ragione sociale; tenant; student; passenger; acct;
        acct name; acct no; acct id; einweiser; zuweiser; referrer; referring physician; referred by; prescripteur;
        verwijzer; einsender; kunden; remitente; prescriptor; inviante; zlecajacy; contraente; assicurato;
        intestatario; paziente; contratante; tomador; tomador del seguro; asegurado; titular; paciente; segurado;
        tomador do seguro; ubezpieczony; ubezpieczajacy; poszkodowany; reklamujacy; pacjent; nabywca;
        odbiorca; verzekeringnemer; verzekerde; huurder; afnemer; kund; kund id; kundnummer; kundnamn; bestallare;
        anmalare; sokande; forsakringstagare; kundenavn; bestiller; forsikringstaker
    """,
    "lifecycle": """
        lifecycle transition; lifecycle; lifecycle state; event lifecycle state; event lifecycle; transition;
        transaction type; event transition; cycle de vie; lebenszyklus; ciclo de vida; ciclo di vita;
        levenscyclus
    """,
}
"""Role -> names, the most telling first."""

WORDS: dict[str, str] = {
    "case": "case caseid ticket incident dossier zaak fall vorgang caso expediente expte pratica processo sprawa "
    "zgloszenie zamowienie",
    "activity": "activity activite aktivitat activiteit actividad atividade attivita task czynnosc",
    "end": "end complete completed completion finish finished ende einde fin fim fine timestamp time datetime updated "
    "zeitstempel horodatage tijdstip zakonczenia",
    "start": "start started begin begun debut beginn inicio inizio rozpoczecia",
    "resource": "resource employee worker rep representative betreuer kundenbetreuer assignee "
    "operator agent performer mitarbeiter bearbeiter medewerker recurso "
    "pracownik",
    "team": "team group workgroup department queue equipe abteilung afdeling equipo grupo gruppo reparto zespol dzial "
    "dpto depto",
    "client": "client customer caller applicant requester citizen kunde kunden klant cliente demandeur usager klient "
    "klienta firma",
    "lifecycle": "lifecycle",
}
"""Role -> words that tell of it inside a longer name."""

TRANSITIONS = frozenset(
    {"schedule", "assign", "reassign", "start", "suspend", "resume", "complete", "autoskip", "manualskip", "withdraw",
     "ate_abort", "pi_abort", "unknown"}
)  # fmt: skip
"""The transitions of the standard life cycle (IEEE 1849)."""


_STAFF = frozenset(
    word
    for words in (
        "rep reps representative agent advisor adviser manager service support desk betreuer berater kundenbetreuer",
        "conseiller gestionnaire charge medewerker adviseur gestor asesor consulente referente opiekun",
    )
    for word in words.split()
)
"""Words for who serves clients: his column is not the clients' (`Customer service rep`)."""
_OF_HIS = frozenset(
    word
    for words in (
        "rating satisfaction nps csat score visible visibility priority urgency impact feedback comment",
        "comments note notes remark message device browser version language order orders po since age gender",
        "income revenue turnover value volume credit limit balance discount price flag status state request",
        "wish complaint response reply answer date zufriedenheit bewertung prioritat wunsch auftrag",
        "bestellung umsatz rabatt avis priorite commande statut satisfaccion valoracion prioridad pedido",
        "soddisfazione valutazione priorita ordine satisfacao avaliacao prioridade tevredenheid waardering",
        "prioriteit bestelling satysfakcja ocena priorytet zamowienie zamowienia",
    )
    for word in words.split()
)
"""Words for what a client has, says or orders: such a column does not tell who he is (`Customer satisfaction`)."""
_GROUPED = frozenset(
    word
    for words in (
        "group segment class type category tier region country industry gruppe klasse typ kategorie segmento",
        "clase tipo categorie groupe categoria gruppo classe grupo grupa typu",
    )
    for word in words.split()
)
"""Words for a group of clients: whoever is named beside it is rather one."""
_OTHERS = frozenset({"parent", "original", "previous", "related", "linked", "master", "duplicate", "external", "next"})
"""Words for a case that is not the one that a row belongs to (`Parent case ID`)."""
BARE = frozenset({
    "id", "order", "ref", "reference", "key", "request", "claim", "job", "shipment", "bestellung", "referenz",
    "sendung", "commande", "demande", "pedido", "ordine", "bestelling", "aanvraag",
    "project", "projekt", "projet", "proyecto", "progetto",
})  # fmt: skip
"""Names that may be those of cases, in plain form, where nothing else tells and several rows bear one."""
STATES = frozenset({
    "state", "status", "stage", "phase", "statut", "etat", "zustand", "estado", "situacao", "fase", "stato", "stan",
    "toestand",
})  # fmt: skip
"""Words for the state of something, in plain form."""
SHORT = {
    "expte": "expediente", "exped": "expediente", "doss": "dossier", "prat": "pratica", "auftr": "auftrag",
    "vorg": "vorgang", "cde": "commande", "cmd": "commande", "ped": "pedido", "tkt": "ticket", "ref": "reference",
    "rif": "riferimento", "dpto": "departamento", "depto": "departamento", "dep": "departement", "dpt": "departement",
    "abt": "abteilung", "afd": "afdeling", "serv": "service", "uff": "ufficio", "grp": "group", "sez": "sezione",
    "secc": "seccion", "sect": "section", "ofic": "oficina", "bur": "bureau", "kst": "kostenstelle", "zesp": "zespol",
    "activ": "activity", "act": "activity", "actuac": "actuacion", "ativ": "atividade", "aktiv": "aktivitat",
    "oper": "operation", "tatigk": "tatigkeit", "cli": "client", "clte": "client", "clt": "client", "kd": "kunden",
    "klt": "klant", "cust": "customer", "solic": "solicitante", "auftragg": "auftraggeber", "techn": "technicien",
    "tecn": "tecnico", "mitarb": "mitarbeiter", "sachb": "sachbearbeiter", "medew": "medewerker",
    "collab": "collaborateur", "empl": "employee", "resp": "responsable",
    "f": "fecha", "fec": "fecha", "fch": "fecha", "dt": "data",
    "hr": "hora", "ini": "inicio", "deb": "debut", "beg": "beginn", "inic": "inicio", "zeitp": "zeitpunkt",
}  # fmt: skip
"""Words as they are shortened in the heads of columns, in plain form, and what they stand for there."""
OF_CASE = "case:"
"""What stands before the names of what is told of whole cases."""
_NUMBER_OF, _ITS_NUMBER = (
    r"^(?:n o|n|no|num|nr|nro|id|cod|codigo|code|codice|kod) ",
    r"^(.+) (?:n o|n|no|num|nr|nro|id)$",
)
"""Words for a number in front of what is numbered, and behind it (`N.º de expediente`, `ID_ORDEN`)."""
_NUMBERED = ("case", "client", "resource")
"""What bears numbers: it may be called by them (`num_assure`)."""
_SMALL = r" (?:de la|de l|del|de|du|des|d|di|della|do|da) "
"""Words between others that tell nothing."""
LETTERS = {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "đ": "d", "ı": "i"}
"""Letters that are no base letter with a mark, and how they are written without."""
_WITHOUT = str.maketrans(LETTERS)


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """*name* in plain form: lower case, no accents, words apart; letters of other scripts stay.

    >>> plain("CompleteTimestamp"), plain("case:concept:name"), plain("N° d'activité"), plain("Płatność")
    ('complete timestamp', 'case concept name', 'n d activite', 'platnosc')
    >>> plain("Артикул №"), plain("確定/内示")
    ('артикул no', '確定 内示')
    """
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).translate(_WITHOUT)
    name = re.sub(r"[\W_]+", " ", unaccented(name).lower()).strip()
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def called(columns: Sequence[str], name: str) -> str | None:
    """The one of *columns* that somebody means by *name*, who may leave out `case:` and write it plainly; None where it
    is none.

    >>> called(["case:Client", "Activity"], "client"), called(["Activity"], "client")
    ('case:Client', None)
    """
    known: dict[str, str] = {}
    for spelling in (lambda c: plain(c.removeprefix("case:")), lambda c: c.removeprefix("case:"), str):
        known.update({spelling(column): column for column in reversed(columns)})
    return known.get(name) or known.get(plain(name))


_NUMBER = re.compile(
    r"\b(?:n o|no|nr|nro|num|numer|numar|id|identifier|cislo|cod|αρ|αριθμος)\b"
    r"|(?:nummer|numero|number|szam|numarasi|azonosito)\b"
)
"""Words for a number or an identifier, in plain form, and how words end that are put together with one."""


def says_number(name: str) -> bool:
    """Whether *name* calls what it names a number or an identifier.

    >>> says_number("Auth #"), says_number("Verwijsnummer"), says_number("Num. RdA"), says_number("Zone")
    (True, True, True, False)
    """
    return "#" in name or _NUMBER.search(plain(name)) is not None


def word_set(text: str) -> frozenset[str]:
    """The words of *text*."""
    return frozenset(text.split())


def unaccented(text: str) -> str:
    """*text* without the accents of its letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def spellings(name: str) -> Iterator[str]:
    """*name*, in plain form, and what it is with the words for a number written out, which may stand in front or
    behind, and without small words."""
    joined = name.replace(" ", "")
    yield from (name, name.removeprefix("case "), joined)
    if joined.endswith("nr"):
        yield from (joined.removesuffix("nr") + linked for linked in ("nummer", "snummer"))
    bare = re.sub(_SMALL, " ", name)
    yield from (bare, re.sub(_NUMBER_OF, "numero ", bare), re.sub(_ITS_NUMBER, r"numero \1", bare))


def spelt_out(name: str) -> str:
    """*name*, in plain form, with its shortened words written out.

    >>> spelt_out("n expte"), spelt_out("dpto"), spelt_out("start")
    ('n expediente', 'departamento', 'start')
    """
    return " ".join(SHORT.get(word, word) for word in name.split())


@cache
def _ranks(role: str) -> dict[str, float]:
    """How far back each name stands among those of *role*: from 0 to 1."""
    names, further = (" ".join(some.get(role, "").split()).split("; ") for some in (NAMES, FURTHER))
    known = len(set(names))
    ranks = {name: rank / known for rank, name in reversed([*enumerate(names)])}
    return {**dict.fromkeys(filter(None, further), 1.0), **ranks}


def _groups_clients(words: list[str]) -> bool:
    """Whether these are groups of those who are served (`Requester group`), and no team that serves them."""
    clients = not set(WORDS["client"].split()).isdisjoint(words)
    return clients and "team" not in words and _STAFF.isdisjoint(words)


def name_score(role: str, column: str) -> float:
    """How well a column's name tells of *role*: 0 not at all, above 0.5 a known name, up to 1.

    >>> name_score("client", "caller_id") > name_score("client", "customer_segment") > name_score("client", "size") == 0
    True
    """
    ranks = _ranks(role)
    for name in dict.fromkeys((plain(column), spelt_out(plain(column)))):
        for candidate in spellings(name):
            numbered = candidate.removeprefix("numero ") if role in _NUMBERED else candidate
            rank = ranks.get(candidate, ranks.get(numbered))
            if rank is not None:
                return 1.0 - 0.45 * rank
    words = plain(column.removeprefix(OF_CASE)).split()
    if role == "client" and not (_STAFF | _OF_HIS).isdisjoint(words):
        return 0.0
    if role == "team" and _groups_clients(words):
        return 0.0
    if role == "case" and " ".join(words[-2:]) in ranks and not _OTHERS.intersection(words):
        return 0.5 - 0.01 * min(len(words), 10)
    if any(word in WORDS[role].split() for word in words):
        of_groups = role == "client" and not _GROUPED.isdisjoint(words)
        return 0.4 - 0.02 * min(len(words), 10) - 0.03 * of_groups
    return 0.0
