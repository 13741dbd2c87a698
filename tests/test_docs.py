"""What the pages show runs: blocks of Python, console transcripts, YAML, and the examples in docstrings.

Each page is run from top to bottom in a folder of its own that holds `tickets.csv` (eight weeks of the bundled log)
and the files of docs/examples:

* `python` blocks share one namespace; where an `output` block follows, it is what they print;
* in `console` blocks, lines `$ irrupt ...` are run, and what follows them is what they answer. Exit code 0 is expected
  unless `<!-- exit 2 -->` stands before the block;
* a `yaml` block that begins with `# name.yaml` is written to that file; any other is part of an organisation: laid over
  desk.yaml, it must load.

In expected output `…` or `...` stands for anything, and white space counts only as such.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt import i18n
from irrupt.chronicle import bundled_path, group_clients, read
from irrupt.discovery import Study, alternatives, discover
from irrupt.discovery.begins.starts import Bounds, bounded
from irrupt.experiment import compare
from irrupt.experiment.learned import LEAST_PAIRS
from irrupt.organisation import load
from irrupt.sight.look import see

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")],  # LISEZMOI.md shows the same commands.
    key=lambda page: ("tickets.csv" not in page.read_text(encoding="utf-8"), page),
)
"""Those that look at one log stand together: a process that learns from it for one page knows it for the others."""
COVERED = {
    ROOT / name
    for name in (
        *("README.md", "docs/tutorials/what-if-he-passed-first.md", "docs/tutorials/what-do-our-clients-do.md"),
        *("docs/guides/trust.md", "docs/guides/power.md", "docs/guides/rigidity.md", "docs/guides/seeing.md"),
        *("docs/guides/rulebooks.md", "docs/guides/either-way.md", "docs/guides/parties.md"),
        *("docs/guides/organisation-files.md", "docs/guides/scenarios.md", "docs/guides/choosing-acts.md"),
        *("docs/guides/reading-logs.md", "docs/guides/planning.md"),
    )
}
"""Those that take long, while others see logs, learn from them, try acts and read schedules, and while tests of their
own tell what each command and function shows."""
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(irrupt.__path__, "irrupt.")
    if ">>> " in Path(find_spec(module.name).origin).read_text(encoding="utf-8")  # type: ignore[union-attr, arg-type]
)
"""Those that show an example."""

BLOCK = re.compile(r"(?:<!-- exit (\d+) -->\n+)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUNNABLE = {"python", "output", "console", "yaml"}
PROMPT = "$ "
SHOWN = "whether a page shows what comes of what it runs"
"""Where it does not, few pairs of runs tell as much: that it can be run so; and so do few weeks of a log."""
ANY_WEEKS = "the logs of which any weeks do, then: but for what a command writes, which another may show"
ELLIPSIS = r"…|\.\.\."


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    kind: str
    text: str
    line: int
    """Where its text begins, from 1."""
    exit_code: int = 0


def blocks_of(text: str) -> list[Block]:
    """The blocks of a page that can be run, in order."""
    return [
        Block(match[2], match[3], text.count("\n", 0, match.start(3)) + 1, int(match[1] or 0))
        for match in BLOCK.finditer(text)
        if match[2] in RUNNABLE
    ]


def commands_in(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output shown for it."""
    for part in re.split(rf"^{re.escape(PROMPT)}", block.text, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        yield command, answer


def alike(expected: str, printed: str) -> bool:
    """Whether *printed* is what a page shows: the pieces between ellipses, in order, from first to last."""
    first, *middle = (" ".join(piece.split()) for piece in re.split(ELLIPSIS, expected))
    rest = " ".join(printed.split())
    if not middle:
        return first == rest
    *middle, last = middle
    if not rest.startswith(first) or not rest[len(first) :].endswith(last):
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    for piece in middle:
        _, found, rest = rest.partition(piece) if piece else ("", True, rest)
        if not found:
            return False
    return True


def shell(command: str) -> tuple[int, str]:
    """Run `irrupt ...` in this process: its exit code, and all that it said; `> FILE` takes what it answers."""
    from irrupt.cli import main

    said = io.StringIO()
    words = shlex.split(command)
    if ">" in words:
        words, (file,) = words[: words.index(">")], words[words.index(">") + 1 :]
        code, told = shell(shlex.join(words))
        Path(file).write_text(told, encoding="utf-8")
        return code, ""
    before, sys.argv = sys.argv, words
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = before
    return code, said.getvalue()


class Page:
    """A page being run in the working folder."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed = ""

    def run(self, text: str, known: dict[object, Any] | None = None) -> None:
        blocks, known = blocks_of(text), {} if known is None else known
        prints = any(block.kind == "output" for block in blocks)
        for block in blocks:
            if block.kind == "python":
                known[SHOWN] = prints or ".write(" in block.text
            else:
                known[SHOWN] = any(answer.strip() for _, answer in commands_in(block))
            logs = [str(bundled_path()), "tickets.csv"] if block.kind == "python" else [str(bundled_path())]
            known[ANY_WEEKS] = [] if known[SHOWN] else logs
            getattr(self, block.kind)(block)

    def python(self, block: Block) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile("\n" * (block.line - 1) + block.text, self.path, "exec", dont_inherit=True), self.names)
        self.printed = said.getvalue()

    def output(self, block: Block) -> None:
        self.compare(block.line, block.text, self.printed)

    def console(self, block: Block) -> None:
        for command, answer in commands_in(block):
            if not command.startswith("irrupt "):
                continue
            code, said = shell(command)
            assert code == block.exit_code, f"{self.path}:{block.line}: {command}: exit code {code}\n{said}"
            if answer.strip():
                self.compare(block.line, answer, said)

    def yaml(self, block: Block) -> None:
        from irrupt.organisation.described import organisation_in
        from irrupt.yaml_marks import Document, read, read_text

        if named := re.match(r"# (\S+\.yaml)\n", block.text):
            Path(named[1]).write_text(block.text, encoding="utf-8")
            return
        fragment = read_text(block.text, f"{self.path}:{block.line}").data
        organisation_in(Document(source=f"{self.path}:{block.line}", data=laid_over(read("desk.yaml").data, fragment)))

    def compare(self, line: int, expected: str, printed: str) -> None:
        assert alike(expected, printed), f"{self.path}:{line}: the page shows\n{expected}\nbut this came:\n{printed}"


def laid_over(whole: Mapping[str, Any], fragment: Mapping[str, Any]) -> dict[str, Any]:
    """*whole* with the entries of *fragment*, part by part."""
    merged = dict(whole)
    for part, entries in fragment.items():
        both = isinstance(entries, Mapping) and isinstance(whole.get(part), Mapping)
        merged[part] = {**whole[part], **entries} if both else entries
    return merged


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the pages speak of, made once."""
    folder = tmp_path_factory.mktemp("docs")
    irrupt.write(weeks_of_bundled((3, 28), (5, 23)), folder / "tickets.csv")
    for example in EXAMPLES.iterdir():
        shutil.copy(example, folder)
    return folder


def weeks_of_bundled(first: tuple[int, int], last: tuple[int, int]) -> irrupt.Chronicle:
    """What is over of the bundled log from one month and day to another."""
    begin, end = (datetime(2016, *day, tzinfo=UTC) for day in (first, last))
    log = irrupt.bundled().between(begin, end)
    return log.with_events(log.events.filter(log.events["end"] < end))


@pytest.fixture(scope="session")
def some_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As few weeks of the bundled log as tell the clients apart that pages name."""
    file = tmp_path_factory.mktemp("weeks") / "few.csv"
    irrupt.write(weeks_of_bundled((4, 11), (5, 9)), file)
    return file


@pytest.fixture(scope="session")
def known() -> dict[object, Any]:
    """What was learned and seen so far: the pages look at one log, and learning from it takes longest."""
    return {}


def told_by(log: irrupt.Chronicle, *leaving: str) -> tuple[object, ...]:
    """All that *log* says, but for some fields, in short."""
    told = {name: value for name, value in asdict(log).items() if not isinstance(value, pl.DataFrame)}
    return log.events.hash_rows().sum(), repr({name: value for name, value in told.items() if name not in leaving})


def once(function: Callable[..., Any], known: dict[object, Any]) -> Callable[..., Any]:
    """*function* of a log, called once only for each log and options."""
    usual = ((name, one.default) for name, one in signature(function).parameters.items())
    defaults = {name: value for name, value in usual if name not in ("chronicle", "progress")}

    def kept(log: irrupt.Chronicle | Study, *, progress: object = None, **options: Any) -> Any:
        if isinstance(log, Study):
            log, options["clients"] = log.chronicle, log.clients
        options["clients"] = options.get("clients") or group_clients(log)
        options = {**defaults, **options}
        # How a log was asked for is in what is seen of it, not in what is learned.
        leaving = ("typed",) if function is discover else ()
        key = (function.__name__, *told_by(log, *leaving), repr(sorted(options.items())))
        if key not in known:
            known[key] = function(log, **options)
        return known[key]

    return kept


def bounded_once(known: dict[object, Any]) -> Callable[[irrupt.Chronicle], Bounds]:
    """`bounded`, found out once only for each log: whoever sees it, learns from it or judges it by rules asks."""

    def kept(log: irrupt.Chronicle) -> Bounds:
        key = ("bounded", *told_by(log, "typed"))
        if key not in known:
            known[key] = bounded(log)
        return known[key]

    return kept


def alternatives_once(known: dict[object, Any]) -> Callable[..., Any]:
    """`alternatives`, made once only for each organisation that was learned; fewer than users get, as each takes its
    runs."""

    def kept(log: irrupt.Chronicle | Study, organisation: irrupt.Organisation, **options: Any) -> Any:
        wanted = options.get("count", 2)
        options["count"] = wanted if known.get(SHOWN) else min(wanted, 2)
        key = ("alternatives", id(organisation), repr(sorted(options.items())))
        if key not in known:
            known[key] = organisation, alternatives(log, organisation, **options)
        return known[key][1]

    return kept


def read_once(known: dict[object, Any], few: Path | None) -> Callable[..., irrupt.Chronicle]:
    """`read`, which reads a file with given contents, what is said of it in the file beside it, options and language
    once only; of the bundled log no more than *few* weeks where nothing is shown of what comes of them."""

    def kept(source: Any, **options: Any) -> irrupt.Chronicle:
        return whole(few if few and str(source) in known.get(ANY_WEEKS, ()) else source, **options)

    def whole(source: Any, **options: Any) -> irrupt.Chronicle:
        if not isinstance(source, str | Path) or not Path(source).is_file() or options.get("said"):
            return read(source, **options)
        beside = Path(source).with_suffix(".irrupt.yaml")
        said = beside.read_bytes() if beside.is_file() else b""
        key = (str(source), Path(source).read_bytes(), said, i18n.language(), repr(sorted(options.items())))
        if key not in known:
            known[key] = read(source, **options)
        return known[key]

    return kept


def load_once(known: dict[object, Any]) -> Callable[..., irrupt.Organisation]:
    """`load`, which reads a file with given contents once only: that of what was learned has 200,000 routes."""

    def kept(path: Any) -> irrupt.Organisation:
        if not Path(path).is_file():
            return load(path)
        key = ("load", str(path), Path(path).read_bytes())
        if key not in known:
            known[key] = load(path)
        return known[key]

    return kept


def compare_once(known: dict[object, Any]) -> Callable[..., Any]:
    """`compare`, which runs the same question of the same organisation once only: pages show answers in several
    ways."""
    told = {"progress", "watch", "executor", "sized"}

    def kept(organisation: irrupt.Organisation, *acts: Any, **options: Any) -> Any:
        if known.get(SHOWN) is False and options.get("replications"):
            options["replications"] = min(options["replications"], LEAST_PAIRS)
        asked = {name: value for name, value in options.items() if value and name not in told}
        if asked.keys() & {"bounds", "alternatives", "start", "store", "chronicles"}:
            return compare(organisation, *acts, **options)
        answers = known.setdefault(("compare", i18n.language(), repr((acts, sorted(asked.items())))), [])
        found = next((answer for whose, answer in answers if whose == organisation), None)
        if found is None:
            found = compare(organisation, *acts, **options)
            answers.append((organisation, found))
        return found

    return kept


@pytest.fixture
def folder(
    tmp_path: Path,
    shelf: Path,
    some_weeks: Path,
    known: dict[object, Any],
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> Iterator[Path]:
    """A working folder with these files, in English, 100 columns wide, without colours."""
    known.pop(SHOWN, None)
    known.pop(ANY_WEEKS, None)
    read_file = read_once(known, None if pytestconfig.getoption("--slow") else some_weeks)
    monkeypatch.setattr("irrupt.chronicle.read", read_file)
    monkeypatch.setattr("irrupt.chronicle.bundled", lambda: read_file(bundled_path()))
    monkeypatch.setattr("irrupt.discovery.discover", once(discover, known))
    monkeypatch.setattr("irrupt.sight.look.see", once(see, known))
    monkeypatch.setattr("irrupt.sight.seeing.see_log", once(see, known))
    for where in ("begins.starts", "study"):
        monkeypatch.setattr(f"irrupt.discovery.{where}.bounded", bounded_once(known))
    monkeypatch.setattr("irrupt.organisation.load", load_once(known))
    monkeypatch.setattr("irrupt.experiment.compare", compare_once(known))
    monkeypatch.setattr("irrupt.discovery.alternatives", alternatives_once(known))
    # Held-out records are simulated ten times for users, and delays fitted to longer runs: pages show less than that.
    monkeypatch.setattr("irrupt.discovery.times.simulated._STEPS", 10_000)
    monkeypatch.setattr(import_module("irrupt.discovery.trust.fidelity"), "SIMULATIONS", 2)
    comparing = import_module("irrupt.experiment.compare")
    monkeypatch.setattr(comparing, "LEAST_AT_BOUNDS", LEAST_PAIRS)
    monkeypatch.setattr(comparing, "pairs_each", lambda _pairs, _alternatives: LEAST_PAIRS)
    for file in shelf.iterdir():  # The log is large, and nothing writes to it.
        (os.link if file.name == "tickets.csv" else shutil.copy)(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    for name, value in {"COLUMNS": "100", "NO_COLOR": "1", "LANGUAGE": "en"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    yield tmp_path
    i18n.use(None)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=str(page.relative_to(ROOT)), marks=[pytest.mark.slow] * (page in COVERED))
        for page in PAGES
    ],
)
def test_what_a_page_shows_runs(page: Path, folder: Path, known: dict[object, Any]) -> None:
    Page(page.relative_to(ROOT)).run(page.read_text(encoding="utf-8"), known)


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES])
def test_a_page_tells_where_the_example_that_it_uses_is(page: Path) -> None:
    """Whoever types along was told that there is no such file."""
    text = page.read_text(encoding="utf-8")
    typed = "".join(block[2] for block in BLOCK.findall(text) if block[1] in ("console", "python"))
    for example in EXAMPLES.iterdir():
        if re.search(rf"(?<![\w-]){re.escape(example.name)}", typed):
            assert f"/examples/{example.name})" in text, f"{page.name}: link {example.name}"


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_hold(module: str, folder: Path) -> None:
    i18n.use("en")
    failures, _ = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS)
    assert not failures


WRONG = {
    "a Python block that raises": "```python\nimport irrupt as ir\nir.load('missing.yaml')\n```\n",
    "an output that is not printed": "```python\nprint(1)\n```\n\n```output\n2\n```\n",
    "an option that does not exist": "```console\n$ irrupt see tickets.csv --colour\n```\n",
    "an answer that does not come": "```console\n$ irrupt --version\nirrupt 0.0.0\n```\n",
    "a success where a failure is shown": "<!-- exit 1 -->\n```console\n$ irrupt --version\n```\n",
    "a failure of another kind": "<!-- exit 1 -->\n```console\n$ irrupt sea\n```\n",
    "a part of an organisation that does not load": "```yaml\nteams:\n  Desk: {priority: {Hospital Z: 1}}\n```\n",
    "a file that is refused": "```yaml\n# a.yaml\nsed: 1\n```\n```console\n$ irrupt compare desk.yaml a.yaml\n```\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=what) for what, text in WRONG.items()])
def test_a_wrong_example_fails(text: str, folder: Path) -> None:
    """A runner that lets everything pass would say nothing about the pages."""
    with pytest.raises((AssertionError, irrupt.IrruptError)):
        Page("page.md").run(text)


def test_an_ellipsis_stands_for_anything_and_the_rest_for_itself() -> None:
    for expected in ("a b\nc", " a  b c ", "a…", "…c", "a ... c", "…\n…\na b…", "a … … b c", "…"):
        assert alike(expected, "a b\n   c\n"), expected
    for expected in ("a b", "b c", "a c", "…b", "b…", "a … d … c", "c … a", "a b c … c", "", "…b…a…"):
        assert not alike(expected, "a b\n   c\n"), expected
    assert alike("+2.… h ± 0.…", "+2.06 h ± 0.31")


def test_right_examples_pass_in_order(folder: Path) -> None:
    Page("page.md").run(
        "```yaml\n# mine.yaml\ncompare:\n  - Shops: [bypass: {skips: Triage}]\n```\n"
        "```python\nfrom pathlib import Path\nprint(*Path('.').glob('mine.*'))\n```\n\n```output\n….yaml\n```\n"
        "```console\n$ ls\nnot run\n$ irrupt --version\nirrupt ...\n```\n"
        "<!-- exit 2 -->\n```console\n$ irrupt sea\n```\n"
        "```yaml\nskips:\n  Shops: [Triage]\n```\n```toml\nnot = run\n```\n"
    )


def test_most_pages_show_something_that_runs() -> None:
    """A slip in the pattern for blocks would make every page pass."""
    kinds = [block.kind for page in PAGES for block in blocks_of(page.read_text(encoding="utf-8"))]
    assert kinds.count("python") >= 5
    assert kinds.count("console") >= 8
    assert kinds.count("yaml") >= 5


def test_every_fenced_block_is_closed_and_named() -> None:
    for page in PAGES:
        fences = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("```")]
        assert len(fences) % 2 == 0, page
        assert all(fence == "```" for fence in fences[1::2]), page


def test_pages_link_only_to_what_exists() -> None:
    for page in [*PAGES, ROOT / "LISEZMOI.md"]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_the_index_of_decisions_lists_each_of_them_in_order() -> None:
    index = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    pages = re.findall(r"^## \[.+?\]\((.+?)\)\n\n((?:\* .+\n)+)", index, re.MULTILINE)
    assert {page for page, _ in pages} == {
        f"decisions/{one.name}" for one in (ROOT / "docs" / "decisions").glob("*.md")
    }
    for page, lines in pages:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        leads = [" ".join(lead.split()) for lead in re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE | re.DOTALL)]
        assert lines.splitlines() == [f"* {lead.rstrip('.,')}" for lead in leads], page


def test_the_french_readme_shows_the_commands_of_the_english_one() -> None:
    """Those are run; nothing is run twice."""

    def commands(page: str) -> set[str]:
        text = (ROOT / page).read_text(encoding="utf-8")
        return set(re.findall(r"^(?:\$ |(?=python ))(.+)$", text, re.MULTILINE))

    french, english = commands("LISEZMOI.md"), commands("README.md")
    assert french == english
    assert len(french) >= 6


def test_reference_pages_are_what_the_code_says() -> None:
    """`python tools/reference.py` writes them."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_of_python_tells_all_that_is_exported() -> None:
    """Whatever makes that page: what is not there is not found, and what is there can be imported."""
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    told = set(re.findall(r"auto\w+:: irrupt\.(\w+)$", page, re.MULTILINE)) | set(re.findall(r"`irrupt\.(\w+)`", page))
    assert {name for name in irrupt.__all__ if not name.startswith("__")} == told - {"errors"}
    acts = set(re.findall(r"autoclass:: irrupt\.regulation\.acts\.(\w+)$", page, re.MULTILINE))
    assert acts == {act.__name__ for act in irrupt.acts.BUILT_IN} | {"Signature"}


def test_the_page_of_commands_tells_every_command_and_option(folder: Path) -> None:
    """Whatever makes that page, it must tell what `--help` tells."""
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    commands = re.findall(r"^│ ([a-z]+) ", shell("irrupt --help")[1], re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        assert f"## irrupt {command}\n" in page
        options = set(re.findall(r"--[a-z][a-z-]+", shell(f"irrupt {command} --help")[1])) - {"--help"}
        assert {option for option in options if f"`{option}" not in page} == set(), command
