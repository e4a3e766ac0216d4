"""What the rules on duties refuse, each with what to do next."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid
from ledger.text import Text


class DutiesClash(Conflict):
    """One person does not do two incompatible duties on one day (DOMAIN REC-10)."""

    code = "duties_clash"
    text = Text(
        "{actor} 在 {date} 已{other},不能再{duty}。请由另一人办理,或由上级主管部门开具限期例外单。",
        "{actor} {other} on {date} and cannot {duty} too. Ask another person, or the department for"
        " an exception with an end.",
    )


class AuditsOwnTakings(DutiesClash):
    """Who took money on a day does not audit it (DOMAIN REC-10)."""

    code = "audits_own_takings"
    text = Text(
        "{actor} 在 {date} 有收款,不能稽核当日。请由另一名稽核签字。",
        "{actor} took payments on {date} and cannot audit that day. Ask another auditor.",
    )


class RoleClashes(Conflict):
    """A role is not given to who does, or holds, what clashes with it (DOMAIN REC-10)."""

    code = "role_clashes"
    text = Text(
        "{number} 在 {date} 已{other},不能授予“{role}”角色。请另选人员,或待其不再办理后再授。",
        "{number} {other} on {date} and cannot be given the role {role}. Choose another person, or"
        " give it once he no longer does.",
    )


class GrantRefused(Conflict):
    """A grant of the department that its rules do not allow."""

    code = "grant_refused"
    text = Text("不能开具:{problem}。", "It cannot be granted: {problem}.")


class NotAreaAuditor(Conflict):
    """A small hall is audited by the area's auditor, who is not one of its people."""

    code = "not_area_auditor"
    text = Text(
        "本厅按小厅授权 {grant} 由片区稽核,{actor} 是本厅人员,不能稽核。",
        "By grant {grant} this small hall is audited by the area's auditor; {actor} is one of its"
        " own people.",
    )


class AuthorityRefused(Conflict):
    """An authority to sign in somebody's place that the rules do not allow."""

    code = "authority_refused"
    text = Text("授权不能成立:{problem}。", "The authority is refused: {problem}.")


class RosterUnreadable(Invalid):
    """A line of a roster makes no sense."""

    code = "roster_unreadable"
    text = Text("排班 {date} {number}:{problem}。", "Roster {date} {number}: {problem}.")
