"""Bundled cases: an organisation, what is tried on it, and the story, in English and French.

Each case is a folder here: `organisation.yaml`, `scenario.yaml`, `story.md` and `story.fr.md`, and `words.fr.yaml`, in
which every name and text that users read stands beside its French. Translating changes labels, never a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import language
from irrupt.organisation.described import organisation_in
from irrupt.organisation.model import Organisation
from irrupt.regulation.scenario import Scenario, scenario_in
from irrupt.yaml_marks import Document, read

FOLDER = Path(str(files("irrupt.cases")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A bundled case, in the language in use."""

    name: str
    organisation: Organisation
    scenario: Scenario
    story: str
    """Markdown: a title, the question, then what was stated, varied and found."""

    @property
    def title(self) -> str:
        """The heading of the story."""
        return self.story.splitlines()[0].removeprefix("# ")

    @property
    def question(self) -> str:
        """The first paragraph of the story."""
        return " ".join(self.story.split("\n\n")[1].split())


def names() -> list[str]:
    """The bundled cases, sorted.

    >>> "chemicals" in names()
    True
    """
    return sorted(path.parent.name for path in FOLDER.glob("*/scenario.yaml"))


def case(name: str) -> Case:
    """The bundled case called *name*, in the language in use.

    >>> case("chemicals").organisation.name
    'Chemicals'

    Raises `UsageError` when there is no such case.
    """
    if name not in names():
        raise UsageError(Fault("demo", _('no case "{name}"').format(name=name), remedy=did_you_mean(name, names())))
    folder = FOLDER / name
    words = _words(folder)
    return Case(
        name=name,
        organisation=organisation_in(_spoken(read(folder / "organisation.yaml"), words)),
        scenario=scenario_in(_spoken(read(folder / "scenario.yaml"), words), folder),
        story=_there(folder, "story", ".md").read_text(encoding="utf-8"),
    )


def _words(folder: Path) -> Mapping[str, str]:
    """English -> the language in use, for what a case names; empty in English."""
    path = folder / f"words.{language()}.yaml"
    words: Mapping[str, str] = read(path).data if path.exists() else {}
    return words


def _there(folder: Path, stem: str, suffix: str) -> Path:
    """The file in the language in use, or else in English."""
    spoken = folder / f"{stem}.{language()}{suffix}"
    return spoken if spoken.exists() else folder / f"{stem}{suffix}"


def _spoken(document: Document, words: Mapping[str, str]) -> Document:
    """*document* with every key and text that *words* know said in their language; where things stand is kept only
    where nothing changes."""
    if not words:
        return document
    return replace(document, data=_said(document.data, words), root=None)


def _said(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {words.get(key, key): _said(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_said(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value
