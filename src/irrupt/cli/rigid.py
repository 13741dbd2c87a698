"""Whether an organisation is rigid: how long until output follows what is asked for, and what each case more costs."""

from __future__ import annotations

from typing import Annotated

import typer

from irrupt.cli.groups import Answer, OfOne, Reading, Report
from irrupt.i18n import gettext as _


def rigidity(
    source: OfOne,
    *,
    change: Annotated[
        str, typer.Option("--change", metavar="SHARE", help=_("By how much all clients ask for more: 10 %, or -20 %."))
    ] = "10 %",
    replications: Annotated[
        int, typer.Option("--replications", "-n", help=_("Pairs of runs (100 when not said)."))
    ] = 100,
    weeks: Annotated[int, typer.Option("--weeks", help=_("Weeks that are measured (26 when not said)."))] = 26,
    seed: Annotated[int, typer.Option("--seed", help=_("The same seed gives the same result."))] = 1,
    workers: Annotated[int | None, typer.Option("--workers", help=_("Threads; never changes a result."))] = None,
    page: Report,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import paths, screen
    from irrupt.experiment import rigidity as measure_rigidity

    asked = _share(change)
    organisation = paths.organisation_of(source, reading, answer)
    with screen.progress(_("asking for more, and looking what comes"), quiet=answer.quiet) as advance:
        found = measure_rigidity(
            organisation,
            asked,
            weeks=weeks,
            replications=replications,
            seed=seed,
            workers=workers,
            progress=lambda done, total: advance(done / total),
        )
    paths.tell(found, answer, page)


def _share(text: str) -> float:
    from irrupt.errors import Fault, UsageError
    from irrupt.regulation.typed import typed

    try:
        return float(typed(float, text))
    except ValueError as problem:
        raise UsageError(Fault("--change", str(problem), _("a share such as 10 %"))) from None
