"""One command to green: `python tools/check.py` formats nothing, changes nothing, and says what is wrong.

python tools/check.py                    everything
python tools/check.py lint types         some of it: format, lint, types, tests, docs
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

CHECKS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "tests": [PYTHON, "-m", "pytest"],
    "docs": [PYTHON, "-m", "sphinx", "-W", "-q", "-b", "html", "docs"],
}


def main(wanted: list[str]) -> int:
    """Run the *wanted* checks, all of them when none is named; 0 when all pass."""
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)} (known: {', '.join(CHECKS)})")
        return 2
    failed = []
    for name in wanted or CHECKS:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory() as built:
            command = [*CHECKS[name], built] if name == "docs" else CHECKS[name]
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                failed.append(name)
    print("green" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
