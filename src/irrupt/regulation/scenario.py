"""Scenario files: who does what to whose rules, and what is compared."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from irrupt.errors import AllRefused, Fault, ModelError, Path, nearest
from irrupt.i18n import gettext as _
from irrupt.organisation.authorship import Force
from irrupt.organisation.border import explained, refuse_another_kind
from irrupt.regulation.answers import Answer, Left, Refusal, answers_in, replied
from irrupt.regulation.model import Act
from irrupt.regulation.moments import MOMENTS
from irrupt.regulation.parties import PARTIES, Party, parties_in
from irrupt.regulation.registry import BESIDE, act_at
from irrupt.regulation.schema import CALLED, ScenarioFile
from irrupt.regulation.when import IfRefused, author_of, bare, title_among
from irrupt.yaml_marks import Document, in_order, listed, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is to be compared, and how long and how often it is to be run."""

    comparisons: tuple[tuple[str, tuple[Act, ...]], ...]
    """Name -> the acts that are tried together, against the rules without any of them."""
    today: tuple[Act, ...] = ()
    """What clients do anyway, on both sides of every comparison."""
    refusals: tuple[str, ...] = ()
    """What is not tried since somebody refuses it, or would be but is imposed, in the user's language."""
    idle: tuple[str, ...] = ()
    """The answers to what nobody does, with where they stand, in the user's language."""
    organisation: pathlib.Path | None = None
    """The organisation's file, or a log; None when it is said elsewhere."""
    weeks: float | None = None
    """That are measured; None: 13, or fewer where very many cases come."""
    warm_up_weeks: float | None = None
    """None: as long as cases need to pass through the organisation."""
    review_weeks: float = 1.0
    """How often it is looked whether what acts wait for has come."""
    replications: int | None = None
    """None: as many as is usual."""
    seed: int = 1
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Client -> figure, and where the file says so."""
    parties: tuple[Party, ...] = ()
    """Who acts, and answers."""
    proposed: tuple[Act, ...] = ()
    """All acts of the comparisons, before anybody answers."""
    answers: tuple[Answer, ...] = ()
    """What is answered to them."""
    places: Mapping[Act, str] = field(default_factory=dict)
    """Where acts stand: `file:line:column`."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Where those stand who act as parties, or answer."""
    refusals_met: Mapping[str, Sequence[Refusal]] = field(default_factory=dict)
    """Comparison -> what was refused in it by the answers."""
    refused: Fault | None = None
    """That nothing is left to try, since all of it is refused; its remedy says who refused what."""


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """The scenario in the file at *path*.

    Acts below `clients` are what clients do today. Each entry of `compare` adds acts to them; the other side of each is
    `{}`, everyone goes on as today, which may be written down. Where nothing is added, the acts of today are tried
    themselves, against the rules without them. The path of the organisation is taken from the scenario's folder.

    Raises `ModelError` with everything that is wrong, each with line and column, and `UsageError` when there is no
    such file, and `AllRefused` when nothing is left to try.
    """
    read = scenario_at(path)
    if read.refused is not None:
        raise AllRefused(read.refused)
    return read


def scenario_at(path: str | os.PathLike[str]) -> Scenario:
    """The same, also where nothing is left to try: who refused it may be mistyped."""
    document = read(path)
    refuse_another_kind(ScenarioFile, document)
    return scenario_in(document, pathlib.Path(path).parent)


def scenario_in(document: Document, folder: pathlib.Path) -> Scenario:
    """The scenario that *document* describes; files are looked for in *folder*."""
    faults: list[Fault] = []
    file = _file(document, faults)
    places: dict[Act, str] = {}
    data = document.data if isinstance(document.data, Mapping) else {}
    today, compared, called = _acts(document, data, faults, places)
    parties = parties_in(document, data.get(PARTIES), faults)
    if not any(compared):
        compared, called = _repertoires(document, parties, places)
    answers, idle = answers_in(
        document, data.get("answers"), faults, [act for acts in (today, *compared) for act in acts]
    )
    for acts in (today, *compared):
        _refuse_unasked(acts, places, faults)
    if not faults and not today and not any(compared):
        faults.append(Fault(document.place(()), _("there is no act to try"), _("acts of a client, or compare")))
    if faults or file is None:
        raise ModelError(in_order(faults))
    anyway, added, refusals = _left(document, today, zip(called, compared, strict=True), answers, parties)
    nothing = not added and (any(compared) or not anyway.acts)
    named = () if nothing else tuple(_named([(name, left.acts) for name, left in added] or [("", anyway.acts)]))
    return Scenario(
        comparisons=named,
        refusals_met={name: left.refused for (name, _acts), (_called, left) in zip(named, added, strict=False)},
        today=tuple(anyway.acts) if added else (),
        refusals=tuple(dict.fromkeys(refusals)),
        idle=tuple(idle),
        organisation=None if file.organisation is None else folder / file.organisation,
        weeks=file.horizon,
        warm_up_weeks=file.warm_up,
        review_weeks=file.review_every,
        replications=file.replications if "replications" in file.model_fields_set else None,
        seed=file.seed,
        figures=_figures(document, file),
        parties=tuple(parties),
        proposed=tuple(dict.fromkeys(act for acts in (compared if added or nothing else [today]) for act in acts)),
        answers=tuple(answers),
        places=_answering((anyway, *(left for _name, left in added))) | places,
        named=_named_at(document, data),
        refused=_nothing_left(document, refusals) if nothing else None,
    )


def _left(
    document: Document,
    today: list[Act],
    compared: Iterable[tuple[str, list[Act]]],
    answers: Sequence[Answer],
    parties: Sequence[Party],
) -> tuple[Left, list[tuple[str, Left]], list[str]]:
    """What is left of the acts of *today*, and of those of each comparison, once they are answered; and each refusal in
    words."""
    tried = [(name, acts) for name, acts in compared if acts]
    among = [act for acts in (today, *(acts for _name, acts in tried)) for act in acts]
    (anyway,) = replied(document, [today], answers, among=among, nobody_else=True)
    refusals = [*anyway.told]
    others = replied(document, [acts for _n, acts in tried], answers, among=among, nobody_else=not parties)
    added = [(name, left) for (name, _acts), left in zip(tried, others, strict=True) if left.acts]
    return anyway, added, refusals + [told for left in others for told in left.told]


def _answering(several: Iterable[Left]) -> dict[Act, str]:
    """Where the answers stand that made acts."""
    return {act: place for left in several for act, place in left.places.items()}


def _nothing_left(document: Document, refusals: Iterable[str]) -> Fault:
    said = " ".join(f"{one}." for one in dict.fromkeys(refusals))
    return Fault(document.place(("answers",)), _("everything is refused"), _("something left to try"), said)


def _figures(document: Document, file: ScenarioFile) -> dict[str, tuple[str, str]]:
    plans = [("clients", *one) for one in file.clients.items()] + [(PARTIES, *one) for one in file.parties.items()]
    return {n: (plan.figure, document.place((part, n, "figure"))) for part, n, plan in plans if plan.figure}


def _named_at(document: Document, data: Mapping[str, Any]) -> dict[str, str]:
    parts = [(part, name) for part in ("answers", PARTIES) for name, _entry in _entries(data.get(part))]
    return {name: document.place((part, name), key=True) for part, name in parts}


def _file(document: Document, faults: list[Fault]) -> ScenarioFile | None:
    """What stands in *document*; None, and what is wrong with it among *faults*, when something is."""
    try:
        return TypeAdapter(ScenarioFile).validate_python(document.data)
    except ValidationError as found:
        faults.extend(explained(ScenarioFile, found, document))
        return None


def _repertoires(
    document: Document, parties: Sequence[Party], places: dict[Act, str]
) -> tuple[list[list[Act]], list[str]]:
    """What each party does, and, where several act, what all do together."""
    for party in parties:
        for at, act in enumerate(party.repertoire):
            places.setdefault(act, document.place((PARTIES, party.name, "repertoire", at)))
    acting = [party for party in parties if party.repertoire]
    compared = [list(party.repertoire) for party in acting]
    called = [_("acts of {party}").format(party=party.name) for party in acting]
    if len(acting) > 1:
        compared.append([act for party in acting for act in party.repertoire])
        called.append(_("all acts together"))
    return compared, called


def _refuse_unasked(acts: Sequence[Act], places: Mapping[Act, str], faults: list[Fault]) -> None:
    """Add to *faults* what is kept for the refusal of an act that its author does not do before, among *acts* that are
    done together: it could never be done."""
    for at, act in enumerate(acts):
        if isinstance(act, IfRefused):
            before = [bare(one).name for one in acts[:at] if author_of(one) == author_of(act)]
            if act.of not in before:
                told = _("if refused: there is no {act} of {party} before it").format(party=author_of(act), act=act.of)
                faults.append(Fault(places.get(act, ""), told, _("one of his acts that stand before it")))


def _acts(
    document: Document, data: Mapping[str, Any], faults: list[Fault], places: dict[Act, str]
) -> tuple[list[Act], list[list[Act]], list[str]]:
    """The acts of every day, those that each comparison adds, and what each is called; empty: as its acts are. Where
    they stand is put into *places*. What is no list or mapping is told elsewhere."""
    today: list[Act] = []
    for client, entry in _entries(data.get("clients")):
        if isinstance(entry, Mapping):
            path: Path = ("clients", client, "acts")
            today += _listed(document, path, client, entry.get("acts"), faults, places)
    compared: list[list[Act]] = []
    called: list[str] = []
    entries = listed(data.get("compare"))
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        compared.append([])
        called.append("")
        for client, theirs in _entries(entry):
            if client == CALLED and isinstance(theirs, str):
                called[-1] = theirs
                continue
            if client in (*BESIDE, *MOMENTS) and not isinstance(theirs, list):
                faults.append(_beside_clients(document, ("compare", index, client), client, theirs))
                continue
            compared[-1] += _listed(document, ("compare", index, client), client, theirs, faults, places)
    return today, compared, called


def _beside_clients(document: Document, path: Path, word: str, value: object) -> Fault:
    """That a *word* of an act, with its *value*, stands where clients do."""
    found = _('"{word}" stands among the clients: it belongs beside the name of an act').format(word=word)
    written = str(value) if isinstance(value, str | int | float) else "…"
    meant = (word == "force" and nearest(written, get_args(Force))) or written
    remedy = _("write it in the entry of the act: {example}").format(example=f"{{priority: {{…}}, {word}: {meant}}}")
    return Fault(document.place(path, key=True), found, remedy=remedy)


def _entries(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        yield from data.items()


def _listed(
    document: Document, path: Path, client: str, data: Any, faults: list[Fault], places: dict[Act, str]
) -> list[Act]:
    found = []
    for index, entry in enumerate(data if isinstance(data := listed(data), list) else []):
        act = act_at(document, (*path, index), entry, faults, client)
        if act is not None:
            found.append(act)
            places.setdefault(act, document.place((*path, index)))
    return found


def _named(compared: list[tuple[str, list[Act]]]) -> Iterator[tuple[str, tuple[Act, ...]]]:
    """Comparisons named as they are called, or else by what is done and by whom: each name once."""
    seen: dict[str, int] = {}
    among = [act for _called, acts in compared for act in acts]
    for called, acts in compared:
        name = called or " + ".join(title_among(act, among) for act in acts)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), tuple(acts)
