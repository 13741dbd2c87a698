"""Values of parameters as they stand in files: texts become numbers, shares and distributions."""

from __future__ import annotations

from typing import Any, get_args

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import distribution_in
from irrupt.units import ratio_in


def typed(hint: Any, value: Any) -> Any:
    """*value*, or its text, as a *hint*: `5 %` is a share, and one name of several needs no brackets. Raises
    `ValueError` that says what is wrong."""
    if value is None and type(None) in get_args(hint):
        return None
    if Distribution in (hint, *get_args(hint)):
        return value if isinstance(value, Distribution | int | float) else distribution_in(value)
    if hint in (float, float | None) and isinstance(value, str) and value.rstrip().endswith("%"):
        return ratio_in(value)
    if hint == tuple[str, ...] and isinstance(value, str):
        return (value,)
    from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

    from irrupt.organisation.border import said

    try:
        adapter = TypeAdapter(hint)
    except PydanticSchemaGenerationError:
        return value
    try:
        return adapter.validate_python(value)
    except ValidationError as problem:
        told: dict[str, str] = {}
        for error in problem.errors(include_url=False):
            # a value that may be a number or a text is told once, as the first that it is not
            told.setdefault(str(error["input"]), said(error))
        raise ValueError("; ".join(told.values())) from None
