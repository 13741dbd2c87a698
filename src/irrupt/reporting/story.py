"""A story in a little Markdown, as HTML: headings, paragraphs, lists, tables, `code`, **strong** and *stressed* words.

Whatever else stands in it is text: nothing of a story reaches the page as markup.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
)


def title_of(text: str) -> str:
    """The heading of a story.

    >>> title_of("# Who writes?\\n\\nSomebody.")
    'Who writes?'
    """
    return text.splitlines()[0].removeprefix("# ").strip()


def html(text: str) -> Markup:
    """*text* without its first heading.

    >>> html("# Title\\n\\nOne *or* two.\\n\\n- a\\n- b")
    Markup('<p>One <em>or</em> two.</p>\\n<ul><li>a</li><li>b</li></ul>')
    """
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return Markup("\n").join(_block(block) for block in blocks if not block.startswith("# "))


def _block(block: str) -> Markup:
    lines = block.splitlines()
    if block.startswith("## "):
        return Markup("<h3>{}</h3>").format(_inline(block[3:]))
    if block.startswith("- "):
        items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(_inline(i)) for i in items))
    if block.startswith("|"):
        return _table(lines)
    return Markup("<p>{}</p>").format(_inline(block))


def _table(lines: list[str]) -> Markup:
    head, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[:1] + lines[2:]]
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row))
        for row in rows
    )
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, body)
    return Markup('<div class="scroll" tabindex="0">{}</div>').format(table)


def _inline(text: str) -> Markup:
    found = str(escape(" ".join(text.split())))
    for pattern, shown in _INLINE:
        found = pattern.sub(shown, found)
    return Markup(found)
