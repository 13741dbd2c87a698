"""Which column is what, without help and with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.hints import NAMES, name_score
from irrupt.errors import DataError, UsageError

REAL = {
    "data/uci498_incidents.csv.gz": {
        "case": "case_id", "activity": "activity", "end": "end_time", "resource": "resource",
        "team": "assignment_group", "client": "caller_id",
    },
    "data/uci498_incident_event_log.zip": {
        "case": "number", "activity": "incident_state", "end": "sys_updated_at", "resource": "assigned_to",
        "team": "assignment_group", "client": "caller_id",
    },
    "data/helpdesk_with_customer.csv.gz": {
        "case": "case_id", "activity": "activity", "end": "end_time", "resource": "resource", "team": "workgroup",
        "client": "customer",
    },
    "data/production.xes.gz": {
        "case": "case:concept:name", "activity": "concept:name", "start": "Start Timestamp",
        "end": "Complete Timestamp", "resource": "Worker ID", "team": "Resource", "lifecycle": "lifecycle:transition",
    },
    "data/receipt.xes.gz": {
        "case": "case:concept:name", "activity": "concept:name", "end": "time:timestamp", "resource": "org:resource",
        "team": "org:group", "lifecycle": "lifecycle:transition",
    },
    "arena/split/LoanApp/train.csv.gz": {
        "case": "case_id", "activity": "activity", "start": "start_time", "end": "end_time", "resource": "resource",
    },
    "arena/split/ACR/train.csv.gz": {
        "case": "case_id", "activity": "activity", "start": "start_time", "end": "end_time", "resource": "resource",
    },
    "arena/worlds/telecom_service_desk/baseline.csv.gz": {
        "case": "case_id", "activity": "activity", "start": "start_time", "end": "end_time", "resource": "resource",
        "client": "client",
    },
    "data/robustness/daqapo_hospital_events_dirty.csv": {
        "case": "patient_visit_nr", "activity": "activity", "end": "timestamp", "resource": "originator",
        "lifecycle": "event_lifecycle_state",
    },
}  # fmt: skip
LARGE = {"data/uci498_incidents.csv.gz", "data/uci498_incident_event_log.zip"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in LARGE)) for name in REAL])
def test_real_logs_need_no_help(name: str, real: Callable[[str], Chronicle]) -> None:
    assert real(name).mapping == REAL[name]


HEADERS = {
    "Disco": ("Case ID", "Activity", "Complete Timestamp", "Resource", None, None),
    "Celonis": ("_CASE_KEY", "ACTIVITY_EN", "EVENTTIME", "USER_NAME", None, None),
    "camel": ("caseId", "activityName", "eventTime", "userName", "teamName", "customerId"),
    "English": ("case", "activity", "end", "resource", "team", "client"),
    "shouting": ("CASE_ID", "TASK_NAME", "END_TIME", "EMPLOYEE", "DEPARTMENT", "CUSTOMER_NO"),
    "service desk": ("Ticket ID", "Status", "Updated At", "Assigned To", "Assignment Group", "Requester"),
    "French": ("N° dossier", "Activité", "Date fin", "Utilisateur", "Équipe", "Demandeur"),
    "German": ("Vorgangsnummer", "Tätigkeit", "Zeitstempel", "Bearbeiter", "Abteilung", "Kundennummer"),
    "Dutch": ("Zaaknummer", "Activiteit", "Tijdstip", "Medewerker", "Afdeling", "Klant"),
    "Spanish": ("ID caso", "Actividad", "Fecha fin", "Usuario", "Departamento", "Cliente"),
    "Portuguese": ("ID do caso", "Atividade", "Data fim", "Responsável", "Setor", "Solicitante"),
    "Italian": ("ID pratica", "Attività", "Data fine", "Operatore", "Ufficio", "Richiedente"),
    "Spanish orders": ("ID_ORDEN", "ACTIVIDAD", "FECHA_HORA", "USUARIO", "PERFIL", "ID_CLIENTE"),
    "an Italian hospital": ("ID_EPISODIO", "EVENTO", "DATA_ORA", "OPERATORE", "PROFILO", "ID_ASSISTITO"),
    "a French insurer": ("num_dossier", "etape", "date_fin", "gestionnaire", "service", "num_assure"),
    "German sales": ("Vertriebsbeleg", "Aktivität", "Zeitstempel", "Benutzer", "Abteilung", "Debitor"),
    "Turkish": ("Başvuru No", "İşlem", "Bitiş", "Personel", "Birim", "Müşteri"),
    "Finnish": ("Tilausnumero", "Vaihe", "Päättyi", "Tekijä", "Tiimi", "Asiakas"),
    "Hungarian": ("Ügyszám", "Tevékenység", "Befejezés", "Dolgozó", "Osztály", "Megrendelő"),
    "Romanian": ("Nr. cerere", "Operațiune", "Data și ora", "Angajat", "Serviciu", "Solicitant"),
    "Greek": ("Αρ. αίτησης", "Ενέργεια", "Λήξη", "Υπάλληλος", "Τμήμα", "Πελάτης"),
    "Czech": ("Spisová značka", "Úkon", "Konec", "Provedl", "Oddělení", "Žadatel"),
    "audit columns": ("number", "activity", "sys_created_on", "sys_created_by", "assignment_group", "account"),
}
ROLES = ("case", "activity", "end", "resource", "team", "client")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Başlangıç", "Bitiş"),
        ("Aloitus", "Valmis"),
        ("Kezdés", "Befejezés"),
        ("Început", "Sfârșit"),
        ("Έναρξη", "Λήξη"),
    ],
)
def test_times_of_beginning_are_known_in_further_languages(start: str, end: str) -> None:
    frame = rows(HEADERS["English"]).rename({"end": end})
    mapping = read(frame.with_columns(pl.col(end).alias(start))).mapping
    assert (mapping["start"], mapping["end"]) == (start, end)


@pytest.mark.parametrize("name", ["Verwijsnummer", "id_averia", "Num. RdA", "Auth #", "ms_no", "minta_azonosító"])
def test_what_recurs_as_cases_do_and_is_called_a_number_is_the_case(name: str) -> None:
    frame = rows(HEADERS["English"]).rename({"case": name})
    mixed = frame.sort("end", "resource")
    assert read(mixed).mapping["case"] == name


def test_what_may_be_the_case_or_the_step_is_the_step_beside_a_case_of_many_steps() -> None:
    frame = rows(HEADERS["English"]).rename({"case": "Schadennr.", "activity": "Vorgang", "team": "Vermittler"})
    mapping = read(frame).mapping
    assert (mapping["case"], mapping["activity"]) == ("Schadennr.", "Vorgang")
    assert (
        read(frame.drop("Schadennr.").rename({"Vorgang": "Status", "Vermittler": "Vorgang"})).mapping["case"]
        == "Vorgang"
    )


def rows(names: tuple[str | None, ...], size: int = 60) -> pl.DataFrame:
    """Sixty rows under these *names*, twenty cases of seven clients."""
    columns = (
        [f"C{i // 3}" for i in range(size)],
        [("Open", "Work", "Close")[i % 3] for i in range(size)],
        [f"2024-02-{1 + i // 3:02d} {9 + i % 3:02d}:00" for i in range(size)],
        [f"person {i % 5}" for i in range(size)],
        [f"team {i % 2}" for i in range(size)],
        [f"client {i // 3 % 7}" for i in range(size)],
    )
    return pl.DataFrame({name: column for name, column in zip(names, columns, strict=True) if name})


@pytest.mark.one_in(2)
@pytest.mark.parametrize("which", HEADERS)
def test_headers_in_many_styles_and_languages(which: str) -> None:
    names = HEADERS[which]
    expected = {role: name for role, name in zip(ROLES, names, strict=True) if name}
    assert read(rows(names)).mapping == expected


@given(st.permutations(range(6)), st.sampled_from(sorted(HEADERS)))
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_the_order_of_columns_does_not_matter(order: list[int], which: str) -> None:
    frame = rows(HEADERS[which])
    moved = frame.select([frame.columns[i] for i in order if i < frame.width])
    assert read(moved).mapping == read(frame).mapping


def test_contents_decide_against_names() -> None:
    frame = rows(("case", "activity", "end", "resource", "team", "client")).with_columns(
        pl.lit("2020-01-01").alias("case date"),
        pl.lit(None, dtype=pl.String).alias("assignee"),
        pl.lit("x").alias("state"),
    )
    mapping = read(frame.rename({"case": "Number", "end": "Stamp", "resource": "Person"})).mapping
    assert (mapping["case"], mapping["end"], mapping["resource"]) == ("Number", "Stamp", "Person")


@pytest.mark.parametrize(("helpers", "role"), [(False, "team"), (True, None)])
def test_what_stays_within_cases_on_which_all_work_alike_is_no_team(helpers: bool, role: str | None) -> None:
    """A level of service is an attribute of the case, and may order queues, though `service` may be a team."""
    people = ("Ann", "Ben")
    rows = [
        (f"c{case}", activity, f"2024-01-{case % 28 + 1:02}T1{at}:00:00", people[(case + at * helpers) % 2], level)
        for case in range(60)
        for level in [("express", "normal")[case % 2]]
        for at, activity in enumerate(("check", "pick", "pack", "load"))
    ]
    frame = pl.DataFrame(rows, schema=["case_id", "activity", "end_time", "resource", "service"], orient="row")
    log = read(frame)
    assert ("service" in log.attributes) == helpers
    assert (log.events["team"].null_count() == log.events.height) == (role is None)


def test_a_column_that_is_called_so_may_hold_very_many_activities() -> None:
    """Even where a worker changes as often; a number for each row is no activity while anything else can be."""
    rows = [
        (f"c{i // 4}", f"kind {i % 300}", f"2024-01-{1 + i % 28:02} 09:{i % 60:02}", f"p{i % 7}") for i in range(600)
    ]
    frame = pl.DataFrame(rows, schema=["case", "activity", "end", "resource"], orient="row")
    assert read(frame).mapping["activity"] == "activity"
    named = frame.rename({"activity": "what", "resource": "doer"}).with_columns(
        event=pl.lit("E") + pl.int_range(pl.len()).cast(pl.String), what=pl.col("doer").replace("p1", "p2")
    )
    assert read(named).mapping["activity"] != "event"
    assert read(named.select("case", "event", "end")).mapping["activity"] == "event"


def test_times_of_the_case_are_not_times_of_events() -> None:
    frame = rows(("case", "activity", "logged", None, None, None)).with_columns(
        pl.col("logged").first().over("case").alias("timestamp"), pl.col("logged").last().over("case").alias("end date")
    )
    assert read(frame).mapping["end"] == "logged"


def test_without_telling_names_contents_tell() -> None:
    assert read(rows(("k1", "k2", "k3", None, None, None))).mapping == {"case": "k1", "activity": "k2", "end": "k3"}


def test_two_columns_of_times_that_only_begin_are_not_enough() -> None:
    frame = rows(("case", "activity", "start", None, None, None))
    log = read(frame)
    assert log.mapping["end"] == "start"
    assert log.starts == "missing"


def test_mapping_overrides_any_guess() -> None:
    frame = rows(("case", "activity", "end", "resource", "team", "client"))
    log = read(frame, mapping={"activity": "team", "team": "activity", "resource": "client", "client": "resource"})
    assert set(log.events["activity"]) == {"team 0", "team 1"}
    assert set(log.events["team"]) == {"Open", "Work", "Close"}
    assert set(log.events["resource"]) == {f"client {i}" for i in range(7)}


def test_any_attribute_can_be_the_client(shared: Callable[[str], Path]) -> None:
    log = read(pl.read_csv(shared("data/uci498_incidents.csv.gz"), n_rows=2_000, infer_schema=False), client="location")
    assert log.mapping["client"] == "location"
    assert log.events["client"].drop_nulls().str.starts_with("Location").all()
    assert "caller_id" in log.attributes


def test_an_attribute_of_the_case_can_be_the_client(beginning: Callable[[str, int], Path]) -> None:
    path = beginning("data/receipt.xes.gz", 100)
    for spelling in ("channel", "case:channel", "Channel"):
        log = read(path, client=spelling)
        assert log.mapping["client"] == "case:channel"
        assert "Internet" in set(log.events["client"])


def test_one_column_can_play_two_roles() -> None:
    log = read(rows(("case", "activity", "end", None, "team", None)), mapping={"client": "team", "team": "team"})
    assert log.events["team"].to_list() != []
    assert log.mapping["client"] == log.mapping["team"] == "team"


def test_wrong_roles_and_columns_are_all_named_at_once() -> None:
    frame = rows(("case", "activity", "end", None, None, None))
    with pytest.raises(UsageError) as caught:
        read(frame, mapping={"actvity": "activity", "case": "cas"}, client="klient")
    says = str(caught.value)
    assert 'did you mean "activity"' in says
    assert 'did you mean "case"' in says
    assert '"klient"' in says
    with pytest.raises(UsageError) as data:
        read(frame, mapping={"case": "cas", "end": "ned"})
    assert len(data.value.faults) == 2


def test_every_missing_role_is_named_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read(pl.DataFrame({"x": [1.5, 2.5], "y": [0.1, 0.2]}))
    assert len(caught.value.faults) == 3


def test_waits_and_acts_can_be_named() -> None:
    frame = rows(("case", "activity", "end", None, None, None))
    log = read(frame, mapping={"waits": "Work", "acts": "Open, Close"})
    assert log.waits_for_client == {"Work"}
    assert log.client_acts == {"Open", "Close"}
    assert read(frame, mapping={"waits": ""}).waits_for_client == frozenset()
    with pytest.raises(UsageError, match='did you mean "Work"'):
        read(frame, mapping={"waits": "Wrok"})


def test_how_times_are_written_can_be_said() -> None:
    frame = pl.DataFrame({"case": ["a", "a"], "activity": ["open", "close"], "time": ["3/4/2020", "5/4/2020"]})
    guessed = read(frame)
    assert [(p.code, p.count) for p in guessed.problems] == [("unclear dates", 2)]
    assert "times=month first" in guessed.problems[0].done
    assert [note for note in guessed.notes if "3/4/2020" in note and guessed.problems[0].done in note]
    said = read(frame, mapping={"times": "month first"})
    assert (said.problems, [note for note in said.notes if "times=" in note]) == ((), [])
    assert said.events["end"].dt.month().to_list() == [3, 5]
    assert read(frame, mapping={"times": "%d/%m/%Y"}).events["end"].dt.month().to_list() == [4, 4]
    with pytest.raises(UsageError, match="month first"):
        read(frame, mapping={"times": "american"})


def test_an_object_centric_log_has_no_case_until_one_is_chosen(real: Callable[[str], Chronicle]) -> None:
    with pytest.raises(UsageError, match="types of objects"):
        real("data/robustness/newocel.csv")


@pytest.mark.parametrize("role", NAMES)
def test_known_names_score_above_half_and_others_below(role: str) -> None:
    for name in NAMES[role].split(";"):
        assert name_score(role, " ".join(name.split())) > 0.5
    assert name_score(role, "xyzzy") == 0.0


def test_the_first_client_of_a_case_is_its_client_and_others_are_reported() -> None:
    frame = rows(("case", "activity", "end", None, None, "client")).with_columns(
        pl.when(pl.int_range(pl.len()) == 4).then(pl.lit("stranger")).otherwise("client").alias("client")
    )
    log = read(frame)
    assert log.events.group_by("case").agg(pl.col("client").n_unique())["client"].max() == 1
    problem = next(p for p in log.problems if p.code == "several clients")
    assert (problem.count, problem.places) == (1, ("row 5",))
    assert "stranger" in log.events["client of the event"]


def test_where_no_end_is_filled_in_the_start_is_the_time_of_a_step() -> None:
    starts = [dt.datetime(2024, 1, 1, 9, minute) for minute in range(20)]
    rows = {"case": [f"c{n // 2}" for n in range(20)], "activity": ["A", "B"] * 10, "start": starts, "end": [None] * 20}
    log = read(pl.DataFrame(rows, schema_overrides={"end": pl.Datetime()}))
    assert log.starts == "missing"
    assert log.events["end"].dt.minute().to_list() == list(range(20))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            "case",
            "Vorgangsnr|Auftrags-Nr.|Ticketnr.|Schadennummer|N° de demande|Numéro d'affaire|Nº de caso|Zaaknr|RMA|"
            "user_session|Sitzung",
        ),
        ("activity", "Arbeitsgang|Nouveau statut|Étape du processus|Acción|Azione|Nazwa etapu"),
        ("end", "Datum/Uhrzeit|Erledigt am|Date de réalisation|Fecha evento"),
        (
            "resource",
            "Sachbearbeiter/in|Utilizador|Técnico|Technicien|Chargé de dossier|Changed by|Tramitador|ERNAM|"
            "Created by|Officer|Erfasser|Laborantin|Créé par|Ejecutado por|Inserito da|Ingevoerd door|Wykonał",
        ),
        ("team", "Fachbereich|Service traitant|Atelier|Labor|Sachgebiet|Cellule|Taller|Officina|Werkplaats|Biuro"),
        (
            "client",
            "Kunden-Nr.|Kundennr|Klantnr|Raison sociale|Antragsteller/in|Versicherungsnehmer|Debitor|Patientennummer|"
            "Acct|Zuweiser|Prescripteur|Einsender",
        ),
    ],
)
def test_columns_are_known_as_people_shorten_their_names(role: str, names: str) -> None:
    for name in names.split("|"):
        best = max(NAMES, key=lambda one: name_score(one, name))
        assert (best, name_score(role, name) > 0.3) == (role, True), name


@pytest.mark.parametrize(
    ("people", "what"),
    [("Mitarbeiter", "Inhalt"), ("Medewerker", "Wat"), ("Intervenant", "Objet"), ("Operatore", "Cosa"), ("By", "Kind")],
)
def test_what_is_called_after_people_is_not_what_was_done(people: str, what: str) -> None:
    """Though more people work than there are kinds of work, and neither is called as activities are."""
    frame = rows(("Nr.", what, "Zeit", people, None, None)).rename({"Nr.": "case", "Zeit": "time"})
    mapping = read(frame).mapping
    assert mapping["activity"] == what
    assert people == "By" or mapping["resource"] == people


def test_names_within_the_names_of_cases_tell_of_them() -> None:
    """That a column tells of whole cases does not make it their name."""
    assert 0.3 < name_score("case", "field_request_id") <= 0.5
    assert name_score("case", "case:field_request_id") == name_score("case", "field_request_id")
    assert name_score("case", "case:address no") == name_score("case", "related request id") == 0


@pytest.mark.parametrize("head", ["Order", "id", "Bestellung"])
def test_a_bare_name_is_the_cases_where_nothing_else_tells(head: str) -> None:
    """The rows of a case lie apart, in the order of time."""
    rows = [(str(n % 9), "abc"[n // 9], f"2024-01-{1 + n:02} 09:00") for n in range(27)]
    frame = pl.DataFrame(rows, schema=[head, "Operation", "End time"], orient="row")
    assert read(frame).mapping["case"] == head


def test_a_group_of_clients_is_no_team() -> None:
    for name in ("Requester group", "Customer group", "Gruppo cliente"):
        assert name_score("team", name) == 0 < name_score("client", name)
    for name in ("Customer service group", "Support group", "Customer team"):
        assert name_score("team", name) > 0


def test_who_serves_clients_is_none_of_them() -> None:
    """A column that says who looks after the client, one for each case."""
    for name in ("Customer service rep", "Account manager", "Client advisor", "Kundenbetreuer"):
        assert name_score("client", name) == 0
    rows = [
        (str(case), step, f"2024-01-0{1 + at} 09:00", "AB"[case % 2])
        for case in range(6)
        for at, step in enumerate("xy")
    ]
    frame = pl.DataFrame(rows, schema=["Case", "Activity", "Time", "Customer service rep"], orient="row")
    assert read(frame).mapping.get("client") is None


def test_an_operation_of_a_work_order_is_a_step_of_it(tmp_path: Path) -> None:
    """Vorgang is a case where it stands alone, and a step beside the order that it belongs to."""
    rows = [f"A{case};00{10 * at};1{at}.02.2026 06:00;1{at}.02.2026 07:30" for case in range(4) for at in range(1, 4)]
    (tmp_path / "log.csv").write_text("\n".join(["Auftrag;Vorgang;Start Ist;Ende Ist", *rows]), encoding="utf-8")
    log = read(tmp_path / "log.csv")
    assert (log.mapping["case"], log.mapping["activity"], log.cases) == ("Auftrag", "Vorgang", 4)
    assert log.starts == "measured"


def test_how_much_was_shipped_is_no_case(tmp_path: Path) -> None:
    rows = [f"2026-01-{1 + at:02},{'xyz'[at % 3]},{at // 2}" for at in range(12)]
    (tmp_path / "log.csv").write_text("\n".join(["Date,Step,Shipped", *rows]), encoding="utf-8")
    with pytest.raises(DataError, match="which case"):
        read(tmp_path / "log.csv")


@pytest.mark.parametrize(("named", "client"), [(range(6), "customer"), ([0], None)])
def test_a_column_that_names_one_client_in_few_rows_names_none(named: range | list[int], client: str | None) -> None:
    frame = pl.DataFrame(
        {
            "case": [str(n // 2) for n in range(6)],
            "activity": ["Open", "Close"] * 3,
            "time": [f"2024-01-0{n + 1} 09:00" for n in range(6)],
            "customer": ["0" if n in named else None for n in range(6)],
        }
    )
    assert read(frame).mapping.get("client") == client


@pytest.mark.parametrize("written", [False, True])
def test_hours_of_labor_are_no_team(written: bool) -> None:
    """The word is German for a laboratory, too."""
    rows = [
        (f"c{n}", step, f"2026-02-{1 + n:02} 1{at}:00", 0.5 + at) for n in range(8) for at, step in enumerate("xyz")
    ]
    table = pl.DataFrame(rows, schema=["case", "activity", "time", "labor"], orient="row")
    hours = table.with_columns(pl.col("labor").cast(pl.String))
    names = table.with_columns(pl.format("North {}", "labor").alias("labor"))
    assert "team" not in read(hours if written else table).mapping
    assert read(names).mapping["team"] == "labor"


@pytest.mark.parametrize(
    "name",
    [
        "Customer rating",
        "Customer satisfaction",
        "customer_visible",
        "Customer order no",
        "Client device",
        "Avis client",
    ],
)
def test_what_a_client_says_or_has_is_not_who_he_is(name: str) -> None:
    assert name_score("client", name) == 0.0


def test_who_is_named_is_the_client_rather_than_a_group_of_his() -> None:
    assert 0.3 < name_score("client", "customer group") < name_score("client", "end customer")


@pytest.mark.parametrize(
    "name",
    ["Commande n°", "Commande no", "N° commande", "Dossier n°", "Auftrag Nr.", "Auftrags-Nr.", "Vorgang-Nr.",
     "N.º de expediente", "Nro. pedido"],
)  # fmt: skip
def test_a_word_for_a_number_may_stand_in_front_or_behind(name: str) -> None:
    assert name_score("case", name) > 0.5
    assert max(NAMES, key=lambda role: name_score(role, name)) == "case"


SHORTENED = {
    "case": "Nº expte.|N.º exp.|N° OT|N° BT|Réf. dossier|Auftr.-Nr.|Vorg.-Nr.|N. prat.|N° cde|Expte. judicial|N. ODL",
    "start": "Fec. ini.|F. inicio|Hora ini.|Date déb.|Dt. início",
    "end": "F. fin|Fec. fin|Dt. fim",
    "team": "Dpto.|Depto.|Abt.|Serv.|Uff.|Dép.|Afd.|Grp.|Sez.|Kst.",
    "activity": "Activ.|Act.|Oper.|Actuac.",
    "client": "Kd.|Kd.-Nr.|Clte|Cust.|Cli.",
    "resource": "Mitarb.|Techn.|Medew.|Résp.|Sachb.",
}


@pytest.mark.parametrize("role", SHORTENED)
def test_heads_are_known_as_offices_shorten_them(role: str) -> None:
    for name in SHORTENED[role].split("|"):
        best = max(NAMES, key=lambda one: name_score(one, name))
        assert (best, name_score(role, name) > 0.3) == (role, True), name
    for name in ("Overtime", "Exp. date", "Abt", "OT hours"):
        assert name_score("case", name) == 0.0, name


@pytest.mark.parametrize(
    "names",
    [
        "N. pratica;Attività;Data completamento;Utente;Ufficio;Contraente",
        "Nr reklamacji;Czynność;Koniec;Pracownik;Dział;Ubezpieczony",
        "Nr szkody;Czynność;Data zamknięcia;Pracownik;Dział;Poszkodowany",
        "Nº de siniestro;Actividad;Fecha de cierre;Tramitador;Sección;Asegurado",
        "Klachtnummer;Activiteit;Afgerond op;Medewerker;Afdeling;Verzekerde",
        "Ärendenummer;Händelse;Sluttid;Handläggare;Avdelning;Sökande",
        "Arbetsorder;Åtgärd;Tidpunkt;Utförd av;Grupp;Kundnummer",
        "Sagsnr;Hændelse;Tidspunkt;Sagsbehandler;Enhed;Kundenavn",
        "N.º do sinistro;Atividade;Data de conclusão;Responsável;Setor;Segurado",
    ],
)
def test_headings_are_known_in_a_dozen_languages(names: str) -> None:
    columns = names.split(";")
    rows = [
        (f"A-{n // 3}", f"step {n % 3}", f"2026-02-{1 + n // 3:02} 1{n % 3}:00", f"u{n % 4}", f"t{n % 2}", f"K{n // 9}")
        for n in range(36)
    ]
    log = read(pl.DataFrame(rows, schema=columns, orient="row"))
    assert log.mapping == dict(zip(("case", "activity", "end", "resource", "team", "client"), columns, strict=True))


@pytest.mark.parametrize(("begin", "starts"), [("start_time", "measured"), ("opened at", "missing")])
def test_a_step_for_each_case_begins_where_a_column_is_called_so(tmp_path: Path, begin: str, starts: str) -> None:
    """Nothing moves within such cases: calls, each with its start and its end, were read without their starts."""
    path = tmp_path / "calls.csv"
    calls = (f"C{n},answer,2024-01-0{1 + n % 5} 09:{n:02},2024-01-0{1 + n % 5} 10:{n:02},Ann,Shops" for n in range(40))
    path.write_text("\n".join([f"case,activity,{begin},end_time,agent,customer", *calls]) + "\n", encoding="utf-8")
    log = read(path)
    assert log.starts == starts
    assert log.events["end"].dt.hour().unique().to_list() == [10]


def test_times_that_cannot_be_read_are_told_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("case,activity,time\n1,A,2024-13-45\n1,B,hello\n2,A,2024-01-02\n")
    with pytest.raises(
        DataError, match=r'done: times in "time" cannot be read; line 2: 2024-13-45; line 3: hello; say'
    ):
        read(tmp_path / "log.csv")
