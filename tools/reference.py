"""Write the reference pages that follow from the code: `python tools/reference.py`.

python tools/reference.py --check        write nothing, and say which pages are out of date

The tests compare the committed pages with what this makes, so they cannot go stale.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import textwrap
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from typer.models import OptionInfo

from irrupt import i18n

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
EMERGENT_ALWAYS = "nothing"


def table(*heads: str) -> list[str]:
    """The first two lines of a table."""
    return [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]


def row(*cells: str) -> str:
    """A line of a table, whatever the cells hold."""
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


def measures_page() -> str:
    """Every measure, ledger by ledger."""
    from irrupt.ledgers import measures

    lines = [
        "# Measures",
        "",
        "Each is defined once and computed from real and simulated records alike, per client or per team. Those of a",
        "client at a team or at an activity are measured where `compare(..., detail=True)` asks for them.",
        "",
        "* **Set by**: an effect that comes through these parts of the rules, for a party whose rules an act edits, is",
        "  *by construction*. Any other effect is *emergent*.",
        "* **Matters from**: the smallest effect that matters: this share of the value without the act, and never less",
        "  than the amount beside it.",
        "",
        "Times are shown in minutes, hours or days, shares in percent; the unit here is that of frames and of JSON.",
    ]
    ledger = ("", False)
    for measure in sorted(measures(detail=True).values(), key=lambda one: one.of_employment and one.ledger == "work"):
        if (measure.ledger, measure.of_employment) != ledger:
            ledger = measure.ledger, measure.of_employment
            kept_apart = {("work", False): ": conditions at work", ("work", True): ": conditions of employment"}
            lines += ["", f"## {measure.ledger.capitalize()} ledger{kept_apart.get(ledger, '')}", ""]
            lines += table("Measure", "Of", "Unit", "Definition", "Set by", "Matters from")
        definition = f"{measure.definition} Source: {measure.source}." if measure.source else measure.definition
        set_by = ", ".join(sorted(measure.set_by)) or EMERGENT_ALWAYS
        matters = f"{measure.matters:.0%}, {measure.matters_least:g} {measure.unit}".strip()
        cells = (f"**{measure.name}**", measure.of, measure.unit or "ratio", definition, set_by, matters)
        lines.append(row(*cells))
    lines += schedule_measures()
    if "power" not in {measure.ledger for measure in measures().values()}:
        lines += ["", "## Power ledger", ""]
        lines += ["Power is the range of what a party could do, so one record or one run does not tell it:"]
        lines += ["[`irrupt power`](../guides/power.md) runs the organisation at each party's settings."]
    return "\n".join(lines) + "\n"


def schedule_measures() -> list[str]:
    """The measures of schedules and of orders: told by `see`, not compared."""
    from irrupt.ledgers.schedules import ORDER_MEASURES, SCHEDULE_MEASURES

    lines = []
    for head, found in (("Schedules", SCHEDULE_MEASURES), ("Orders", ORDER_MEASURES)):
        lines += ["", f"## Market ledger: {head.lower()}", "", *table("Measure", "Unit", "Definition")]
        for one in found.values():
            definition = f"{one.definition} Source: {one.source}." if one.source else one.definition
            lines.append(row(f"**{one.name}**", one.unit or "ratio", definition))
    return lines


def acts_page() -> str:
    """Every act that comes with irrupt, with its parameters."""
    from irrupt.regulation.acts import Signature
    from irrupt.regulation.registry import acts

    lines = [
        "# Acts",
        "",
        "In scenario files and after `--act`, spaces stand where Python writes underscores. [Who does it, and why]"
        "(#who-does-it-and-why) may stand beside an act as well as in it: see",
        "[scenario files](../guides/scenarios.md). Acts [of your own](../guides/own-acts.md) are used in the same way.",
    ]
    for name, act in acts().items():
        if not act.__module__.startswith("irrupt."):
            continue
        lines += ["", f"## {name}", "", inspect.cleandoc(act.__doc__ or "").split("\n\n")[0], ""]
        lines += table("Parameter", "When not given", "Meaning")
        lines += parameter_rows(act, unless="signed")
        _, _, claimed = documented(act)["signed"].partition(". ")
        lines += ["", claimed]
    lines += ["", "## Who does it, and why", "", "Every act takes these besides:", ""]
    lines += table("Parameter", "When not given", "Meaning")
    lines += parameter_rows(Signature)
    return "\n".join(lines) + "\n"


def parameter_rows(kind: type, unless: str = "") -> list[str]:
    """A row for each field of a dataclass that is given to it, except one."""
    meanings = documented(kind)
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(kind)  # type: ignore[arg-type]
    chosen = [field for field in fields if field.init and field.name != unless]
    return [row(f"`{field.name.replace('_', ' ')}`", default(field), meanings[field.name]) for field in chosen]


def documented(kind: type) -> dict[str, str]:
    """Field -> the text below it in the source of a class."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            found[field.target.id] = str(ast.literal_eval(text.value)) if is_text else ""  # type: ignore[attr-defined]
    return found


def default(field: dataclasses.Field[Any]) -> str:
    """What a parameter is when it is not given."""
    from irrupt.organisation import Distribution
    from irrupt.organisation.durations import distribution_data

    value = field.default
    if value is dataclasses.MISSING:
        return "*needed*"
    if value is None or value == "":
        return ""
    if isinstance(value, Distribution):
        ((kind, inner),) = distribution_data(value).items()
        return f"`{{{kind}: {{{', '.join(f'{key}: {number}' for key, number in inner.items())}}}}}`"
    return f"`{value}`"


def commands_page() -> str:
    """Every command with its arguments and options; those that several commands share stand once."""
    from irrupt.cli.app import EXAMPLES, build
    from irrupt.cli.groups import Answer, Reading, Running

    app = build()
    shared = {kind.__name__: parameters(expanded_group(kind)) for kind in (Running, Reading, Answer)}
    titles = {name: options[0].group for name, options in shared.items()}
    lines = ["# Commands", "", str(app.info.help), ""]
    lines += ["Results go to standard output; progress, remarks and errors to standard error. `irrupt --help` and"]
    lines += ["`irrupt COMMAND --help` show what stands here.", "", *table("Option", "Meaning")]
    assert app.registered_callback is not None
    lines += [row(*each[:2]) for each in parameters(app.registered_callback.callback)]
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        lines += ["", f"## irrupt {name}", "", str(command.help), "", "```", f"irrupt {EXAMPLES[name]}", "```", ""]
        own = parameters(command.callback)
        taken = [name for name, options in shared.items() if {*options} <= {*own}]
        own = [each for each in own if not any(each in shared[name] for name in taken)]
        if own:
            lines += [*table("Argument or option", "Meaning"), *(row(*each[:2]) for each in own), ""]
        if taken:
            links = ", ".join(f"[{titles[name]}](#{titles[name].lower().replace(' ', '-')})" for name in taken)
            lines.append(f"{'Further options' if own else 'Options'}: {links}.")
    for name, options in shared.items():
        lines += ["", f"## {titles[name]}", "", *table("Option", "Meaning"), *(row(*each[:2]) for each in options)]
    return "\n".join([*lines, *OUTSIDE]) + "\n"


def expanded_group(kind: type) -> Any:
    """A command that takes the options of one group and nothing else."""
    from irrupt.cli.groups import expanded

    def command(group: Any) -> None: ...

    command.__annotations__["group"] = kind
    return expanded(command)


OUTSIDE = [
    "",
    "## Exit codes",
    "",
    *table("Code", "Meaning"),
    row("0", "done"),
    row(
        "1",
        "it failed: a file that cannot be used, or names what does not exist; a broken rule (`kept`); a bug of ours",
    ),
    row("2", "wrong usage: an option or an argument, or what is named there and does not exist"),
    row("130", "interrupted with Ctrl-C"),
    "",
    "## Environment",
    "",
    *table("Variable", "Meaning"),
    row("`LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`", "the language: the first that names English or French"),
    row("`NO_COLOR`", "when set, no colours"),
    row("`COLUMNS`", "the width of the output, where it is not a terminal"),
    row("`IRRUPT_DEBUG`", "when set, a bug of ours shows its traceback"),
    row("`NUMBA_CACHE_DIR`", "where compiled code is kept, so that only the first run compiles"),
]


def python_page() -> str:
    """What `import irrupt` gives, each function, type and act; Sphinx puts the docstrings there."""
    import irrupt
    from irrupt.regulation.acts import BUILT_IN

    exported = {f"irrupt.{name}": getattr(irrupt, name) for name in irrupt.__all__ if not name.startswith("__")}
    errors = [name for name, thing in exported.items() if inspect.isclass(thing) and issubclass(thing, Exception)]
    types = [name for name, thing in exported.items() if inspect.isclass(thing) and name not in errors]
    functions = [name for name, thing in exported.items() if inspect.isfunction(thing)]
    acts = sorted(f"irrupt.regulation.acts.{act.__name__}" for act in BUILT_IN)
    besides = ["irrupt.regulation.acts.Signature", "irrupt.regulation.when.When", "irrupt.regulation.model.Act"]
    lines = ["# Python", "", "`import irrupt as ir` gives what stands here; in which order it is used,"]
    lines += ["[the main path](../architecture.md#the-main-path) tells.", "", *directives("autofunction", functions)]
    lines += ["", "## Types", "", *directives("autoclass", types)]
    lines += [
        "",
        "## Acts",
        "",
        "They stand in `irrupt.acts`; their parameters, as in files, are in [Acts](acts.md).",
        "",
    ]
    lines += directives("autoclass", [*acts, *besides])
    lines += ["", "## Errors", "", f"{', '.join(f'`{name}`' for name in errors)}.", ""]
    lines += directives("automodule", ["irrupt.errors"])
    return "\n".join(lines) + "\n"


def directives(kind: str, names: list[str]) -> list[str]:
    """A block that has Sphinx document each of these names."""
    members = [] if kind == "autofunction" else ["   :members:"]
    told = [line for name in names for line in (f".. {kind}:: {name}", *members)]
    return ["```{eval-rst}", *told, "```"]


class Parameter(NamedTuple):
    """An argument or option of a command, as the page shows it."""

    written: str
    meaning: str
    group: str


def parameters(command: Any) -> list[Parameter]:
    """The arguments of *command*, then its options, those of one group together."""
    arguments, options = [], []
    for name, parameter in inspect.signature(command, eval_str=True).parameters.items():
        kind, info = get_args(parameter.annotation)
        shown = info.metavar or values(kind)
        if not isinstance(info, OptionInfo):
            needed = parameter.default is inspect.Parameter.empty
            arguments.append(Parameter(f"`{shown}`" if needed else f"`[{shown}]`", str(info.help), ""))
            continue
        # typer takes the first name for a default, until it makes the command
        names = [each for each in (info.default, *(info.param_decls or ())) if isinstance(each, str)]
        forms = sorted(names or [f"--{name}"], key=len, reverse=True)
        forms = [f"{form} {shown}".strip() for declared in forms for form in declared.split("/")]
        written = ", ".join(f"`{form}`" for form in forms)
        options.append(Parameter(written, str(info.help), str(info.rich_help_panel or "")))
    groups = list(dict.fromkeys(option.group for option in options))
    return arguments + sorted(options, key=lambda option: groups.index(option.group))


def values(kind: Any) -> str:
    """What may be given where *kind* is expected: nothing for a switch."""
    kinds = get_args(kind) if get_origin(kind) in (UnionType, Union) else (kind,)
    if bool in kinds:
        return ""
    if get_origin(kinds[0]) is Literal:
        return "|".join(get_args(kinds[0]))
    return "NUMBER"


def pages() -> dict[str, str]:
    """File name -> content."""
    i18n.use("en")
    return {
        "measures.md": measures_page(),
        "acts.md": acts_page(),
        "commands.md": commands_page(),
        "python.md": python_page(),
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are out of date."""
    stale = []
    for name, content in pages().items():
        page = PAGES / name
        if page.exists() and page.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if "--check" not in arguments:
            page.write_text(content, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"out of date: {', '.join(stale)}; run python tools/reference.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
