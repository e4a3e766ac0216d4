"""The project's own files, as the tests of its architecture read them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2

ROOT = Path(__file__).parent.parent
PACKAGES = ("backoffice", "refunds", "invoices", "stock", "ledger")
MADE_HERE = {"var", "build", "__pycache__"}
SEEN_HIDDEN = {".ci", ".editorconfig", ".gitignore"}

# Blocks and tags whose content nobody reads as text.
UNREAD = re.compile(
    r"<(script|style|svg|code)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE
)
READ_ATTRIBUTE = re.compile(r"""\b(?:title|alt|placeholder|aria-label)=["']([^"'<>]*)["']""")


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Give every file of the project, and none that was made by running it."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in SEEN_HIDDEN
        if hidden or path.name in MADE_HERE or path.name.endswith((".egg-info", ".pyc")):
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path


def place(path: Path) -> str:
    """Give a file's path inside the project."""
    return path.relative_to(ROOT).as_posix()


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """Give path and syntax tree of each Python file in the named top-level folders."""
    for package in packages:
        for path in project_files(ROOT / package):
            if path.suffix == ".py":
                yield place(path), _tree(path)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Give each call with the last word of what is called: `dt.datetime.now(...)` is `now`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield node, function.attr
            elif isinstance(function, ast.Name):
                yield node, function.id


def words(tree: ast.AST) -> set[str]:
    """Give every name and attribute used in a piece of code."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def templates() -> Iterator[tuple[str, str]]:
    """Give path and text of each template."""
    for path in project_files(ROOT / "templates"):
        yield place(path), path.read_text(encoding="utf-8")


def text_pairs(source: str) -> Iterator[list[str | None]]:
    """Give the words of each `t(...)` of a template; None where one is not written out."""
    tree = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(source)  # noqa: S701
    for call in tree.find_all(jinja2.nodes.Call):
        if isinstance(call.node, jinja2.nodes.Name) and call.node.name == "t":
            yield [arg.value if isinstance(arg, jinja2.nodes.Const) else None for arg in call.args]


def visible_text(source: str) -> str:
    """Give what a template shows a person without asking `t`: its text and spoken attributes."""
    lexed = jinja2.Environment().lex(source)  # noqa: S701
    html = "".join(value if kind == "data" else "\0" for _, kind, value in lexed)
    spoken = " ".join(READ_ATTRIBUTE.findall(html))
    return f"{UNREAD.sub(' ', html)} {spoken}"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
