"""English and French: every message has both, filled with the same fields, and compiled."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from types import ModuleType

import pytest

import irrupt
from irrupt import i18n
from irrupt.agreement import Rule
from irrupt.reporting.evidenced import standing
from irrupt.reporting.words import of_rule, word

TOOL = Path(__file__).resolve().parents[1] / "tools" / "translate.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


translate = load()
translate.extract = cache(translate.extract)  # type: ignore[attr-defined]


@cache
def modules() -> dict[str, list[ast.AST]]:
    """Name of each file of the source -> its nodes."""
    paths = sorted(Path(irrupt.__file__).parent.rglob("*.py"))
    return {str(path): [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))] for path in paths}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use(None)  # other tests that run in this process speak what the environment says


def test_every_message_is_translated_with_the_same_fields_and_compiled() -> None:
    assert translate.out_of_step() == []


def test_a_missing_or_wrong_translation_is_found() -> None:
    catalog = translate.Catalog(locale="fr")
    catalog.add("Found: {what}.", "Constaté\u202f: {quoi}.")
    catalog.add("Nothing.", "")
    catalog.add("Why?", "Pourquoi ?")
    catalog.add(("{n} case", "{n} cases"), ("{n} dossier", ""))
    catalog.add("Done: {n}.", "Fait\u202f: {n}.")
    assert len(translate.faults(catalog)) == 4


def test_french_typography() -> None:
    assert translate.typeset("Quoi ? « Rien » : 5 %") == "Quoi\u202f? «\u202fRien\u202f»\u202f: 5\u202f%"
    assert translate.typeset("l'un d'«eux», 'ainsi', jusqu'{here}") == "l’un d’«eux», 'ainsi', jusqu’{here}"


def test_french_elides_before_names_that_begin_with_a_vowel() -> None:
    i18n.use("fr")
    message = i18n.gettext("no case of {client} is in the records")
    told = {name: message.format(client=name) for name in ("Automobiles", "Élan", "Brasserie", "3M")}
    assert [name for name, text in told.items() if f"d’{name}" in text] == ["Automobiles", "Élan"]
    assert [name for name, text in told.items() if f"de {name}" in text] == ["Brasserie", "3M"]


def test_names_that_come_as_data_are_translated() -> None:
    from irrupt.ledgers import measures
    from irrupt.reporting.words import DAYS, LEDGERS, TRUST

    i18n.use("fr")
    same = {"clients", "points", "h", ""}
    for one in measures().values():
        assert i18n.gettext(one.name) != one.name, one.name
        assert i18n.gettext(one.definition) != one.definition, one.name
        assert one.unit in same | {"share"} or i18n.gettext(one.unit) != one.unit, one.unit
    for name in (*DAYS, *(ledger for ledger in LEDGERS if ledger != "organisation"), *TRUST.values()):
        assert i18n.gettext(name) != name, name


def test_what_sources_of_measures_say_beside_names_of_works_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    """“after Cohen, Ho …”, “irrupt only takes its threshold” stood in English on the French page."""
    from irrupt.chronicle import bundled
    from irrupt.ledgers import measures
    from irrupt.ledgers.schedules import ORDER_MEASURES, SCHEDULE_MEASURES
    from irrupt.reporting.sections import made

    every, known = measures() | SCHEDULE_MEASURES | ORDER_MEASURES, translate.extract()
    ours = {one.source for one in every.values() if re.search(r"^after |\(|, type |irrupt", one.source)}
    assert len(ours) > 10
    assert {source for source in ours if source not in known} == set()
    monkeypatch.setattr(made, "word", str.upper)
    part = bundled().between(datetime(2016, 3, 28, tzinfo=UTC), datetime(2016, 4, 4, tzinfo=UTC))
    shown = str(made._measures(irrupt.see(part), None))
    assert any(source.upper() in shown for source in ours)
    assert not any(source in shown for source in ours)


def test_plurals_follow_the_language() -> None:
    def cases(n: int) -> str:
        return i18n.ngettext("{n} case", "{n} cases", n).format(n=n)

    assert [cases(n) for n in (0, 1, 2)] == ["0 cases", "1 case", "2 cases"]
    i18n.use("fr")
    assert [cases(n) for n in (0, 1, 2)] == ["0 dossier", "1 dossier", "2 dossiers"]


def test_every_translation_can_be_filled() -> None:
    catalog = translate.read(translate.po_path("fr"), "fr")
    for message in catalog:
        if message.id:
            english, french = translate.forms(message)
            for one in (*english, *french):
                assert all(field is not None for _text, field, *_rest in string.Formatter().parse(one) if field), one


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of en, fr"):
        i18n.use("de")


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANGUAGE": "fr_FR:en"}, "fr"),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_US"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANGUAGE": "de:fr"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_environment_decides_when_nobody_does(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    i18n.use(None)
    assert i18n.language() == spoken


def test_no_message_stands_in_an_f_string() -> None:
    """Before Python 3.12 they are not found there: the message would stay English, and catalogues differ."""
    for path, nodes in modules().items():
        for node in nodes:
            if not isinstance(node, ast.JoinedStr):
                continue
            for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
                named = isinstance(call.func, ast.Name) and call.func.id in translate.KEYWORDS
                literal = any(isinstance(argument, ast.Constant) for argument in call.args)
                assert not (named and literal), f"{path}:{call.lineno}"


def test_how_many_more_there_are_is_said_with_of_what() -> None:
    """ "; 3 more" behind a list of effects did not say of what."""
    bare = re.compile(r"""\{(?:n|count|more)\} more(?! may be)(?:["',;:.)]| *$)""")
    for path, nodes in modules().items():
        texts = (one.value for one in nodes if isinstance(one, ast.Constant))
        found = [text for text in texts if isinstance(text, str) and bare.search(text)]
        assert not found, f"{path}: {found}"


def test_no_sentence_depends_on_whether_a_name_is_of_one_or_of_many() -> None:
    """Parties are called Shops, Hospital A or Les usagers: no verb may agree with them, in either language."""
    name = r"\{(?:party|client|team|author|holder|over|who)\}"
    english = re.compile(
        r"(?:^|[:;,.] |(?<!of)(?<!by)(?<!at)(?<!for)(?<!from)(?<!in) )" + name + r" (?:\w+s|does|has)\b"
    )
    # A verb in French comes after the name, or before it: "ce que fait {team}".
    french = re.compile(
        r"(?:^|[:;,.] |\bqu(?:e |’)|(?<!de)(?<!par)(?<!pour)(?<!chez)(?<!à)(?<!dans) )"
        + name
        + r" (?:ne |n’|se |s’)?(?:a|est|fait|peut|prend|va|vaut|\w{3,}e)\b"
    )
    found = []
    for message in translate.read(translate.po_path("fr"), "fr"):
        texts, translated = translate.forms(message)
        found += [text for text in texts if english.search(text)]
        found += [text for text in translated if french.search(text)]
    assert found == []


def test_a_word_agrees_with_what_it_is_said_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act is imposé, a rule is imposée; what no catalogue knows of rules is said as of anything."""

    class Feminine(NullTranslations):
        def pgettext(self, context: str, message: str) -> str:
            return "imposée" if (context, message) == ("rule", "imposed") else message

        def gettext(self, message: str) -> str:
            return {"imposed": "imposé", "negotiated": "négocié"}.get(message, message)

    monkeypatch.setattr(i18n, "_catalogue", lambda _language: Feminine())
    assert [of_rule(force) for force in ("imposed", "negotiated", "agreed", "")] == ["imposée", "négocié", "agreed", ""]
    assert word("imposed") == "imposé"
    rule = Rule(text="Soon", force="imposed", author="A")
    assert standing(rule, "UTC").startswith("imposée")


def test_words_said_of_something_are_extracted_with_what_it_is() -> None:
    found = {message.context for message in translate.extract() if message.id == "imposed"}
    assert found == {None, "rule"}
