"""Papers: a template and plain values become a PDF, the same bytes for the same values for ever.

Printing is a read. A template runs in a sandbox, sees only what it is given, and can fetch nothing:
no file, no network, no data address. Fonts are the system's and are embedded.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import segno
import weasyprint
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from backoffice.barcodes import draw_code128
from backoffice.paper_audit import Signature, audit_paper_values
from backoffice.trade_words import show_moment, typeset
from ledger.audit.day import DayAudit
from ledger.text import Language, Text

PRINT_FOLDER = Path(__file__).parent.parent / "templates" / "print"
FOOTER = Text("内部单据,不作报销凭证", "Internal document, not valid for reimbursement")


class PaperReachesOutside(RuntimeError):
    """A template asks for a resource; papers bring everything with them."""


def render_audit_paper(
    day: DayAudit,
    *,
    language: Language,
    printed_at: dt.datetime,
    printed_by: str,
    signatures: Sequence[Signature] = (),
) -> bytes:
    """Give the audit paper of a hall-day as PDF, A4; `signatures` are those on record.

    A day that no auditor signed is marked as unsigned on every page (DOMAIN RET-07).
    """
    document = lay_out_audit_paper(
        day,
        language=language,
        printed_at=printed_at,
        printed_by=printed_by,
        signatures=signatures,
    )
    return write_pdf(document)


def lay_out_audit_paper(
    day: DayAudit,
    *,
    language: Language,
    printed_at: dt.datetime,
    printed_by: str,
    signatures: Sequence[Signature] = (),
) -> weasyprint.Document:
    """Lay the audit paper out on pages without writing it."""
    return lay_out_paper(
        "audit.html",
        audit_paper_values(day, language=language, signatures=signatures),
        language=language,
        printed_at=printed_at,
        printed_by=printed_by,
    )


def render_paper(
    template: str,
    values: Mapping[str, object],
    *,
    language: Language,
    printed_at: dt.datetime,
    printed_by: str,
) -> bytes:
    """Give any paper as PDF: a template of `templates/print` that extends `paper.html`.

    `values` are plain: texts, integers, and tuples and mappings of them. Beside them a template has
    `t(zh, en)`, `language`, `qr(text)`, `barcode(text)` and what `paper.html` prints on each page.
    """
    document = lay_out_paper(
        template, values, language=language, printed_at=printed_at, printed_by=printed_by
    )
    return write_pdf(document)


def lay_out_paper(
    template: str,
    values: Mapping[str, object],
    *,
    language: Language,
    printed_at: dt.datetime,
    printed_by: str,
) -> weasyprint.Document:
    """Lay a paper out on pages; raises PaperReachesOutside."""
    return lay_out_html(
        paper_html(
            template, values, language=language, printed_at=printed_at, printed_by=printed_by
        )
    )


def paper_html(
    template: str,
    values: Mapping[str, object],
    *,
    language: Language,
    printed_at: dt.datetime,
    printed_by: str,
) -> str:
    """Give a paper as HTML, before it is laid out."""

    def translate(zh: str, en: str) -> str:
        return typeset(zh) if language == "zh" else en

    return (
        _environment()
        .get_template(template)
        .render(
            values,
            t=translate,
            qr=draw_qr,
            barcode=draw_code128,
            language="zh-CN" if language == "zh" else "en",
            footer=FOOTER.in_language(language),
            printed_at=show_moment(printed_at, language),
            printed_on=printed_at.isoformat(timespec="seconds"),
            printed_by=printed_by,
        )
    )


def lay_out_html(html: str) -> weasyprint.Document:
    """Lay a page out in the style of papers; raises PaperReachesOutside."""
    try:
        page = weasyprint.HTML(string=html, url_fetcher=_closed())
        return page.render(stylesheets=[_style()], font_config=_fonts())
    except FatalURLFetchingError as reached:
        raise PaperReachesOutside(str(reached)) from reached


def write_pdf(document: weasyprint.Document) -> bytes:
    """Give the bytes of a laid-out paper."""
    content = document.write_pdf(pdf_tags=True)
    assert isinstance(content, bytes), "without a target the bytes are given back"
    return content


def draw_qr(text: str) -> Markup:
    """Draw a QR code as an SVG element, one unit a module; the page leaves the quiet zone."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=0, omitsize=True))  # noqa: S704


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(PRINT_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> weasyprint.CSS:
    """Give the style of papers; it is parsed once, as every paper has the same."""
    written = (PRINT_FOLDER / "paper.css").read_text(encoding="utf-8")
    return weasyprint.CSS(string=written, url_fetcher=_closed())


def _fonts() -> FontConfiguration:
    """Give the system's fonts, loaded once a thread: laying out is not safe across threads.

    One for each paper keeps all it opened until Python looks for cycles, hundreds of megabytes.
    """
    if not hasattr(_OF_THREAD, "fonts"):
        _OF_THREAD.fonts = FontConfiguration()
    fonts = _OF_THREAD.fonts
    assert isinstance(fonts, FontConfiguration), "nothing else is kept there"
    return fonts


_OF_THREAD = threading.local()


def _closed() -> weasyprint.URLFetcher:
    return weasyprint.URLFetcher(allowed_protocols=(), fail_on_errors=True)
