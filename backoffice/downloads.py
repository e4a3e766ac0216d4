"""A file as an answer, the same at the pages and for programs."""

from __future__ import annotations

from flask import Response

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    """Give a file to keep, or with `inline` to look at."""
    answer = Response(content, mimetype=kind)
    disposition = "inline" if inline else "attachment"
    answer.headers.set("Content-Disposition", disposition, filename=name)
    return answer
