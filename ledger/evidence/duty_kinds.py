"""The files about working days: who works which shift, and which days banks and halls are open."""

from __future__ import annotations

from ledger.evidence.columns import Kind, date, flag, tag, text

DUTY_KINDS = (
    Kind(
        name="roster",
        zh="排班",
        role="catalogue",
        key=("date", "clerk"),
        columns=(
            date("date", "日期"),
            text("clerk", "工号"),
            text("shift", "班次"),
            text("desk", "台席", optional=True),
        ),
    ),
    Kind(
        name="calendar",
        zh="日历",
        role="catalogue",
        key=("calendar", "date"),
        columns=(
            tag("calendar", "日历", "bank hall office", "银行 营业厅 工作日"),
            date("date", "日期"),
            flag("open", "营业"),
            text("name", "名称", optional=True),
        ),
    ),
)
