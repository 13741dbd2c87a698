"""Write the words of each judged label beside it: `python tools/judged.py`, when labels or the lists of words change.

What a log is read with counts these words; to find them takes as long as reading a small log. The tests compare them.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from irrupt.chronicle.lexicon import words_of

FILE = Path(__file__).resolve().parent.parent / "src" / "irrupt" / "chronicle" / "judged.csv"


def main() -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = io.StringIO()
    writer = csv.DictWriter(text, ["list", "log", "language", "label", "role", "words"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"words": " ".join(words_of(row["label"], {}))} for row in rows)
    FILE.write_text(text.getvalue(), encoding="utf-8")
    sys.stdout.write(f"{len(rows)} labels\n")


if __name__ == "__main__":
    main()
