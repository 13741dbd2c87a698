"""The shape of the code: sizes, directions of imports, and what must not be in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import irrupt

SOURCE = Path(irrupt.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py"))

LAYERS = {
    "arraytypes": -1,
    "groups": 1,
    "i18n": -1,
    "indices": 0,
    "lately": 0,
    "linking": 1,
    "showing": 0,
    "special": 0,
    "units": 1,
    "wall": 2,
    "yaml_marks": 2,
    "compiling": 2,
    "arguments": 1,
    "errors": 0,
    "saving": 2,
    "chronicle": 3,
    "organisation": 3,
    "ledgers": 4,
    "engine": 5,
    "regulation": 5,
    "cases": 6,
    "discovery": 6,
    "sight": 7,
    "experiment": 7,
    "verify": 7,
    "agreement": 8,
    "reporting": 9,
    "cli": 10,
}
"""Imports run downwards: a package knows only packages of lower layers (and itself)."""

LONG_FUNCTIONS = {
    "engine/kernel.py": "the compiled work loop: one function, so that no call costs and the cache cannot go stale",
    "ledgers/kernels.py": "compiled single-pass reducers",
    "ledgers/rolling_kernels.py": "the same for runs that are reviewed",
}

OF_EXTRAS: dict[str, str] = {}
"""Modules that may import scipy, and the extra that installs it for them; the core has `irrupt.special`."""


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


Rule = Callable[[str, list[ast.AST]], Iterator[str]]
"""What a module, named from here, has that it must not have, told from all its nodes."""


def long_functions(module: str, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if module not in LONG_FUNCTIONS and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1
            if length > 40:
                yield f"{node.lineno} {node.name} has {length} lines"


def imports_upwards(module: str, nodes: list[ast.AST]) -> Iterator[str]:
    here = module.split("/")[0].removesuffix(".py")
    for node in nodes if here in LAYERS else ():
        targets = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("irrupt."):
            targets = [node.module.split(".")[1]]
        elif isinstance(node, ast.ImportFrom) and node.module == "irrupt":
            targets = [alias.name for alias in node.names if alias.name in LAYERS]
        elif isinstance(node, ast.Import):
            targets = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("irrupt.")]
        for target in targets:
            if target != here and LAYERS[target] >= LAYERS[here]:
                yield f"{node.lineno} imports {target}"


def dangers(_module: str, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        names: set[str] = set()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = {node.func.id} & {"print", "eval", "exec"}
        elif isinstance(node, ast.Import):
            names = {alias.name for alias in node.names} & {"pickle", "random", "secrets"}
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""} & {"pickle", "random", "secrets"}
        for one in names:
            yield f"{node.lineno} {one}"  # type: ignore[attr-defined]


def needs_extras(module: str, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes if module not in OF_EXTRAS else ():
        if isinstance(node, ast.Import):
            targets = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            targets = {(node.module or "").split(".")[0]}
        else:
            continue
        if "scipy" in targets:
            yield f"{node.lineno} imports scipy"


RULES: tuple[Rule, ...] = (long_functions, imports_upwards, dangers, needs_extras)


@pytest.fixture(scope="module")
def broken() -> dict[Rule, list[str]]:
    """Where each rule is broken; every module is parsed once."""
    found: dict[Rule, list[str]] = {rule: [] for rule in RULES}
    for path in MODULES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        for rule in RULES:
            found[rule] += [f"{name(path)}:{offence}" for offence in rule(name(path), nodes)]
    return found


def test_a_module_has_at_most_400_lines() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {one: n for one, n in lines.items() if n > (1000 if one in LONG_FUNCTIONS else 400)} == {}


def test_a_function_has_at_most_40_lines_of_code(broken: dict[Rule, list[str]]) -> None:
    assert broken[long_functions] == []


def test_imports_run_one_way(broken: dict[Rule, list[str]]) -> None:
    assert broken[imports_upwards] == []


def test_the_tour_of_the_packages_goes_downwards() -> None:
    """Whoever reads the table of the architecture takes its order for the direction of imports."""
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| Package \|.*?(?=^$)", page, re.MULTILINE | re.DOTALL)
    told = [LAYERS[package] for package in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)]
    assert len(told) >= 12
    assert told == sorted(told, reverse=True)


def test_nothing_prints_evaluates_pickles_or_draws_from_a_global_generator(broken: dict[Rule, list[str]]) -> None:
    assert broken[dangers] == []


def test_the_core_does_without_what_only_extras_install(broken: dict[Rule, list[str]]) -> None:
    """A package that is not in `dependencies` may be absent: whatever runs without an extra must not import it."""
    assert broken[needs_extras] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (long_functions, "def f():\n" + "    pass\n" * 41),
        (imports_upwards, "from irrupt.cli import main"),
        (imports_upwards, "from irrupt import cli"),
        (imports_upwards, "import irrupt.cli"),
        (dangers, "print()"),
        (dangers, "import os, pickle"),
        (dangers, "from random import random"),
        (needs_extras, "import scipy.stats"),
        (needs_extras, "from scipy import stats"),
    ],
)
def test_a_module_that_breaks_a_rule_is_found(rule: Rule, text: str) -> None:
    assert len(list(rule("engine/some.py", list(ast.walk(ast.parse(text)))))) == 1


def test_help_needs_no_heavy_import() -> None:
    """`irrupt --help` must answer at once: nothing that takes a tenth of a second may be imported for it."""
    heavy = ("numpy", "polars", "numba", "scipy", "pandas", "pydantic", "jinja2", "yaml", "irrupt.organisation")
    code = (
        "import sys\nsys.argv = ['irrupt', '--help']\nfrom irrupt.cli import main\n"
        f"try:\n    main()\nexcept SystemExit:\n    pass\nprint([m for m in {heavy!r} if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_everything_exported_exists_and_is_documented() -> None:
    for exported in irrupt.__all__:
        thing = getattr(irrupt, exported)
        assert exported.startswith("__") or thing.__doc__, exported


def test_which_activities_steps_bear_is_asked_of_the_organisation() -> None:
    """Ten acts made this set, each by itself."""
    own = [
        path.name
        for path in (SOURCE / "regulation").rglob("*.py")
        if "step.activity for step in rules.steps" in path.read_text()
    ]
    assert own == []


def test_a_problem_of_records_and_the_kinds_of_schedule_rows_are_named_in_one_place() -> None:
    """What two modules write for themselves is one day changed in one of them."""
    text = {name(path): path.read_text(encoding="utf-8") for path in MODULES}
    for named in (r'"case without events"', r'^[A-Z_, ]*\bDELIVERED\b.* = .*"delivered"'):
        assert len([one for one in text if re.search(named, text[one], re.MULTILINE)]) == 1, named
