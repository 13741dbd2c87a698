"""The simulator against theory: what was found beside what is known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from irrupt.cli import screen
from irrupt.cli.groups import Answer
from irrupt.cli.guard import FAILURE
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from irrupt.verify import Finding


def verify(full: bool, seed: int, answer: Answer) -> None:
    """Run all cases and show the verdicts; the exit code is 1 when one fails."""
    from irrupt import verify as theory

    cases = theory.cases()
    with screen.progress(_("comparing with theory"), quiet=answer.quiet) as advance:
        run = theory.verify(cases, full=full, seed=seed, done=lambda done: advance(done / len(cases)))
        findings = list(run)
    if answer.json:
        screen.show_json(theory.report(findings))
    else:
        screen.show(_table(findings))
        screen.show(_verdict(findings))
    if not all(finding.holds for finding in findings):
        sys.exit(FAILURE)


def _table(findings: Sequence[Finding]) -> RenderableType:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(_("case"))
    table.add_column(_("what"))
    for head in (_("known"), _("found"), "±", "z"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("")
    before = ""
    for finding in findings:
        figures = (number(value, 4) for value in (finding.expected, finding.found, finding.error))
        verdict = _("holds") if finding.holds else _("FAILS")
        case = finding.case if finding.case != before else ""
        table.add_row(case, finding.check, *figures, number(finding.z, 1), verdict)
        before = finding.case
    return table


def _verdict(findings: Sequence[Finding]) -> str:
    failed = sum(not finding.holds for finding in findings)
    told = ngettext("{n} value compared with theory", "{n} values compared with theory", len(findings))
    if failed:
        fails = ngettext(
            "{n} is more than four standard errors away, twice",
            "{n} are more than four standard errors away, twice",
            failed,
        )
        return f"{told.format(n=len(findings))}: {fails.format(n=failed)}."
    hold = _("all hold")
    return f"{told.format(n=len(findings))}: {hold}."
