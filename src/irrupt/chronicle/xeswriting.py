"""Events as XES (IEEE 1849-2016): traces with their attributes, steps as `start` and `complete`."""

from __future__ import annotations

from typing import IO
from xml.sax.saxutils import quoteattr

import polars as pl

from irrupt.chronicle.flattening import flattened
from irrupt.chronicle.model import EVENT_COLUMNS, Chronicle
from irrupt.chronicle.xes import MARK, STEP
from irrupt.chronicle.zones import written

_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
_KEYS = {"activity": "concept:name", "end": "time:timestamp", "resource": "org:resource", "team": "org:group"}
_CHUNK = 20_000


def write_xes(chronicle: Chronicle, stream: IO[bytes]) -> None:
    """Write the events of *chronicle* to *stream*."""
    from irrupt import __version__

    events = flattened(chronicle.events)
    times = [name for name, dtype in events.schema.items() if isinstance(dtype, pl.Datetime)]
    events = events.with_columns(pl.col(times).dt.convert_time_zone(chronicle.timezone))
    cases = [name for name in events.columns if name.startswith("case:") and _constant(events, name)]
    if _constant(events, "client"):
        cases.append("client")
    others = [name for name in events.columns if name not in (*EVENT_COLUMNS, *cases)]
    keys = _keys(cases, others)
    stream.write(_head(__version__).encode())
    for traces in _traces(events, cases, keys):
        stream.write("".join(traces).encode())
    stream.write(b"</log>\n")


def _head(version: str) -> str:
    extensions = "".join(
        f'\t<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in _EXTENSIONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}"
        '\t<global scope="trace">\n\t\t<string key="concept:name" value=""/>\n\t</global>\n'
        '\t<global scope="event">\n\t\t<string key="concept:name" value=""/>\n'
        '\t\t<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>\n'
        '\t\t<string key="lifecycle:transition" value="complete"/>\n\t</global>\n'
        '\t<classifier name="Activity" keys="concept:name"/>\n'
        '\t<string key="lifecycle:model" value="standard"/>\n'
        f'\t<string key="{MARK}" value={quoteattr(version)}/>\n'
    )


def _constant(events: pl.DataFrame, name: str) -> bool:
    """Whether *name* is a fact of the case: the same in all of its rows."""
    same = pl.col(name).eq_missing(pl.col(name).first().over("case"))
    return bool(events.select(same.all()).item())


def _keys(cases: list[str], others: list[str]) -> dict[str, str]:
    """Column -> attribute key, none of them twice within a trace or within an event."""
    keys = dict(_KEYS)
    for taken, names in (({"concept:name"}, cases), ({*_KEYS.values(), "lifecycle:transition", STEP}, others)):
        used = set(taken)
        for name in sorted(names, key=lambda n: n != "client"):
            key = name.removeprefix("case:") if name in cases else name
            while key in used:
                key += " (2)"
            used.add(key)
            keys[name] = key
    return keys


def _attribute(name: str, key: str, dtype: pl.DataType) -> pl.Expr:
    """The attribute element of a column's values; an empty text where there is no value."""
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        kind, value = (
            "date",
            written(column, "%Y-%m-%dT%H:%M:%S%.6f", "+00:00", dtype.time_zone or "UTC").str.replace(
                ".000000", "", literal=True
            ),
        )
    elif dtype.is_integer():
        kind, value = "int", column.cast(pl.String)
    elif dtype.is_float():
        kind, value = "float", column.cast(pl.String).replace({"inf": "INF", "-inf": "-INF"})
    elif dtype == pl.Boolean:
        kind, value = "boolean", column.cast(pl.String)
    else:
        kind, value = "string", _escaped(column.cast(pl.String))
    opening = f'<{kind} key={quoteattr(key)} value="'
    return pl.concat_str(pl.lit(opening), value, pl.lit('"/>')).fill_null("")


def _escaped(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]", "\ufffd")
    for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"),
                        ("\n", "&#10;"), ("\r", "&#13;"), ("\t", "&#9;")):  # fmt: skip
        text = text.str.replace_all(raw, entity, literal=True)
    return text


def _traces(events: pl.DataFrame, cases: list[str], keys: dict[str, str]) -> list[list[str]]:
    """The traces as texts, in chunks."""
    schema = events.schema
    head = pl.concat_str(
        pl.lit("\t<trace>\n\t\t"),
        _attribute("case", "concept:name", schema["case"]),
        *(_attribute(name, keys[name], schema[name]) for name in cases),
        pl.lit("\n"),
    )
    steps = _steps(events, [name for name in keys if name not in cases and name != "end"], keys)
    heads = events.group_by("case", maintain_order=True).first().select("case", head.alias("head"))
    bodies = steps.group_by("case", maintain_order=True).agg(pl.col("text").str.join(""))
    texts = heads.join(bodies, on="case", how="left", maintain_order="left").select(
        pl.concat_str("head", "text", pl.lit("\t</trace>\n"))
    )
    return [part.to_series().to_list() for part in texts.iter_slices(_CHUNK)]


def _steps(events: pl.DataFrame, names: list[str], keys: dict[str, str]) -> pl.DataFrame:
    """Case and text of each `start` and `complete`, in the order of time."""
    schema = events.schema
    measured = events["start"].null_count() < events.height
    step = pl.int_range(pl.len()).over("case") + 1

    def event(kind: str, time: str, columns: list[str]) -> pl.Expr:
        return pl.concat_str(
            pl.lit("\t\t<event>"),
            *(_attribute(name, keys[name], schema[name]) for name in columns if name in schema),
            _attribute(time, "time:timestamp", schema[time]),
            pl.lit(f'<string key="lifecycle:transition" value="{kind}"/>'),
            pl.concat_str(pl.lit(f'<int key="{STEP}" value="'), step.cast(pl.String), pl.lit('"/>'))
            if measured
            else pl.lit(""),
            pl.lit("</event>\n"),
        )

    done = events.select(
        "case", pl.col("end").alias("time"), pl.lit(1).alias("kind"), event("complete", "end", names).alias("text")
    )
    if not measured:
        return done
    few: list[str] = [name for name in ("activity", "resource", "team") if name in names]
    begun = events.select(
        "case", pl.col("start").alias("time"), pl.lit(0).alias("kind"), event("start", "start", few).alias("text")
    )
    begun = begun.filter(pl.col("time").is_not_null())
    return pl.concat([begun, done]).sort("case", "time", "kind", maintain_order=True)
