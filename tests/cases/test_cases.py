"""Bundled cases: both languages, the same numbers, and nothing that cannot be tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from irrupt import cases, i18n
from irrupt.cases import case, names
from irrupt.errors import UsageError
from irrupt.organisation import Organisation, amended
from irrupt.regulation import act_to_dict
from irrupt.yaml_marks import read


@pytest.fixture(params=names())
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param
    i18n.use(None)


def words(name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = read(cases.FOLDER / name / "words.fr.yaml").data
    return found


def named(value: Any) -> set[str]:
    """Every key and text in plain values."""
    if isinstance(value, Mapping):
        return set(value).union(*map(named, value.values()))
    if isinstance(value, list):
        return set().union(*map(named, value))
    return {value} if isinstance(value, str) else set()


def test_every_act_of_a_case_can_be_done(name: str) -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        chosen = case(name)
        assert chosen.scenario.comparisons
        for _called, acts in chosen.scenario.comparisons:
            rules: Organisation = chosen.organisation
            for act in acts:
                changes = act.changes(rules, rules.origin)
                assert changes
                rules = amended(rules, changes)


def test_french_says_the_same_with_other_words(name: str) -> None:
    """Back in English, the French case is the English one: no number, no rule differs."""
    back = {french: english for english, french in words(name).items()}
    assert len(back) == len(words(name)), "two names become one"
    for file in ("organisation.yaml", "scenario.yaml"):
        document = read(cases.FOLDER / name / file)
        assert cases._spoken(cases._spoken(document, words(name)), back).data == document.data


def test_all_that_users_read_has_its_french(name: str) -> None:
    data = [read(cases.FOLDER / name / file).data for file in ("organisation.yaml", "scenario.yaml")]
    assert set(words(name)) <= named(data), "a word that stands nowhere"
    i18n.use("en")
    chosen = case(name)
    parts = ("clients", "steps", "teams", "people", "calendars")
    read_by_users = {key for part in parts for key in getattr(chosen.organisation, part)}
    read_by_users |= {step.activity for step in chosen.organisation.steps.values()}
    read_by_users |= {called for called, _acts in chosen.scenario.comparisons}
    read_by_users |= {act.claim.text for _called, acts in chosen.scenario.comparisons for act in acts} - {""}
    assert read_by_users - set(words(name)) == set()


def test_a_story_begins_with_a_question_in_both_languages(name: str) -> None:
    stories = []
    for language in i18n.LANGUAGES:
        i18n.use(language)
        chosen = case(name)
        assert chosen.story.startswith("# ")
        assert chosen.question.endswith("?")
        stories.append(chosen.story)
    assert stories[0] != stories[1]


def test_acts_of_cases_survive_being_written_down(name: str) -> None:
    from irrupt.regulation import act_from_dict

    for _called, acts in case(name).scenario.comparisons:
        for act in acts:
            assert replace(act) == act  # type: ignore[type-var]
            if "when" not in (data := act_to_dict(act)) and "lag" not in data:
                assert act_from_dict(data) == act


def test_an_unknown_case_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r'no case "chemical"; did you mean "chemicals"\?'):
        case("chemical")


def test_a_bundled_case_is_not_called_what_the_work_on_a_client_is_in_french() -> None:
    try:
        i18n.use("fr")
        with pytest.raises(UsageError, match="aucun cas"):
            case("chemical")
    finally:
        i18n.use(None)
