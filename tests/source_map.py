"""The map of every file in one line each, made of what each file says of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.source_tree import ROOT, place, project_files

MAP = ROOT / "docs" / "map.md"
OPENING = """# A map of every file

Made of what each file says of itself by `python -m tests.source_map`; a test holds it to the files.
"""
# Files whose format has no room for a sentence about themselves, or that begin with another one.
SAID_HERE = {
    ".ci/run": "What has to pass before a change lands.",
    ".editorconfig": "How editors indent and end lines here.",
    ".gitattributes": "The sample's files keep their bytes.",
    ".gitignore": "What is made by running the project and not kept.",
    "LICENSE": "Apache 2.0.",
    "README.md": "What this is, two commands, a tour.",
    "README.zh-CN.md": "The same in Chinese.",
    "backoffice/static/mark.svg": "The mark in the browser's tab.",
    "docs/day-page.png": "The day page of the sample hall, for the README.",
    "pyproject.toml": "Dependencies, entry point, and the settings of every tool.",
    "requirements.lock": "Every dependency by version and hash.",
}
SENTENCES = {
    ".html": re.compile(r"\{#-?\s*(.+?)\s*-?#\}", re.DOTALL),
    ".css": re.compile(r"/\*\s*(.+?)\s*\*/", re.DOTALL),
    ".js": re.compile(r"//\s*(.+)"),
    ".md": re.compile(r"^#\s+(.+)", re.MULTILINE),
    ".toml": re.compile(r"^#\s*(.+)", re.MULTILINE),
    "": re.compile(r"^#(?!!)\s*(.+)", re.MULTILINE),
}


def sentence_of(path: Path) -> str:
    """Give what a file says of itself in its first sentence; KeyError when it says nothing."""
    name = place(path)
    if name in SAID_HERE:
        return SAID_HERE[name]
    text = path.read_text()
    if path.suffix == ".py":
        said = ast.get_docstring(ast.parse(text))
    else:
        found = SENTENCES[path.suffix].search(text)
        said = found.group(1) if found else None
    if not said:
        raise KeyError(f"{name} says nothing of itself")
    return " ".join(said.split("\n\n")[0].split())


def render_map() -> str:
    """Give the text of docs/map.md for the files as they are."""
    folders: dict[str, list[Path]] = {}
    for path in project_files():
        name = place(path)
        if name.startswith("sample/") or path == MAP:
            continue
        folders.setdefault(str(Path(name).parent), []).append(path)
    parts = [OPENING]
    for folder in sorted(folders):
        parts.append(f"\n## {'The root' if folder == '.' else folder}\n\n")
        parts += [f"- `{path.name}` {sentence_of(path)}\n" for path in folders[folder]]
    parts.append("\n## sample\n\n- `H001-2026-11-20/` a hall's day in the hall-folder format.\n")
    return "".join(parts)


if __name__ == "__main__":
    MAP.write_text(render_map())
