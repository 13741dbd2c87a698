"""Make the bundled incident log from the original of Amaral, Fantinato and Peres (2018).

    python tools/make_incidents.py incident_event_log.zip [src/irrupt/samples/incidents.parquet]

All rows are kept; columns that say nothing for our purpose are left out. The original is at
https://doi.org/10.24432/C57S4H. The same input gives the same bytes with the same version of polars.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import polars as pl

COLUMNS = [
    "number",
    "incident_state",
    "sys_updated_at",
    "assigned_to",
    "assignment_group",
    "caller_id",
    "sys_updated_by",
    "location",
    "contact_type",
    "category",
    "impact",
    "urgency",
    "priority",
    "reassignment_count",
    "reopen_count",
    "sys_mod_count",
    "made_sla",
    "closed_code",
    "opened_at",
    "resolved_at",
]
COUNTS = ["reassignment_count", "reopen_count", "sys_mod_count"]
TIMES = ["sys_updated_at", "opened_at", "resolved_at"]


def compact(text: bytes) -> pl.DataFrame:
    """The useful columns of the original, typed; question marks stay as they are."""
    table = pl.read_csv(text, infer_schema=False, columns=COLUMNS).select(COLUMNS)
    missing = {name: table.height - table[name].str.contains(r"\d").sum() for name in TIMES}
    return table.with_columns(
        pl.col(COUNTS).cast(pl.UInt8),
        pl.col("made_sla") == "true",
        *(pl.col(name).str.to_datetime("%d/%m/%Y %H:%M", time_unit="ms", strict=missing[name] == 0) for name in TIMES),
    ).sort("number", maintain_order=True)


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("original", type=Path, help="the zip file, or the CSV in it")
    default = Path(__file__).parents[1] / "src" / "irrupt" / "samples" / "incidents.parquet"
    parser.add_argument("target", type=Path, nargs="?", default=default)
    arguments = parser.parse_args()
    data = arguments.original.read_bytes()
    if zipfile.is_zipfile(arguments.original):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    compact(data).write_parquet(
        arguments.target, compression="zstd", compression_level=19, statistics=False, row_group_size=1 << 20
    )


if __name__ == "__main__":
    main()
