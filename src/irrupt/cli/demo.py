"""The whole path on the bundled incident log, and the bundled cases."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from irrupt.cli import paths, screen
from irrupt.cli.groups import Answer, Running
from irrupt.i18n import gettext as _
from irrupt.i18n import language
from irrupt.saving import refuse, refuse_other_pages

if TYPE_CHECKING:
    from irrupt.experiment import Comparison

GROUPS = "location"
"""The callers of the bundled log are thousands of people: they are shown by the place that they call from."""
_SCENARIOS = {"en": "demo.yaml", "fr": "demo.fr.yaml"}


SEEN = ("waits", "co-production", "client procedure")
"""Kinds of findings of the bundled log that say what its clients do."""


def run(output: Path, running: Running, answer: Answer, verbose: bool = False, title: str | None = None) -> None:
    """Read, see, discover, compare, report."""
    from irrupt.chronicle import bundled_path, read
    from irrupt.cli import compiling
    from irrupt.reporting import machine, report, terminal
    from irrupt.reporting.brief import seen_in_short

    refuse(output)
    refuse_other_pages(output)
    compiled = compiling.beside()
    with as_file(files("irrupt.samples") / _SCENARIOS[language()]) as scenario:
        task = paths.task(scenario, [], running)
    with screen.progress(_("reading the bundled log"), quiet=answer.quiet):
        chronicle = read(bundled_path(), groups=GROUPS)
    sight = paths.see(chronicle, answer)
    if not answer.json:
        screen.show(terminal.show(sight) if verbose else seen_in_short(sight, SEEN))
    organisation, beside = paths.learn_for(task, chronicle, answer, compiled)
    if verbose and not answer.json:
        screen.show_text("")
        screen.show(terminal.show(organisation))
    comparison = paths.compare(organisation, beside, task, running, answer)
    title = title or _("The client at a service desk")
    report(output, sight, organisation, comparison, title=title, typed=_typed("", comparison))
    if answer.json:
        screen.show_json(
            {
                name: machine.to_json(part)
                for name, part in (("see", sight), ("discover", organisation), ("compare", comparison))
            }
            | {"report": str(output)}
        )
    else:
        screen.show_text("")
        _tell(comparison, output, verbose)


def run_case(
    name: str, output: Path, running: Running, answer: Answer, verbose: bool = False, title: str | None = None
) -> None:
    """The bundled case called *name*: its question, what is tried and found, and the report with its story."""
    from irrupt.cases import case
    from irrupt.cli.checking import check
    from irrupt.reporting import machine, report

    refuse(output)
    refuse_other_pages(output)
    chosen = case(name)
    task = paths.planned(chosen.scenario, [], running)
    if not answer.json:
        screen.show_text(f"{chosen.title}\n\n{chosen.question}\n")
    check(task, chosen.organisation)
    comparison = paths.compare(chosen.organisation, paths.Beside(), task, running, answer)
    report(output, comparison, title=title, story=chosen.story, typed=_typed(name, comparison))
    if answer.json:
        screen.show_json({"case": name, "compare": machine.to_json(comparison), "report": str(output)})
    else:
        _tell(comparison, output, verbose)


def _tell(comparison: Comparison, output: Path, verbose: bool) -> None:
    """Show *comparison*, and say where all of it is."""
    from irrupt.reporting import terminal
    from irrupt.reporting.brief import brief

    screen.show(terminal.show(comparison) if verbose else brief(comparison))
    where = _("Report: {file}") if verbose else _("All of it: {file}, or here with --verbose")
    screen.say(where.format(file=output))
    screen.say(_("With a log of your own: irrupt see LOG"))


def _typed(name: str, comparison: Comparison) -> str:
    """What to type to have the same report again."""
    words = ["irrupt", "demo", *([name] if name else []), f"--replications {comparison.replications}"]
    return " ".join([*words, f"--seed {comparison.seed}", f"--weeks {comparison.weeks:g}"])
