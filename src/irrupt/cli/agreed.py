"""The commands of agreement: what a rulebook says, and whether a log keeps it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from irrupt.cli.groups import Answer, Log, Reading, Report
from irrupt.i18n import gettext as _

BROKEN = 1
"""Exit code when a rule is broken, so that scripts can tell."""

BookFile = Annotated[Path, typer.Argument(metavar="RULEBOOK", help=_("A rulebook (YAML)."))]


def kept(book: BookFile, log: Log, *, report: Report = None, reading: Reading, answer: Answer) -> None:
    from irrupt.agreement import kept as judge
    from irrupt.agreement import load_rulebook
    from irrupt.cli import paths, screen
    from irrupt.reporting import agreed
    from irrupt.reporting.ink import Unbroken

    rulebook = load_rulebook(book)
    chronicle = paths.read(log, reading, answer)
    with screen.progress(_("judging"), quiet=answer.quiet):
        found = judge(rulebook, chronicle)
    if report is not None:
        from irrupt.reporting.page import report_kept

        screen.say(_("Report: {file}").format(file=report_kept(report, found)))
    if answer.json:
        screen.show_json(agreed.kept_data(found))
    else:
        screen.show(Unbroken(agreed.show_kept(found)))
    if found.broken:
        sys.exit(BROKEN)


def rules(
    book: BookFile,
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help=_("The rules in force at this date; now when not said."))
    ] = None,
    answer: Answer,
) -> None:
    from irrupt.agreement import load_rulebook
    from irrupt.cli import paths, screen
    from irrupt.reporting import agreed
    from irrupt.reporting.ink import Unbroken

    rulebook = load_rulebook(book)
    moment = paths.moment(at, "--at") or datetime.now(UTC)
    if answer.json:
        screen.show_json(agreed.rulebook_data(rulebook, moment))
    else:
        screen.show(Unbroken(agreed.show_rulebook(rulebook, moment)))
