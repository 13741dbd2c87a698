"""What every act promises: the checks that built-in acts and those of other packages pass.

Write in your own tests: `check_act(MyAct(client="Hospital A"), rules)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, get_args

from irrupt.arguments import as_annotated
from irrupt.errors import Fault, InvariantError, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.files import to_dict
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Claim, Part, amended
from irrupt.organisation.validate import faults
from irrupt.regulation.model import Act

NOWHERE = "(nobody has this name)"
_PARTS: tuple[str, ...] = get_args(Part)


@as_annotated
def check_act(act: Act, rules: Organisation) -> None:
    """Try *act* on *rules*, which must be able to run and to which it must apply.

    Raises `ModelError` with every promise that it does not keep, `UsageError` where its fields are of other kinds than
    its annotations name.
    """
    broken = [Fault(type(act).__name__, promise) for promise in _broken(act, rules)]
    if broken:
        raise ModelError(broken)


def _broken(act: Act, rules: Organisation) -> Iterator[str]:
    if not isinstance(act, Act):
        yield _("it lacks name, client, claim or changes()")
        return
    yield from _form(act)
    before = to_dict(rules)
    moment = rules.timeline.after(1)
    changes = tuple(act.changes(rules, moment))
    if to_dict(rules) != before:
        yield _("it alters the rules that it is given")
    if tuple(act.changes(rules, moment)) != changes:
        yield _("asked twice, it answers differently")
    if tuple(act.changes(_reordered(rules), moment)) != changes:
        yield _("its changes depend on the order in which things are declared")
    for change in changes:
        if change.time != moment or not change.author or not change.rule or not change.edits:
            yield _("a rule change needs the moment, an author, a rule in words and edits")
    try:
        after = amended(rules, changes)
    except InvariantError:
        yield _("its edits do not say what was there before")
        return
    if faults(after) and not faults(rules):
        yield _("under its rules the organisation cannot run: {why}").format(why=faults(after)[0])
    yield from _strangers(act, rules)


def _form(act: Act) -> Iterator[str]:
    kind: Any = type(act)
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        yield _("it is not a frozen dataclass")
    elif replace(act) != act:  # type: ignore[type-var]
        yield _("a copy of it is not equal to it")
    if not (kind.__doc__ or "").strip() or kind.__doc__.startswith(f"{kind.__name__}("):
        yield _("it is not documented")
    if not isinstance(act.claim, Claim):
        yield _("it makes no claim")


def _strangers(act: Act, rules: Organisation) -> Iterator[str]:
    """An act about a client or team that is not there must say so."""
    for field in fields(act):  # type: ignore[arg-type]
        if field.name not in ("client", "team") or getattr(act, field.name) is None:
            continue
        try:
            stranger = replace(act, **{field.name: NOWHERE})  # type: ignore[type-var]
            stranger.changes(rules, rules.origin)
        except ModelError:
            continue
        except Exception as problem:  # an act of somebody else may fail in any way: its author is told which
            found = type(problem).__name__
            yield _('it fails on an unknown "{parameter}": {found}').format(parameter=field.name, found=found)
            continue
        yield _('it accepts an unknown "{parameter}"').format(parameter=field.name)


def _reordered(rules: Organisation) -> Organisation:
    parts: dict[str, Any] = {part: dict(reversed(getattr(rules, part).items())) for part in _PARTS}
    return replace(rules, **parts)
