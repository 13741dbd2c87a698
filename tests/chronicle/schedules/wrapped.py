"""What stands around the segments of messages, so that tests tell only what matters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import irrupt
from irrupt.chronicle.model import Chronicle

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*US             *240101*0800*U*00401*000000001*0*P*>"


def edifact(*segments: str, kind: str = "DELFOR", release: str = "96A", reference: str = "1") -> str:
    """An interchange with one message of these *segments*."""
    head = ["UNB+UNOA:2+SENDER+US+240101:0800+1", f"UNH+{reference}+{kind}:D:{release}:UN"]
    return "'\n".join([*head, *segments, f"UNT+{len(segments) + 2}+{reference}", "UNZ+1+1", ""])


def x12(*segments: str, kind: str = "830") -> str:
    """An interchange with one transaction set of these *segments*."""
    whole = [f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    return "~\n".join([ISA, "GS*PS*SENDER*US*20240101*0800*1*X*004010", *whole, "GE*1*1", "IEA*1*000000001", ""])


def read(folder: Path, texts: Sequence[str]) -> Chronicle:
    """What messages say together."""
    for number, text in enumerate(texts):
        (folder / f"{number:03}.edi").write_text(text, encoding="latin-1")
    return irrupt.read(folder)
