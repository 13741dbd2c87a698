"""The command by which parties change a rulebook: each change is signed, and put behind those before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from irrupt.cli.arguments import dated
from irrupt.cli.groups import Answer
from irrupt.errors import Fault, IrruptError, ModelError, UsageError, near
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

if TYPE_CHECKING:
    from irrupt.agreement import Rulebook
    from irrupt.agreement.tried import Trial

_EXAMPLE = '"{within: 2 days, to: Resolved, in: 95 %}"'
Force = Literal["imposed", "negotiated", "carried up"]
"""As `irrupt.organisation.authorship` has it, which takes its time to import: help comes without."""
_EXPECTED = mark("--confirm, --refute or --end; or its wording: --text, --binds, --tried")
SAYING, SIGNING = _("What is said of the rule"), _("Signed")
_OPTIONS = {
    **{"rule": "RULE", "time": "--date", "evidence": "--tried", "agreed by": "--by"},
    "organising hours": "--organising-hours",
    **{name: f"--{name}" for name in ("by", "text", "binds", "reason", "force")},
}
"""Key of a change -> the option that gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said of a rule: one of three flags, or its wording, or nothing: it is signed as it stands."""

    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help=_("The rule in words."), rich_help_panel=SAYING)
    ] = None
    binds: Annotated[
        str | None,
        typer.Option(
            "--binds",
            metavar="YAML",
            help=_("What records can keep or break of it, as in files: {example}").format(example=_EXAMPLE),
            rich_help_panel=SAYING,
        ),
    ] = None
    tried: Annotated[
        Path | None,
        typer.Option(
            "--tried",
            metavar="FILE",
            help=_("The rule is what was tried in this comparison (compare --json), and that is its evidence."),
            rich_help_panel=SAYING,
        ),
    ] = None
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help=_("Which of what was tried."), rich_help_panel=SAYING),
    ] = None
    confirm: Annotated[bool, typer.Option("--confirm", help=_("An inferred rule is one."), rich_help_panel=SAYING)] = (
        False
    )
    refute: Annotated[bool, typer.Option("--refute", help=_("An inferred rule is none."), rich_help_panel=SAYING)] = (
        False
    )
    end: Annotated[bool, typer.Option("--end", help=_("The rule ends."), rich_help_panel=SAYING)] = False

    def flags(self) -> list[str]:
        """Which of the three flags were given."""
        return [name for name in ("confirm", "refute", "end") if getattr(self, name)]

    def worded(self) -> list[str]:
        """Which options that word a rule were given."""
        return [name for name in ("text", "binds", "tried") if getattr(self, name) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who says it, when, how and why."""

    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=_("Why, in the party's words."), rich_help_panel=SIGNING)
    ] = ""
    force: Annotated[
        Force | None,
        typer.Option("--force", help=_("How it came about (negotiated when not said)."), rich_help_panel=SIGNING),
    ] = None
    organising_hours: Annotated[
        float | None,
        typer.Option(
            "--organising-hours", metavar="N", help=_("Hours of organising work it took."), rich_help_panel=SIGNING
        ),
    ] = None
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help=_("From when on; now when not said."), rich_help_panel=SIGNING),
    ] = None

    def given(self) -> dict[str, Any]:
        """What was said, without its date, as `agree` takes it."""
        said = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "date"}
        return {name: value for name, value in said.items() if value not in (None, "")}


def agree(
    book: Annotated[Path, typer.Argument(metavar="RULEBOOK", help=_("A rulebook (YAML); begun where there is none."))],
    rule: Annotated[str, typer.Argument(metavar="RULE", help=_("What the rule is called, or shall be called."))],
    *,
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="PARTY",
            help=_("Who changes the rule; given again, who else agrees to it. Alone: who agrees to it as it stands."),
        ),
    ],
    saying: Saying,
    signed: Signed,
    answer: Answer,
) -> None:
    from irrupt.agreement import load_rulebook
    from irrupt.agreement.signing import begin_rulebook, save_signed
    from irrupt.cli import screen
    from irrupt.reporting import evidenced
    from irrupt.reporting.ink import Unbroken

    trial, binds, time = _checked(saying, signed)
    said = [*saying.flags(), *saying.worded()]
    begun = begin_rulebook(book, timezone=trial.timezone if trial else "UTC") if saying.worded() or not said else None
    rulebook = begun or load_rulebook(book)
    if not said and rule not in rulebook.latest():  # What stands there may be signed as it is.
        raise UsageError(Fault("RULE", _("nothing is said of the rule"), _(_EXPECTED), near(rule, rulebook.latest())))
    amended = _amended(rulebook, rule, by, saying, (trial, binds), {"time": time, **signed.given()})
    change = save_signed(amended, book)
    if answer.json:
        screen.show_json(evidenced.change_data(amended, change, str(book)))
        return
    screen.show(Unbroken(evidenced.show_change(amended, change)))
    screen.say(_("Rulebook: {file}").format(file=book))


def _checked(saying: Saying, signed: Signed) -> tuple[Trial | None, Any, Any]:
    """What the options say: what was tried, what is bound, and when. Raises `ModelError` with all that is wrong."""
    from irrupt.agreement.tried import load_trial
    from irrupt.yaml_marks import read_text

    faults: list[Fault] = []

    def found(wanted: bool, find: Callable[[], Any]) -> Any:
        try:
            return find() if wanted else None
        except IrruptError as error:
            faults.extend(error.faults)
            return None

    flags, worded = saying.flags(), saying.worded()
    if len(flags) + bool(worded) > 1:
        faults.append(Fault("RULE", ", ".join(f"--{name}" for name in (*flags, *worded)), _(_EXPECTED)))
    if saying.scenario is not None and saying.tried is None:
        faults.append(Fault("--scenario", saying.scenario, remedy=_("say where it was tried: --tried FILE")))
    binds = found(saying.binds is not None, lambda: read_text(saying.binds or "", "--binds").data)
    trial = found(saying.tried is not None, lambda: load_trial(saying.tried or "", saying.scenario))
    time = found(True, lambda: dated(signed.date, "--date"))
    if faults:
        raise UsageError(faults)
    return trial, binds, time


def _amended(
    rulebook: Rulebook, rule: str, by: list[str], saying: Saying, read: tuple[Trial | None, Any], signed: dict[str, Any]
) -> Rulebook:
    """*rulebook* with the change that is said."""
    from irrupt.agreement import signing

    trial, binds = read
    try:
        for flag in saying.flags():
            return {"confirm": signing.confirm, "refute": signing.refute, "end": signing.end}[flag](
                rulebook, rule, by=by, **signed
            )
        if not saying.worded():
            return signing.sign(rulebook, rule, by=by, **signed)
        becomes = dict(trial.becomes) if trial else {}
        becomes |= {"text": saying.text} if saying.text is not None else {}
        becomes |= {"binds": binds} if saying.binds is not None else {}
        signed |= {"claim": trial.claim} if trial and trial.claim else {}
        return signing.agree(rulebook, rule, by=by, becomes=becomes, **signed)
    except ModelError as error:
        typed = all(fault.where in _OPTIONS for fault in error.faults)
        faults = [replace(fault, where=_OPTIONS.get(fault.where, fault.where)) for fault in error.faults]
        raise (UsageError if typed else ModelError)(faults) from None
