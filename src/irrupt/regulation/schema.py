"""What may stand in a scenario file: its parts as they are checked, and their JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from inspect import cleandoc
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, WithJsonSchema
from pydantic import Field as Given

from irrupt.i18n import gettext as _
from irrupt.organisation.border import Entry, OneOrMore, published
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.values import DISTRIBUTION_SCHEMA, Figure, Whole
from irrupt.regulation.acts import BUILT_IN, Signature
from irrupt.regulation.answers import FORMS
from irrupt.regulation.claims import AIMS, GIVEN
from irrupt.regulation.model import Act
from irrupt.regulation.registry import ACT, hints, parameters
from irrupt.regulation.stakes import Zone
from irrupt.regulation.when import MOST_AGAIN
from irrupt.units import weeks_in

CALLED = "called"
"""Among the clients of a comparison: not a client, but what the comparison is called."""
AN_ACT: dict[str, Any] = {"type": "act"}
"""Stands for what an act may say: to describe that takes time, and only who asks for the schema needs it."""


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


def _something(value: object) -> object:
    """*value*, unless a key stands there with nothing behind it: nobody knows what was meant."""
    if value is None:
        raise ValueError(_("nothing is written here: leave the key out for what is usual"))
    return value


SOMETHING = BeforeValidator(_something)


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
        elif hint == tuple[str, ...]:
            schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        else:
            schema = TypeAdapter(hint).json_schema()
        properties[parameter.name.replace("_", " ")] = schema
    return properties


ActEntries = Annotated[list[Annotated[Any, WithJsonSchema(AN_ACT)]], OneOrMore()]
Compared = Annotated[
    dict[str, ActEntries],
    BeforeValidator(_uncalled),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {CALLED: {"type": "string"}},
            "additionalProperties": {"anyOf": [AN_ACT, {"type": "array", "items": AN_ACT}]},
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
    listed, doubt = {"anyOf": [{"type": "array", "items": AN_ACT}, AN_ACT]}, {"enum": ["accept", "refuse"]}
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

    figure: Annotated[Figure | None, SOMETHING] = None
    acts: ActEntries = Given(default_factory=list)


class PartyPlan(Entry):
    """A party as an agent: what it watches and wants, how it came in, what it does, and how it answers."""

    figure: Annotated[Figure | None, SOMETHING] = None
    watches: dict[str, Any] = Given(default_factory=dict)
    wants: dict[str, Literal["fall", "rise"]] = Given(default_factory=dict)
    may: list[Zone] = Given(default_factory=list)
    invited_by: Annotated[str | None, SOMETHING] = None
    repertoire: ActEntries = Given(default_factory=list)
    answers: PolicyEntry = None


class ScenarioFile(Entry):
    """Who does what to whose rules, and what is compared."""

    organisation: Annotated[str | None, SOMETHING] = None
    horizon: Annotated[Annotated[Weeks, AfterValidator(_longer)] | None, SOMETHING] = None
    warm_up: Annotated[Weeks | None, SOMETHING] = None
    review_every: Annotated[Weeks, AfterValidator(_longer)] = 1.0
    replications: Annotated[Whole, _above(2)] = 100
    seed: Annotated[Whole, _above(0)] = 1
    clients: dict[str, ClientPlan] = Given(default_factory=dict)
    compare: Annotated[list[Compared], OneOrMore()] = Given(default_factory=list)
    answers: Annotated[Answers, SOMETHING] = None
    parties: dict[str, PartyPlan] = Given(default_factory=dict)


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files.

    >>> scenario_schema()["title"]
    'irrupt scenario'
    """
    schema: dict[str, Any] = _pointing(published(ScenarioFile, "irrupt scenario"))
    schema["$defs"]["Act"] = _act_schema()
    return schema


def _pointing(schema: Any) -> Any:
    """*schema*, where `AN_ACT` is a pointer to the description of all acts."""
    if schema == AN_ACT:
        return {"$ref": "#/$defs/Act"}
    if isinstance(schema, dict):
        return {key: _pointing(value) for key, value in schema.items()}
    return [_pointing(value) for value in schema] if isinstance(schema, list) else schema
