"""Scenario files: who does what to whose rules, and what is compared."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from inspect import cleandoc
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError, WithJsonSchema
from pydantic import Field as Given

from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.border import Entry, OneOrMore, explained, published, refuse_another_kind
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.placed import Path
from irrupt.organisation.values import DISTRIBUTION_SCHEMA, Figure, Whole
from irrupt.organisation.yaml_marks import Document, in_order, listed, read
from irrupt.regulation.acts import BUILT_IN, Signature
from irrupt.regulation.answers import FORMS, Answer, answers_in, replied
from irrupt.regulation.claims import AIMS, GIVEN
from irrupt.regulation.model import Act
from irrupt.regulation.parties import PARTIES, Party, parties_in
from irrupt.regulation.registry import ACT, act_at, hints, parameters
from irrupt.regulation.stakes import Zone
from irrupt.regulation.when import MOST_AGAIN, title
from irrupt.units import weeks_in

CALLED = "called"
"""Among the clients of a comparison: not a client, but what the comparison is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is to be compared, and how long and how often it is to be run."""

    comparisons: tuple[tuple[str, tuple[Act, ...]], ...]
    """Name -> the acts that are tried together, against the rules without any of them."""
    today: tuple[Act, ...] = ()
    """What clients do anyway, on both sides of every comparison."""
    refusals: tuple[str, ...] = ()
    """What is not tried since somebody refuses it, in the user's language."""
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


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """The scenario in the file at *path*.

    Acts below `clients` are what clients do today. Each entry of `compare` adds acts to them; the other side of each is
    `{}`, everyone goes on as today, which may be written down. Where nothing is added, the acts of today are tried
    themselves, against the rules without them. The path of the organisation is taken from the scenario's folder.

    Raises `ModelError` with everything that is wrong, each with line and column, and `UsageError` when there is no
    such file.
    """
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
    done = [act for acts in (today, *compared, *(party.repertoire for party in parties)) for act in acts]
    answers = answers_in(document, data.get("answers"), faults, done)
    if not faults and not today and not any(compared):
        faults.append(Fault(document.place(()), _("there is no act to try"), _("acts of a client, or compare")))
    if faults or file is None:
        raise ModelError(in_order(faults))
    replies = replied(document, compared, answers, nobody_else=not parties)
    titles = [name for name, acts in zip(called, compared, strict=True) if acts]
    refusals = tuple(dict.fromkeys(refusal for _acts_left, refused in replies for refusal in refused))
    added = [(name, acts) for name, (acts, _refused) in zip(titles, replies, strict=True) if acts]
    if replies and not added:
        raise ModelError(Fault(document.place(("answers",)), _("everything is refused"), _("something left to try")))
    return Scenario(
        comparisons=tuple(_named(added or [("", today)])),
        today=tuple(today) if added else (),
        refusals=refusals,
        organisation=None if file.organisation is None else folder / file.organisation,
        weeks=file.horizon,
        warm_up_weeks=file.warm_up,
        review_weeks=file.review_every,
        replications=file.replications if "replications" in file.model_fields_set else None,
        seed=file.seed,
        figures=_figures(document, file),
        parties=tuple(parties),
        proposed=tuple(dict.fromkeys(act for acts in (compared if added else [today]) for act in acts)),
        answers=tuple(answers),
        places=places,
    )


def _figures(document: Document, file: ScenarioFile) -> dict[str, tuple[str, str]]:
    plans = [("clients", *one) for one in file.clients.items()] + [(PARTIES, *one) for one in file.parties.items()]
    return {n: (plan.figure, document.place((part, n, "figure"))) for part, n, plan in plans if plan.figure}


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
    entries = data.get("compare")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        compared.append([])
        called.append("")
        for client, theirs in _entries(entry):
            if client == CALLED and isinstance(theirs, str):
                called[-1] = theirs
                continue
            compared[-1] += _listed(document, ("compare", index, client), client, theirs, faults, places)
    return today, compared, called


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
    for called, acts in compared:
        name = called or " + ".join(map(title, acts))
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), tuple(acts)


def _above(least: float) -> AfterValidator:
    def check(value: float) -> float:
        if value < least:
            raise ValueError(_("{value:g} is too few: at least {least:g}").format(value=value, least=least))
        return value

    return AfterValidator(check)


def _longer(value: float) -> float:
    if value <= 0:
        raise ValueError(_("no time at all: write 13 weeks"))
    return value


def _uncalled(entry: object) -> object:
    """A comparison without what it is called."""
    if isinstance(entry, dict) and isinstance(entry.get(CALLED), str):
        return {client: acts for client, acts in entry.items() if client != CALLED}
    return entry


def _claim_schema() -> dict[str, Any]:
    text = {"type": "string"}
    keys = dict.fromkeys(AIMS, text) | {"party": text, "text": text, "author": text}
    return {
        "type": "object",
        "properties": keys | {"to": {"enum": ["fall", "rise"]}, GIVEN: {"type": "boolean"}},
        "required": ["to"],
        "oneOf": [{"required": [aim]} for aim in AIMS],
        "additionalProperties": False,
    }


def _act_schema() -> dict[str, Any]:
    properties = {act.name: _parameters_schema(act) for act in BUILT_IN}
    return {
        "description": "One act with its parameters. Who does it, why and how may stand beside it.",
        "type": "object",
        "properties": properties
        | _fields_schema(Signature, {field.name: field for field in fields(Signature)})
        | {
            ACT: {"enum": [act.name for act in BUILT_IN], "description": "Its name; parameters stand beside it."},
            "when": {"type": "string"},
            "lag": {"type": "string"},
            "again": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_AGAIN}, {"const": True}]},
            "pause": {"type": "string"},
            "if refused": {"type": "string"},
        },
    }


def _parameters_schema(act: type) -> dict[str, Any]:
    properties = _fields_schema(act, parameters(act))
    needed = [p.name.replace("_", " ") for p in parameters(act).values() if p.default is MISSING and p.name != "client"]
    schema = {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
    return {"description": cleandoc(act.__doc__ or "").split("\n\n>>>")[0], **schema}


def _fields_schema(kind: type, said: Mapping[str, Field[Any]]) -> dict[str, Any]:
    """The schema of each field that is *said* of acts, or signatures, of a *kind*."""
    types = hints(kind)
    properties = {}
    for parameter in said.values():
        hint = types[parameter.name]
        if parameter.name == "claim":
            schema = _claim_schema()
        elif Distribution in get_args(hint):
            schema = DISTRIBUTION_SCHEMA
        elif hint in (float, float | None):
            kinds = [{"type": "number"}, {"type": "string", "pattern": "%\\s*$"}, {"type": "null"}]
            schema = {"anyOf": kinds[:2] if hint is float else kinds}
        elif hint == tuple[Act, ...]:
            schema = {"type": "array", "items": {"type": "object"}}
        else:
            schema = TypeAdapter(hint).json_schema()
        properties[parameter.name.replace("_", " ")] = schema
    return properties


ActEntries = Annotated[list[Annotated[Any, WithJsonSchema(_act_schema())]], OneOrMore()]
Compared = Annotated[
    dict[str, ActEntries],
    BeforeValidator(_uncalled),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {CALLED: {"type": "string"}},
            "additionalProperties": {"anyOf": [_act_schema(), {"type": "array", "items": _act_schema()}]},
        }
    ),
]
Weeks = Annotated[
    float,
    BeforeValidator(weeks_in),
    WithJsonSchema({"type": ["number", "string"], "description": "13 weeks; a plain number counts weeks"}),
]
Answers = Annotated[
    Any,
    WithJsonSchema(
        {
            "type": "object",
            "description": "Party: [" + ", ".join(f"{name}: {form}" for name, form in FORMS.items()) + "]",
        }
    ),
]


def _policies_schema() -> dict[str, Any]:
    """Policy -> its parameters."""
    act = _act_schema()
    listed, doubt = {"anyOf": [{"type": "array", "items": act}, act]}, {"enum": ["accept", "refuse"]}
    of: dict[str, dict[str, Any]] = {
        "calculate": {"in return": listed, "in doubt": doubt},
        "bargain": {"asks": listed, "offers": listed, "in doubt": doubt},
        "remember": {"as long as": {"type": "string"}, "forgives": {"type": "integer", "minimum": 0}},
    }
    return {
        name: {"type": "object", "properties": properties, "additionalProperties": False}
        for name, properties in of.items()
    }


PolicyEntry = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": "A policy, or one with its parameters.",
            "anyOf": [
                {"enum": ["accept", "refuse", *_policies_schema()]},
                {
                    "type": "object",
                    "properties": _policies_schema(),
                    "maxProperties": 1,
                    "minProperties": 1,
                },
                {"type": "null"},
            ],
        }
    ),
]


class ClientPlan(Entry):
    """A client, and what he does in every comparison."""

    figure: Figure | None = None
    acts: ActEntries = Given(default_factory=list)


class PartyPlan(Entry):
    """A party as an agent: what it watches and wants, how it came in, what it does, and how it answers."""

    figure: Figure | None = None
    watches: dict[str, Any] = Given(default_factory=dict)
    wants: dict[str, Literal["fall", "rise"]] = Given(default_factory=dict)
    may: list[Zone] = Given(default_factory=list)
    invited_by: str | None = None
    repertoire: ActEntries = Given(default_factory=list)
    answers: PolicyEntry = None


class ScenarioFile(Entry):
    """Who does what to whose rules, and what is compared."""

    organisation: str | None = None
    horizon: Annotated[Weeks, AfterValidator(_longer)] | None = None
    warm_up: Weeks | None = None
    review_every: Annotated[Weeks, AfterValidator(_longer)] = 1.0
    replications: Annotated[Whole, _above(2)] = 100
    seed: Annotated[Whole, _above(0)] = 1
    clients: dict[str, ClientPlan] = Given(default_factory=dict)
    compare: list[Compared] = Given(default_factory=list)
    answers: Answers = None
    parties: dict[str, PartyPlan] = Given(default_factory=dict)


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files.

    >>> scenario_schema()["title"]
    'irrupt scenario'
    """
    act = _act_schema()
    schema: dict[str, Any] = _pointing(published(ScenarioFile, "irrupt scenario"), act)
    schema["$defs"]["Act"] = act
    return schema


def _pointing(schema: Any, act: dict[str, Any]) -> Any:
    """*schema*, where each description of an *act* is a pointer to one: it stands in many places."""
    if schema == act:
        return {"$ref": "#/$defs/Act"}
    if isinstance(schema, dict):
        return {key: _pointing(value, act) for key, value in schema.items()}
    return [_pointing(value, act) for value in schema] if isinstance(schema, list) else schema
