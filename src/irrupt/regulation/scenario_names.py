"""What scenarios are called: by a name of their own, or by the acts that they try."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from irrupt.regulation.model import Act
from irrupt.regulation.when import apart_said, title


def scenario_said(name: str, acts: Sequence[Act], say: Callable[[str], str]) -> str:
    """The *name* of a scenario; where its *acts* make it, in the user's language, into which *say* translates.

    >>> from irrupt.regulation import Priority
    >>> acts, french = [Priority(client="A", team="Desk")], {"priority": "priorité"}
    >>> [scenario_said(name, acts, lambda text: french.get(text, text)) for name in ("priority: A (2)", "VIP")]
    ['priorité: A (2)', 'VIP']
    """
    apart = told_apart(name, acts)
    if apart is None:
        return name
    return " + ".join(title(act, say) + apart_said(act, by or "") for act, by in zip(acts, apart, strict=True))


def told_apart(name: str, acts: Sequence[Act]) -> tuple[str | None, ...] | None:
    """What stands behind each of its *acts* in the *name* of a scenario, to tell it from others; None where the name is
    its own: acts alone, told apart from others or numbered among them, are none."""
    usual = r" \+ ".join(re.escape(title(act)) + r"( \(.*\))?" for act in acts)
    found = re.fullmatch(usual, name)
    return None if found is None else found.groups()
