"""Acts as plain values, in the form of scenario files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import distribution_data
from irrupt.regulation.acts import Signature
from irrupt.regulation.acts.signature import unsigned, usual_for
from irrupt.regulation.claims import claim_data
from irrupt.regulation.model import Act
from irrupt.regulation.moments import moment_data
from irrupt.regulation.registry import SIGNED, act_from, acts, parameters
from irrupt.regulation.said import SECONDS
from irrupt.regulation.when import IfRefused, When
from irrupt.units import is_number, written


def act_to_dict(act: Act) -> dict[str, Any]:
    """*act* as plain values, in the form of scenario files, every parameter written out.

    >>> from irrupt.regulation.acts import Bypass
    >>> data = act_to_dict(Bypass(client="Hospital A", skips="Triage"))
    >>> data["bypass"]["skips"], data["claim"]["rigidity"]
    ('Triage', 'cycle time')
    """
    if isinstance(act, IfRefused | When):
        return act_to_dict(act.act) | moment_data(act)
    values = {name: getattr(act, name) for name in parameters(type(act)) if hasattr(act, name)}
    if isinstance(signature := getattr(act, SIGNED, None), Signature):
        values |= {field.name: getattr(signature, field.name) for field in fields(signature)}
    claim = values.pop("claim", None)
    plain = {name.replace("_", " "): _plain(values[name]) for name in sorted(values)}
    plain |= {name: written(float(plain[name])) for name in SECONDS & plain.keys() if is_number(plain[name])}
    return {act.name: plain} | ({} if claim is None else {"claim": claim_data(claim)})


def chosen(data: Mapping[str, Any]) -> dict[str, Any]:
    """*data*, as `act_to_dict` makes it, without what would be the same were it not said.

    >>> from irrupt.regulation.acts import Bypass
    >>> chosen(act_to_dict(Bypass(client="Hospital A", skips="Triage")))["bypass"]
    {'client': 'Hospital A', 'skips': 'Triage'}
    """
    short = dict(data)
    for name, kind in ((name, kind) for name, kind in acts().items() if isinstance(data.get(name), Mapping)):
        usual = {field.name: field.default for field in parameters(kind).values() if field.default is not MISSING}
        alone = act_from(name, unsigned(data[name]))
        usual |= usual_for(alone) | {"author": getattr(getattr(alone, SIGNED, None), "author", MISSING)}
        short[name] = {
            key: value
            for key, value in data[name].items()
            if value != _plain(usual.get(key.replace(" ", "_"), MISSING))
        }
    return short


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):  # Most are, and whether one is an act takes longest.
        return value
    if isinstance(value, Distribution):
        return distribution_data(value)
    if isinstance(value, Act):
        return act_to_dict(value)
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(item) for item in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return str(value)
