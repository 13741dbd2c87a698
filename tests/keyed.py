"""What is kept of compiled code, for `test_compiling.py`: prints each function whose key does not know a file from
which it is compiled."""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from numba.core.registry import CPUDispatcher

import irrupt
from irrupt import compiling

KNOWN: dict[int, set[str]] = {}
"""Number -> modules for whose text it stands."""
plain = compiling.text_of


def text_of(*modules: ModuleType) -> int:
    number = plain(*modules)
    KNOWN[number] = {module.__name__ for module in modules}
    return number


def read(code: CodeType) -> Iterator[str]:
    """The names that some code reads, or a function in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from read(constant)


def imported(module: ModuleType) -> dict[str, str]:
    """Name -> where it is from, of what a module takes from others of ours."""
    found = {}
    for line in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body:
        if isinstance(line, ast.ImportFrom) and str(line.module).startswith("irrupt"):
            for one in line.names:
                inner = f"{line.module}.{one.name}"
                found[one.asname or one.name] = inner if inner in sys.modules else str(line.module)
    return found


def closed_over(function: Any) -> list[Any]:
    return [cell.cell_contents for cell in function.__closure__ or ()]


def reached(entry: Any) -> set[str]:
    """The modules from which a function is compiled."""
    found, todo, seen = set(), [entry], set()
    while todo:
        function = todo.pop().py_func
        if id(function) in seen:
            continue
        seen.add(id(function))
        names, ours = set(read(function.__code__)), imported(sys.modules[function.__module__])
        found |= {function.__module__} | {ours[name] for name in names if name in ours}
        values = [function.__globals__[name] for name in names if name in function.__globals__]
        todo += [one for one in [*values, *closed_over(function)] if isinstance(one, CPUDispatcher)]
    return found


def main() -> None:
    compiling.text_of = text_of
    for module in pkgutil.walk_packages(irrupt.__path__, "irrupt."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    kept = [one for one in gc.get_objects() if isinstance(one, CPUDispatcher) and one.stats.cache_path is not None]
    for one in kept:
        known = {one.py_func.__module__}.union(*(KNOWN[key] for key in closed_over(one.py_func) if key in KNOWN))
        for module in sorted(reached(one) - known):
            sys.stdout.write(f"{one.py_func.__module__}.{one.py_func.__qualname__} does not know {module}\n")
    sys.stdout.write(f"{len(kept)} functions\n")


if __name__ == "__main__":
    main()
