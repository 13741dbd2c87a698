"""Short forms of words: spelt out where something marks them, by what most words tell that they may stand for."""

from __future__ import annotations

import pytest

from irrupt.chronicle.labels import read_label
from irrupt.chronicle.lexicon import _exact, _known, _stems, tells, words_of


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("CUST CONF RCVD", "Customer confirmation received"),
        ("Rückfrage Kd.", "Rückfrage Kunde"),
        ("Att. retour client", "Attente retour client"),
        ("Aanvr. ontv.", "Aanvraag ontvangen"),
        ("Pdte. cliente", "Pendiente cliente"),
        ("Notif. utente env.", "Notificação utente enviada"),
        ("Rich. doc. all'assic.", "Richiesta documenti all'assicurato"),
        ("Rückruf d. Kd.", "Rückruf durch Kunden"),
        ("Docs. rec'd from pt.", "Documents received from patient"),
        ("PMT PSTD", "Payment posted"),
    ],
)
def test_a_shortened_label_tells_what_the_full_one_does(short: str, full: str) -> None:
    told, whole = read_label(short), read_label(full)
    assert told is not None
    assert whole is not None
    assert told.role == whole.role


@pytest.mark.parametrize("label", ["Check CRM", "Customs cleared", "Freeze account", "Proof of purchase", "No. 5 sent"])
def test_words_that_nothing_marks_stay(label: str) -> None:
    """An abbreviation that is a name, and words that begin as others do, are no short forms."""
    assert [word for word in words_of(label, {}) if word in label.lower()] == [*words_of(label, {})]


def test_its_place_tells_what_a_short_form_stands_for() -> None:
    """What comes last was done; behind a client stands what he does, and behind `by` somebody."""
    assert tells(words_of("Besch. verz.", {})[-1]) == {"send"}
    assert "does" in tells(words_of("Pat. bev. afspr.", {})[1])
    assert tells(words_of("Signed by cust.", {})[-1]) == {"client"}
    assert tells(words_of("Osserv. del richied.", {})[-1]) == {"client"}


def test_the_last_part_of_a_compound_is_spelt_out() -> None:
    assert words_of("Bescheidentw.", {}) == ("bescheid", "entwurf")


def test_short_forms_that_are_words_of_their_own_need_a_mark() -> None:
    assert words_of("Best offer", {})[0] == "best"
    assert words_of("Best. versandt", {})[0] != "best"


def test_words_of_further_languages_spell_no_short_form_out() -> None:
    """Too many begin alike: they would outvote those that clerks are known to shorten."""
    further = set(_exact("further")) | set(_stems("further"))
    assert not (further - set(_exact("words")) - set(_stems("words"))) & set(_known().words)
