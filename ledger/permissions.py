"""Who may do what: one table from (document kind or desk, action) to the roles that may."""

from __future__ import annotations

from ledger.errors import Forbidden
from ledger.text import Text
from ledger.work import Actor, UnitOfWork

LEADERS = frozenset({"hall_manager", "duty_manager"})
ABOVE = frozenset({"department", "finance"})

HALL_ROLES = frozenset({"clerk", "stock_keeper", "invoice_keeper", "auditor"}) | LEADERS

PERMISSIONS: dict[tuple[str, str], frozenset[str]] = {
    ("stock", "view"): frozenset({"stock_keeper", "clerk", "auditor"}) | LEADERS | ABOVE,
    ("stock", "oversee"): frozenset({"stock_keeper", "auditor"}) | LEADERS | ABOVE,
    ("stock", "submit"): frozenset({"stock_keeper"}),
    ("stock", "post"): frozenset({"stock_keeper"}),
    ("stock", "cancel"): frozenset({"stock_keeper"}),
    ("stock", "approve"): LEADERS | ABOVE,
    ("stock", "reject"): LEADERS | ABOVE,
    ("stock", "reverse"): frozenset({"hall_manager", "department"}),
    ("campaigns", "edit"): frozenset({"stock_keeper"}) | LEADERS | ABOVE,
    ("custody", "submit"): frozenset({"clerk", "stock_keeper"}),
    ("custody", "post"): frozenset({"clerk", "stock_keeper"}),
    ("custody", "cancel"): frozenset({"clerk", "stock_keeper"}),
    ("custody", "approve"): LEADERS | ABOVE,
    ("custody", "reject"): LEADERS | ABOVE,
    ("custody", "reverse"): frozenset({"hall_manager", "department"}),
    ("count", "view"): frozenset({"stock_keeper", "auditor", "finance"}) | LEADERS | ABOVE,
    ("count", "open"): frozenset({"stock_keeper", "auditor"}) | LEADERS,
    ("count", "scan"): frozenset({"clerk", "stock_keeper", "invoice_keeper", "auditor"})
    | LEADERS
    | ABOVE,
    ("count", "watch"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("count", "submit"): frozenset({"clerk", "stock_keeper", "auditor"}) | LEADERS,
    ("count", "cancel"): frozenset({"stock_keeper", "auditor"}) | LEADERS,
    ("count", "approve"): LEADERS | ABOVE,
    ("count", "reject"): LEADERS | ABOVE,
    ("count", "reverse"): frozenset({"hall_manager", "department"}),
    ("invoices", "submit"): frozenset({"invoice_keeper"}),
    ("invoices", "post"): frozenset({"invoice_keeper"}),
    ("invoices", "cancel"): frozenset({"invoice_keeper"}),
    ("invoices", "approve"): LEADERS | ABOVE,
    ("invoices", "reject"): LEADERS | ABOVE,
    ("invoices", "reverse"): frozenset({"hall_manager", "department"}),
    ("invoices", "end"): frozenset({"invoice_keeper", "hall_manager", "department"}),
    ("halls", "close"): frozenset({"hall_manager", "department", "admin"}),
    ("forms", "view"): HALL_ROLES | ABOVE,
    ("forms", "oversee"): frozenset({"invoice_keeper", "auditor"}) | LEADERS | ABOVE,
    ("forms", "submit"): frozenset({"clerk", "invoice_keeper"}),
    ("forms", "post"): frozenset({"clerk", "invoice_keeper"}),
    ("forms", "cancel"): frozenset({"clerk", "invoice_keeper"}),
    ("forms", "approve"): frozenset({"invoice_keeper"}) | LEADERS | ABOVE,
    ("forms", "reject"): frozenset({"invoice_keeper"}) | LEADERS | ABOVE,
    ("forms", "reverse"): frozenset({"hall_manager", "department"}),
    ("forms", "register"): frozenset({"clerk", "invoice_keeper"}),
    ("forms", "count"): frozenset({"clerk", "invoice_keeper", "auditor"}) | LEADERS,
    ("uses", "submit"): frozenset({"clerk", "invoice_keeper", "auditor"}) | LEADERS,
    ("uses", "post"): frozenset({"clerk", "invoice_keeper", "auditor"}) | LEADERS,
    ("uses", "reverse"): frozenset({"clerk", "invoice_keeper", "auditor"}) | LEADERS,
    ("voids", "submit"): frozenset({"clerk", "invoice_keeper"}),
    ("voids", "cancel"): frozenset({"clerk", "invoice_keeper"}),
    ("voids", "post"): frozenset({"auditor"}),
    ("voids", "approve"): frozenset({"auditor"}),
    ("voids", "reject"): frozenset({"auditor"}),
    ("voids", "reverse"): frozenset({"hall_manager", "department"}),
    ("losses", "submit"): frozenset({"clerk", "invoice_keeper"}) | LEADERS,
    ("losses", "post"): frozenset({"clerk", "invoice_keeper"}) | LEADERS,
    ("losses", "report"): frozenset({"invoice_keeper"}) | LEADERS,
    ("losses", "reverse"): frozenset({"hall_manager", "department"}),
    ("evidence", "import"): frozenset({"auditor", "hall_manager", "duty_manager"}),
    ("audit", "view"): frozenset({"auditor", "finance"}) | LEADERS | ABOVE,
    ("audit", "run"): frozenset({"auditor", "hall_manager", "duty_manager"}),
    ("audit", "answer"): frozenset({"auditor", "clerk"}),
    ("audit", "accept"): frozenset({"auditor"}),
    ("audit", "override"): frozenset({"auditor", "department"}) | LEADERS,
    ("audit", "sign"): frozenset({"auditor"}),
    ("day_results", "submit"): frozenset({"auditor"}),
    ("day_results", "approve"): frozenset({"hall_manager", "department"}),
    ("day_results", "reject"): frozenset({"hall_manager", "department"}),
    ("day_results", "reverse"): frozenset({"hall_manager", "department"}),
    ("day_reopenings", "submit"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("day_reopenings", "approve"): frozenset({"hall_manager", "department"}),
    ("day_reopenings", "reject"): frozenset({"hall_manager", "department"}),
    ("day_reopenings", "cancel"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("days", "hand_over"): frozenset({"finance"}),
    ("items", "view"): frozenset({"clerk", "stock_keeper", "auditor", "finance"}) | LEADERS | ABOVE,
    ("items", "edit"): frozenset({"stock_keeper", "hall_manager", "department"}),
    ("items", "load"): frozenset({"stock_keeper", "hall_manager", "department"}),
    ("prices", "load"): frozenset({"hall_manager", "department"}),
    ("prices", "set"): frozenset({"hall_manager", "department"}),
    ("prices", "ask"): frozenset({"stock_keeper"}) | LEADERS,
    ("prices", "approve"): frozenset({"department"}),
    ("labels", "edit"): frozenset({"stock_keeper", "hall_manager", "department"}),
    ("labels", "confirm"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("people", "edit"): frozenset({"admin", "department"}),
    ("refunds", "view"): frozenset({"clerk", "auditor"}) | LEADERS | ABOVE,
    ("refunds", "submit"): frozenset({"clerk"}) | LEADERS,
    ("refunds", "approve"): LEADERS | ABOVE,
    ("refunds", "reject"): LEADERS | ABOVE,
    ("refunds", "cancel"): frozenset({"clerk"}) | LEADERS,
    ("refunds", "post"): frozenset({"clerk", "finance"}) | LEADERS,
    ("refunds", "reverse"): frozenset({"department"}),
    ("refunds", "settle"): frozenset({"auditor"}),
    ("refunds", "oversee"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("refund_papers", "submit"): frozenset({"clerk"}) | LEADERS,
    ("refund_papers", "approve"): frozenset({"auditor"}),
    ("refund_papers", "reject"): frozenset({"auditor"}),
    ("refund_papers", "cancel"): frozenset({"clerk"}) | LEADERS,
    ("refund_papers", "post"): frozenset({"auditor"}),
    ("refunds", "unmask"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("refund_policy", "view"): frozenset({"clerk", "auditor"}) | LEADERS | ABOVE,
    ("refund_policy", "submit"): frozenset({"department"}),
    ("refund_policy", "approve"): frozenset({"department"}),
    ("refund_policy", "reject"): frozenset({"department"}),
    ("refund_policy", "cancel"): frozenset({"department"}),
    ("refund_policy", "post"): frozenset({"department"}),
    ("authorities", "submit"): LEADERS | {"department"},
    ("authorities", "post"): LEADERS | {"department"},
    ("authorities", "reverse"): LEADERS | {"department"},
    ("cash", "view"): frozenset({"clerk", "stock_keeper", "auditor"}) | LEADERS | ABOVE,
    ("cash", "oversee"): frozenset({"stock_keeper", "auditor"}) | LEADERS | ABOVE,
    ("shift", "open"): frozenset({"clerk"}),
    ("shift", "oversee"): frozenset({"auditor"}) | LEADERS | ABOVE,
    ("shift", "close_for"): LEADERS,
    ("drawer", "submit"): frozenset({"clerk"}) | LEADERS,
    ("drawer", "cancel"): frozenset({"clerk"}) | LEADERS,
    ("drawer", "approve"): LEADERS,
    ("drawer", "reject"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("drawer", "reverse"): frozenset({"hall_manager", "department"}),
    ("safe", "submit"): frozenset({"stock_keeper"}) | LEADERS,
    ("safe", "cancel"): frozenset({"stock_keeper"}) | LEADERS,
    ("safe", "approve"): LEADERS,
    ("safe", "reject"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("safe", "reverse"): frozenset({"hall_manager", "department"}),
    ("vault", "submit"): frozenset({"stock_keeper", "auditor"}),
    ("vault", "cancel"): frozenset({"stock_keeper", "auditor"}),
    ("vault", "approve"): frozenset({"stock_keeper", "auditor"}),
    ("vault", "reject"): frozenset({"stock_keeper", "auditor"}),
    ("petty", "submit"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("petty", "cancel"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("petty", "approve"): LEADERS | ABOVE,
    ("petty", "reject"): LEADERS | ABOVE,
    ("petty", "reverse"): frozenset({"hall_manager", "department"}),
    ("bank", "submit"): frozenset({"auditor", "finance"}) | LEADERS,
    ("bank", "reverse"): frozenset({"hall_manager", "department"}),
    ("statements", "submit"): frozenset({"auditor", "finance"}) | LEADERS,
    ("statements", "reverse"): frozenset({"auditor", "finance", "department"}) | LEADERS,
    ("kiosk", "submit"): frozenset({"stock_keeper"}) | LEADERS,
    ("kiosk", "cancel"): frozenset({"stock_keeper"}) | LEADERS,
    ("kiosk", "approve"): LEADERS,
    ("kiosk", "reject"): frozenset({"clerk", "stock_keeper"}) | LEADERS,
    ("kiosk", "reverse"): frozenset({"hall_manager", "department"}),
    ("slips", "view"): frozenset({"clerk", "auditor"}) | LEADERS,
    ("slips", "issue"): frozenset({"clerk"}),
    ("over_short", "submit"): frozenset({"auditor"}) | LEADERS,
    ("over_short", "cancel"): frozenset({"auditor"}) | LEADERS,
    ("over_short", "approve"): LEADERS | ABOVE,
    ("over_short", "reject"): LEADERS | ABOVE,
    ("over_short", "reverse"): frozenset({"hall_manager", "department"}),
    ("roster", "view"): HALL_ROLES | ABOVE,
    ("roster", "edit"): LEADERS,
    ("duties", "view"): HALL_ROLES | ABOVE | {"admin"},
    ("duties", "submit"): frozenset({"department"}),
    ("duties", "post"): frozenset({"department"}),
    ("duties", "reverse"): frozenset({"department"}),
    ("calendar", "edit"): frozenset({"hall_manager", "department", "admin"}),
    ("countersign", "submit"): LEADERS,
    ("countersign", "post"): LEADERS,
    ("sales", "submit"): frozenset({"auditor", "hall_manager", "duty_manager"}),
    ("sales", "post"): frozenset({"auditor", "hall_manager", "duty_manager"}),
    ("sales", "reverse"): frozenset({"auditor", "hall_manager", "duty_manager"}),
}
SYSTEM_MAY = frozenset(
    {
        ("evidence", "import"),
        ("audit", "view"),
        ("audit", "run"),
        ("items", "view"),
        ("stock", "view"),
        ("stock", "oversee"),
        ("takings", "submit"),
        ("takings", "post"),
        ("takings", "reverse"),
        ("cash", "view"),
        ("cash", "oversee"),
        ("roster", "view"),
        ("roster", "edit"),
        ("duties", "view"),
        ("sales", "submit"),
        ("sales", "post"),
        ("sales", "reverse"),
        ("forms", "view"),
        ("forms", "oversee"),
        ("halls", "close"),
        ("refunds", "cancel"),
        ("uses", "submit"),
        ("uses", "post"),
        ("uses", "reverse"),
    }
)


class NotPermitted(Forbidden):
    """No role of the actor allows the act."""

    code = "not_permitted"
    text = Text(
        "{actor} 无权在此办理“{action}”({area})。请由有权限的岗位办理。",
        "{actor} may not {action} here ({area}). Ask someone whose role allows it.",
    )


def may(uow: UnitOfWork, hall_id: int, area: str, action: str) -> bool:
    """Tell whether the actor's roles in the hall allow the action."""
    return actor_may(uow.actor, hall_id, area, action)


def actor_may(actor: Actor, hall_id: int, area: str, action: str) -> bool:
    """Tell the same of an actor outside a unit of work."""
    if actor.is_system:
        return (area, action) in SYSTEM_MAY or action == "load"
    allowed = PERMISSIONS.get((area, action), frozenset())
    return bool(allowed & actor.roles_in(hall_id))


def require(uow: UnitOfWork, hall_id: int, area: str, action: str) -> None:
    """Go on only if the actor may; raises NotPermitted."""
    if not may(uow, hall_id, area, action):
        raise NotPermitted(actor=uow.actor.label, action=action, area=area)
