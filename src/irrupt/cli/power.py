"""Who can move what others watch: an analysis that needs runs of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from irrupt.cli.groups import Answer, OfOne, Reading, Report
from irrupt.i18n import gettext as _


def power(
    source: OfOne,
    *,
    party: Annotated[
        list[str] | None,
        typer.Option(
            "--party",
            metavar="NAME",
            help=_(
                "A client, a team or Management (repeatable). When not said: the largest clients, busiest teams and "
                "Management."
            ),
        ),
    ] = None,
    stakes: Annotated[
        list[str] | None,
        typer.Option(
            "--stakes",
            metavar="TEXT",
            help=_(
                'What a party watches, and what rules allow it: "Hospital A: {waiting for us: 3, cycle time: 1, may: '
                '[volume, priority]}" (repeatable).'
            ),
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help=_("A scenario (YAML): its parties, with what they watch and what rules allow them."),
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help=_("Pairs of runs for each setting (40 when not said)."))
    ] = 40,
    weeks: Annotated[
        float | None,
        typer.Option(
            "--weeks", help=_("Weeks that are measured (when not said 13, or fewer where very many cases come).")
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help=_("The same seed gives the same result."))] = 1,
    workers: Annotated[int | None, typer.Option("--workers", help=_("Threads; never changes a result."))] = None,
    page: Report,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import paths, screen
    from irrupt.experiment import power as measure_power
    from irrupt.experiment.power import refuse_few
    from irrupt.regulation import load_scenario
    from irrupt.regulation.stakes import stakes_in

    refuse_few(replications, seed)
    theirs = () if scenario is None else load_scenario(scenario).parties
    given = {name: one for text in stakes or [] for name, one in stakes_in(text, "--stakes").items()}
    organisation = paths.organisation_of(source, reading, answer)
    given = {one.name: one.stands(organisation) for one in theirs if not party or one.name in party} | given
    with screen.progress(_("trying what each party can do"), quiet=answer.quiet) as advance:
        found = measure_power(
            organisation,
            parties=party or [one.name for one in theirs] or None,
            stakes=given,
            replications=replications,
            weeks=weeks,
            seed=seed,
            workers=workers,
            progress=lambda done, total: advance(done / total),
        )
    paths.tell(found, answer, page)
