"""What a person sees when something is refused: what is wrong and what to do, never a traceback."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from backoffice.errors import status_of
from backoffice.failure_log import write_failure
from backoffice.pages.door import config, safe_next
from ledger.errors import BackofficeError, BadInput
from ledger.text import Text

TITLES = {
    400: Text("请求无法处理", "The request cannot be read"),
    403: Text("没有权限", "Not permitted"),
    404: Text("没有这一页", "There is no such page"),
    405: Text("不能这样打开", "It cannot be opened this way"),
    409: Text("现在不能这样做", "Not possible now"),
    413: Text("文件太大", "The file is too large"),
    422: Text("内容有误", "Something in it is wrong"),
    500: Text("系统出错", "Something broke"),
}
ADVICE = {
    404: Text(
        "地址有误,或它不属于您可查看的营业厅。请返回上一页,或用上方搜索。",
        "The address is wrong, or it is not of a hall you may see. Go back, or search above.",
    ),
    405: Text("请用页面上的按钮办理。", "Use the button on the page."),
    500: Text(
        "本次操作没有生效。请稍后再试;若仍然出错,请把时间告诉系统管理员。",
        "Nothing was changed. Try again later; if it stays, tell the administrator the time.",
    ),
}
FORM_TOO_OLD = Text(
    "页面放置过久或已在别处登录,表单未提交。请返回、刷新后重新提交。",
    "The page is old, or you signed in elsewhere; nothing was sent. Go back, reload, send again.",
)

log = logging.getLogger(__name__)


def register_refusals(app: Flask) -> None:
    """Answer errors as pages: those of the pages themselves, and addresses nobody serves."""
    app.register_error_handler(BackofficeError, show_domain_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_refusal)
    app.register_error_handler(Exception, show_failure)


def show_domain_refusal(error: BackofficeError) -> Response:
    """Show a rule's refusal: its sentence, and each problem of an input with its place."""
    problems = error.problems if isinstance(error, BadInput) else ()
    sentence = Text(error.message("zh"), error.message("en"))
    return refuse(status_of(error), sentence, problems=problems)


def show_stale_form(error: CSRFError) -> Response:
    """Show that the form's token does not fit."""
    return refuse(400, FORM_TOO_OLD)


def show_http_refusal(error: HTTPException) -> Response:
    """Show an address that is wrong, a file that is too large, and their like."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        limit = config().upload_limit_mb
        advice = Text(
            f"一次最多上传 {limit} MB。请分开上传。",
            f"At most {limit} MB at once. Upload it in parts.",
        )
        return refuse(413, advice)
    return refuse(status, ADVICE.get(status, ADVICE[404] if status < 500 else ADVICE[500]))


def show_failure(error: Exception) -> Response:
    """Show that the program itself failed; the log has the reason, the page does not."""
    write_failure(log, f"failed on {request.method} {request.path}", error)
    return refuse(500, ADVICE[500])


def refuse(status: int, sentence: Text, *, problems: object = ()) -> Response:
    """Give the page of a refusal."""
    title = TITLES.get(status, TITLES[400] if status < 500 else TITLES[500])
    back = request.referrer if request.referrer != request.url else None
    home = safe_next(urlsplit(back).path, "/") if back else "/"
    page = render_template(
        "refusal.html", title=title, sentence=sentence, problems=problems, back=home
    )
    return make_response(page, status)
