"""Why all clients are shown together."""

from __future__ import annotations

from pathlib import Path

import irrupt


def test_a_column_that_names_several_clients_in_a_case_is_told(tmp_path: Path) -> None:
    """It was said that no client is visible, and to say which column names one: it stood there."""
    names = ("Ames", "Bell")
    rows = ["case,activity,time,client"]
    for case in range(60):
        rows += [
            f"{case},{step},2024-01-{case % 28 + 1:02}T{hour}:00:00,{names[(case + hour * (case % 3 == 0)) % 2]}"
            for step, hour in (("Ask", 10), ("Answer", 11))
        ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows))
    seen = irrupt.see(irrupt.read(path))
    (finding,) = [one for one in seen.findings if one.kind == "no client"]
    assert finding.text.startswith("“client” names several clients in 33 % of the cases: all are shown together.")
    assert finding.numbers["changing"] == {"client": 0.333}
    assert not [one for one in irrupt.see(irrupt.read(path, client="client")).findings if one.kind == "no client"]
