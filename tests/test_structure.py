"""The shape of the code: sizes, directions of imports, and what must not be in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import irrupt

SOURCE = Path(irrupt.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py"))

LAYERS = {
    "i18n": 0,
    "indices": 0,
    "showing": 0,
    "special": 0,
    "wall": 0,
    "compiling": 1,
    "errors": 1,
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
}

OF_EXTRAS: dict[str, str] = {}
"""Modules that may import scipy, and the extra that installs it for them; the core has `irrupt.special`."""


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_has_at_most_400_lines(path: Path) -> None:
    limit = 1000 if name(path) in LONG_FUNCTIONS else 400
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", [p for p in MODULES if name(p) not in LONG_FUNCTIONS], ids=name)
def test_a_function_has_at_most_40_lines_of_code(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1
            assert length <= 40, f"{name(path)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_one_way(path: Path) -> None:
    here = name(path).split("/")[0].removesuffix(".py")
    if here not in LAYERS:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        targets = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("irrupt."):
            targets = [node.module.split(".")[1]]
        elif isinstance(node, ast.ImportFrom) and node.module == "irrupt":
            targets = [alias.name for alias in node.names if alias.name in LAYERS]
        elif isinstance(node, ast.Import):
            targets = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("irrupt.")]
        for target in targets:
            assert target == here or LAYERS[target] < LAYERS[here], f"{name(path)}:{node.lineno} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_prints_evaluates_pickles_or_draws_from_a_global_generator(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"print", "eval", "exec"}, f"{name(path)}:{node.lineno}"
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"pickle", "random", "secrets"}, (
                f"{name(path)}:{node.lineno}"
            )
        if isinstance(node, ast.ImportFrom):
            assert node.module not in {"pickle", "random", "secrets"}, f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", [p for p in MODULES if name(p) not in OF_EXTRAS], ids=name)
def test_the_core_does_without_what_only_extras_install(path: Path) -> None:
    """A package that is not in `dependencies` may be absent: whatever runs without an extra must not import it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            targets = {(node.module or "").split(".")[0]}
        else:
            continue
        assert "scipy" not in targets, f"{name(path)}:{node.lineno}"


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
