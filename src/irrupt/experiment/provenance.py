"""How a result was made, exactly: what is needed to make it again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from irrupt.experiment.horizon import Horizon
from irrupt.organisation import to_dict
from irrupt.organisation.model import Organisation
from irrupt.regulation import act_to_dict
from irrupt.regulation.model import Act

LIBRARIES = ("irrupt", "numpy", "numba", "polars")


def fingerprint(content: object) -> str:
    """SHA-256 of *content* as canonical JSON: the same content, the same fingerprint, whatever the order of keys and
    whether a whole number is written with a decimal point.

    >>> fingerprint({"a": 1, "b": [2.0]}) == fingerprint({"b": [2], "a": 1.0})
    True
    """
    text = json.dumps(_canonical(content), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(content: object) -> object:
    if isinstance(content, str | float):
        return content  # nearly all of it
    if isinstance(content, Mapping):
        return {str(key): _canonical(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_canonical(value) for value in content]
    if isinstance(content, int) and not isinstance(content, bool) and abs(content) < 2**53:
        return float(content)
    return content


def versions() -> dict[str, str]:
    """Versions of irrupt and of the libraries whose arithmetic it uses."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def provenance(
    organisation: Organisation,
    scenarios: Mapping[str, Sequence[Act]],
    *,
    replications: int,
    seed: int,
    horizon: Horizon,
) -> dict[str, Any]:
    """Versions, platform, arguments and the fingerprint of the organisation."""
    return {
        "versions": versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "organisation": organisation.name,
        "organisation_sha256": fingerprint(to_dict(organisation)),
        "scenarios": {name: [act_to_dict(act) for act in acts] for name, acts in scenarios.items()},
        "replications": replications,
        "seed": seed,
        "horizon": asdict(horizon),
    }
