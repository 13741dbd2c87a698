"""The command `search`: from arguments to the library and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from irrupt.cli.groups import Acts, Answer, Reading, Report, Running, Source
from irrupt.cli.guard import asked_by, naming
from irrupt.cli.sweeping import (
    GOALS,
    AtMost,
    Higher,
    Lower,
    Vary,
    limit,
    refuse_other_runs,
    write_table,
)
from irrupt.i18n import gettext as _
from irrupt.saving import refuse_other_tables

if TYPE_CHECKING:
    from irrupt.experiment import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """What is chosen, what for, and within which limits."""

    lower: Lower = None
    higher: Higher = None
    at_most: AtMost = None
    at_least: Annotated[
        list[str] | None,
        typer.Option(
            "--at-least",
            metavar="TEXT",
            help=_('A limit from below: "on time of every client: 80 %" (repeatable).'),
            rich_help_panel=GOALS,
        ),
    ] = None
    vary: Vary = None
    candidates: Annotated[
        int,
        typer.Option("--candidates", help=_("How many are tried, or all there are."), rich_help_panel=GOALS),
    ] = 100


def search(
    source: Source,
    scenario: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCENARIO", help=_("A scenario file (YAML): each of its acts and answers may be chosen or not.")
        ),
    ] = None,
    *,
    act: Acts = None,
    searching: Searching,
    page: Report,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Write what is found to this CSV or Parquet file.")),
    ] = None,
    running: Running,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import paths

    if output is not None:
        refuse_other_tables(output)
    found = _found(source, scenario, act or [], searching, running, reading, answer)
    paths.tell(found, answer, page)
    if output is not None:
        write_table(found.table, output)


def _found(
    source: Path,
    scenario: Path | None,
    texts: list[str],
    searching: Searching,
    running: Running,
    reading: Reading,
    answer: Answer,
) -> Search:
    from irrupt.cli import paths, screen
    from irrupt.experiment import search as look

    refuse_other_runs(running)
    at_most = [limit(text, "--at-most") for text in searching.at_most or []]
    at_least = [limit(text, "--at-least") for text in searching.at_least or []]
    source, task = paths.sorted_out(source, scenario, texts, running, searching=True)
    if task.parties:
        text = _("{parties}: parties do not answer in a search. It tries what is done, and answers, as chosen.")
        screen.say(text.format(parties=", ".join(party.name for party in task.parties)))
    organisation, beside = paths.load_or_learn(source, task, reading, answer)
    acts = [*task.acts, *task.proposed]
    with (
        naming("--vary"),
        asked_by(
            lower=searching.lower,
            higher=searching.higher,
            at_most=searching.at_most,
            at_least=searching.at_least,
        ),
        screen.executor(running.cluster, running.workers) as executor,
        screen.trying(_("searching"), quiet=answer.quiet) as shown,
    ):
        return look(
            organisation,
            *(act for at, act in enumerate(acts) if act not in acts[:at]),
            answers=task.answers,
            vary=searching.vary or [],
            lower=searching.lower or [],
            higher=searching.higher or [],
            at_most=at_most,
            at_least=at_least,
            today=task.today,
            candidates=searching.candidates,
            alternatives=beside.alternatives,
            progress=None if shown is None else shown.advance,
            **task.run_by(executor),
        )
