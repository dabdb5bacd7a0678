"""Reads the project's Markdown: links, and the commands that a reader would type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`(?P<body>[^`\n]+)`(?!`)")
_LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
_GENERATED = {ROOT / "docs" / "cli.md"}
"""Written from the commands themselves, with their usage lines."""
_NOT_SHELL = {"mermaid", "yaml", "json", "python", "ini"}
_SEPARATORS = set("();<>|&")
_PYTHON = ("python", "python3")


@dataclass(frozen=True)
class Command:
    """One command of a document; `whole` says that it stands in a block, ready to be copied."""

    words: tuple[str, ...]
    document: Path
    whole: bool

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}: {' '.join(self.words)}"


@cache
def documents() -> tuple[Path, ...]:
    """Every Markdown file of the project."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "runbooks").rglob("*.md")]
    return tuple(sorted(found))


def links(document: Path) -> list[str]:
    """Targets of the document's links, those to headings of the same page included."""
    return [found["target"] for found in _LINK.finditer(_FENCE.sub("", document.read_text()))]


def headings(document: Path) -> set[str]:
    """Anchors of the document's headings, as GitHub makes them."""
    lines = _FENCE.sub("", document.read_text()).splitlines()
    titles = [line.lstrip("#").strip() for line in lines if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(*programs: str) -> list[Command]:
    """All commands of these programs in all documents, each once per document."""
    found = (
        Command(words, document, whole)
        for document in documents()
        if document not in _GENERATED
        for text, whole in _code(document.read_text())
        for words in _commands(text)
        if words[0] in programs
    )
    return list(dict.fromkeys(found))


def modules() -> list[Command]:
    """All `python -m MODULE …` of all documents, with the module as first word."""
    return [
        Command(each.words[2:], each.document, each.whole)
        for each in commands(*_PYTHON)
        if each.words[1:2] == ("-m",) and len(each.words) > 2
    ]


def _code(text: str) -> Iterator[tuple[str, bool]]:
    for block in _FENCE.finditer(text):
        if block["language"] not in _NOT_SHELL:
            for line in block["body"].replace("\\\n", " ").splitlines():
                yield line.strip().removeprefix("$ "), True
    for inline in _INLINE.finditer(_FENCE.sub("", text)):
        yield inline["body"], False


def _commands(line: str) -> Iterator[tuple[str, ...]]:
    """The simple commands of a line, those inside $(…) included; nothing of a line that is no shell."""
    lexer = shlex.shlex(line.replace('"$(', "(").replace(')"', ")"), posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    try:
        words = list(lexer)
    except ValueError:
        return
    current: list[str] = []
    for word in [*words, ";"]:
        if set(word) <= _SEPARATORS:
            if current:
                yield tuple(current)
            current = []
        elif current or not re.fullmatch(r"[A-Z_]+=.*|sudo|\$", word):
            current.append(word)
