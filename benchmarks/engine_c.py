"""The bare loop in C, compiled when it is asked for: how fast the machine could be."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

SLOTS = 100_000
WEEK = 604800.0


def compiled() -> Any:
    """The function `run` of `engine_loop.c` at -O3, or None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    folder = tempfile.mkdtemp()
    library = Path(folder) / "loop.so"
    source = Path(__file__).parent / "engine_loop.c"
    how = [compiler, "-O3", "-march=native", "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    if subprocess.run(how, capture_output=True, check=False).returncode != 0:
        return None
    run = ctypes.CDLL(str(library)).run
    run.restype = ctypes.c_int64
    return run


def in_c(run: Any, model: Any, cases: int, seed: int) -> tuple[int, float]:
    """Activities done and mean wait, in seconds."""
    waited = ctypes.c_double()
    done = run(
        len(model.means),
        (ctypes.c_double * len(model.means))(*model.means),
        model.teams,
        model.people,
        ctypes.c_double(model.on),
        ctypes.c_double(model.cases_per_week / WEEK),
        cases,
        ctypes.c_uint64(seed),
        SLOTS,
        ctypes.byref(waited),
    )
    return done, waited.value / done
