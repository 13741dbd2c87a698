"""Why all clients are shown together, where none is shown by himself."""

from __future__ import annotations

from collections.abc import Iterator

from irrupt.chronicle.candidates import changing_clients, could_name_client
from irrupt.chronicle.parties import fewest_cases
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.sight import words
from irrupt.sight.model import Finding
from irrupt.sight.scene import Scene


def findings(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """That no client is visible, or that none is large enough, and how they can be told apart all the same."""
    if not scene.counts:
        yield _nobody(scene)
    elif len(scene.counts) > 1 and not scene.named and not scene.chronicle.groups:
        yield from _small(scene)


def _nobody(scene: Scene) -> tuple[float, Finding]:
    events = scene.chronicle.events
    told, changing = could_name_client(events), changing_clients(events)
    text = _("No client is visible in this log: all cases are shown together. If a column names the client, say which.")
    if told:
        text = _(
            "No client is visible in this log: all cases are shown together. Columns that could name one, with "
            "--client (in Python client=): {columns}."
        ).format(columns=", ".join(_("“{name}”").format(name=name) for name in told))
    if changing:
        name, share = changing[0]
        text = _(
            "“{name}” names several clients in {share} % of the cases: all are shown together. With --client (in "
            "Python client=), each case is that of the first one."
        ).format(name=name, share=number(100 * share, 0))
    numbers = {"columns": list(told), "changing": {name: round(share, 3) for name, share in changing}}
    return 0.99, Finding(text=text, kind="no client", numbers=numbers)


def _small(scene: Scene) -> Iterator[tuple[float, Finding]]:
    needed = fewest_cases(len(scene.counts), scene.chronicle.cases)
    largest, most = next(iter(scene.counts.items()))
    if most >= needed:  # users say who is shown as what
        return
    text = _(
        "All {clients} clients are shown together: the largest, {client}, has {most} of the {needed} cases that it "
        "takes to be shown alone. A column by which several belong together, with --groups (in Python groups=), shows "
        "these; irrupt compare tells a client apart whom an act names."
    )
    numbers = {"clients": len(scene.counts), "client": largest, "cases": most, "needed": needed}
    said = {"clients": len(scene.counts), "most": most, "needed": needed}
    told = text.format(client=largest, **{name: words.count(number) for name, number in said.items()})
    yield 0.98, Finding(text=told, kind="clients together", numbers=numbers)
