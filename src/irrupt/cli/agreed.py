"""The commands of agreement: what a rulebook says, and whether a log keeps it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from irrupt.cli.arguments import is_yaml, moment, refuse_unknown, say_if_nobody, say_if_unheard_of
from irrupt.cli.groups import Answer, Log, Reading, Report
from irrupt.cli.planning import need_log, say_unclear_dates
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

BROKEN = 1
"""Exit code when a rule is broken, so that scripts can tell."""

BookFile = Annotated[Path, typer.Argument(metavar="RULEBOOK", help=_("A rulebook (YAML)."))]


Inferred = Annotated[
    Path | None,
    typer.Option(
        "--inferred",
        metavar="FILE",
        help=_(
            "Write a rulebook in which what these records suggest stands as well, as inferred: their habits, and the "
            "changes of rules that see finds."
        ),
    ),
]


def kept(
    book: BookFile, log: Log, *, inferred: Inferred = None, page: Report, reading: Reading, answer: Answer
) -> None:
    from irrupt.agreement import kept as judge
    from irrupt.agreement import load_rulebook
    from irrupt.cli import paths, screen
    from irrupt.reporting import agreed
    from irrupt.reporting.ink import Unbroken

    if is_yaml(log) and not is_yaml(book):
        wrong, first = (
            _("a YAML file stands where the log does"),
            _("the rulebook comes first: irrupt kept RULEBOOK LOG"),
        )
        raise UsageError(Fault(str(log), wrong, remedy=first))
    rulebook = load_rulebook(book)
    chronicle = paths.read(log, reading, answer, local=rulebook.timezone)
    if inferred is not None:  # Habits and changes of rules are found in steps of work alone.
        need_log(chronicle, log)
    say_unclear_dates(chronicle)
    if reading.timezone not in (None, rulebook.timezone):
        text = _("Hours and days of rules are those of the rulebook, {zone}: --timezone says how times are read.")
        screen.say(text.format(zone=rulebook.timezone))
    with screen.progress(_("judging"), quiet=answer.quiet):
        found = judge(rulebook, chronicle)
    if inferred is not None:
        from irrupt.agreement import dump_rulebook, with_findings, with_habits
        from irrupt.cli import seeing

        sight = seeing.see(chronicle, answer, None)
        dump_rulebook(with_findings(with_habits(rulebook, chronicle), sight), inferred)
        screen.say(_("Rulebook: {file}").format(file=inferred))
    if page.report is not None:
        from irrupt.reporting.page import report_kept

        written = report_kept(page.report, found, title=page.title)
        screen.say(_("Report: {file}").format(file=written))
    if answer.json:
        screen.show_json(agreed.kept_data(found))
    else:
        screen.show(Unbroken(agreed.show_kept(found)))
    if found.broken:
        sys.exit(BROKEN)


RulesFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=_("A rulebook (YAML), the store of a comparison (--store), or the history of a run (JSON)."),
    ),
]


def rules(
    book: RulesFile,
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help=_("The rules in force at this date; now when not said."))
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help=_("What differs from this date, and what was changed since.")),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="PARTY", help=_("Only the changes that this party made."))
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help=_("Only the changes of this rule."))
    ] = None,
    seen_by: Annotated[
        str | None, typer.Option("--seen-by", metavar="PARTY", help=_("Only what this party can see."))
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help=_("Write the changes as a table: .csv, .parquet; or the whole history of a run: .json."),
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help=_("Which scenario of a store; when it has several.")),
    ] = None,
    replication: Annotated[
        int | None, typer.Option("--replication", metavar="N", help=_("Which pair of runs of a store; the first."))
    ] = None,
    organisation: Annotated[
        Path | None,
        typer.Option(
            "--organisation", metavar="FILE", help=_("Write the organisation of a run as it is at the date (YAML).")
        ),
    ] = None,
    answer: Answer,
) -> None:
    from irrupt.agreement import load_rulebook
    from irrupt.cli import histories, screen
    from irrupt.reporting import agreed
    from irrupt.reporting.ink import Unbroken

    wanted = histories.Wanted(
        at=at,
        since=since,
        author=author,
        rule=rule,
        seen_by=seen_by,
        output=output,
        scenario=scenario,
        replication=replication,
        organisation=organisation,
    )
    if histories.is_of_run(book):
        histories.show(book, wanted, answer)
        return
    histories.refuse_of_run(wanted)
    rulebook = load_rulebook(book)
    zone = rulebook.timezone
    now, begin = moment(at, "--at", zone) or datetime.now(UTC), moment(since, "--since", zone)
    if seen_by is not None:
        say_if_nobody(seen_by, rulebook.parties())
        rulebook = rulebook.seen_by(seen_by)
    names = {*rulebook.founding, *(edit.key for change in rulebook.changes for edit in change.edits)}
    refuse_unknown(rule, names, mark('no rule "{name}"'), begin, now)
    say_if_unheard_of(author, {name for change in rulebook.changes for name in change.authors})
    changes = rulebook.where(author=author, rule=rule, since=begin)
    asked = agreed.Asked(moment=now, since=begin, changes=wanted.shown(changes, now))
    if output is not None:
        agreed.write_changes(rulebook, asked, output)
        screen.say(_("Changes: {file}").format(file=output))
    if answer.json:
        screen.show_json(agreed.rulebook_data(rulebook, asked))
    else:
        screen.show(Unbroken(agreed.show_rulebook(rulebook, asked)))
