"""P · what belongs to a book: void numbers on its cover (P04), its stubs when finished (P08).

P04 is asked only of books that are kept here: received or handed out by a document made here, or
with a cover sheet. A book whose papers were only loaded has its cover where those papers are.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import fact, facts
from ledger.text import Text

P04 = Check(
    code="P04",
    name=Text("封面漏登", "Not on the cover"),
    severity="warn",
    override="auditor",
    message=Text(
        "作废号码 {invoice} 未登记在票本 {book} 的最新封面上。",
        "Void number {invoice} is not on the latest cover sheet of the book {book}.",
    ),
    remedy=Text(
        "重新打印票本的封面作废登记,新版本会列出全部作废号码。",
        "Print the book's cover sheet again; its new version lists all void numbers.",
    ),
    rule="CHECKS P04; DOMAIN INV-06",
)
P08 = Check(
    code="P08",
    name=Text("用完未交", "Finished, not returned"),
    severity="warn",
    override="manager",
    message=Text(
        "{subject}(至 {last_no})已于 {finished} 用完,存根至今未交。",
        "{subject} (to {last_no}) was finished on {finished}; its stubs have not come back.",
    ),
    remedy=Text(
        "存根连同作废各联按号装订,交票据管理员登记存根交存单。",
        "Bind the stubs with the void copies in number order and deliver them to the custodian of"
        " forms.",
    ),
    rule="CHECKS P08; DOMAIN INV-05",
)

# Whoever had the last number last brings the book back.
_HOLDER = """COALESCE((
         SELECT MAX(g.clerk) FROM invoice_ranges g
          WHERE g.hall_id = b.hall_id AND g.book_id = b.id
            AND g.last_number = b.last_number), '')"""

_OVERDUE = f"""
SELECT s.hall_id, s.business_date, 'P08' AS check_code,
       'book:' || b.invoice_code || '/' || b.first_no, {_HOLDER}, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), 'warn',
       {facts(fact("finished", "CAST(b.finished_on AS TEXT)"), fact("last_no", "b.last_no"))}
  FROM audit_scope s CROSS JOIN invoice_books b
 WHERE b.hall_id = s.hall_id AND b.finished_on < s.finished_before"""

# Delivered on a later day is not delivered yet.
NOT_RETURNED = Question(
    (P08,),
    f"""{_OVERDUE} AND b.stubs_on IS NULL
 UNION ALL{_OVERDUE} AND b.stubs_on > s.business_date
""",
)

# A paper that was loaded has the number it was loaded by; a document made here has none.
_KEPT_HERE = """(
       EXISTS (SELECT 1 FROM invoice_covers c WHERE c.hall_id = b.hall_id AND c.book_id = b.id)
    OR EXISTS (SELECT 1 FROM documents d
                WHERE d.hall_id = b.hall_id AND d.id = b.document_id AND d.paper_no IS NULL)
    OR EXISTS (SELECT 1 FROM invoice_ranges g
                 JOIN documents d ON d.hall_id = g.hall_id AND d.id = g.document_id
                      AND d.paper_no IS NULL
                WHERE g.hall_id = b.hall_id AND g.book_id = b.id))"""

NOT_ON_COVER = Question(
    (P04,),
    f"""
SELECT f.hall_id, f.business_date, 'P04' AS check_code,
       'invoice:' || f.invoice_code || '/' || f.invoice_no, f.clerk, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), 'warn', {facts(fact("book", "b.first_no"))}
  FROM audit_forms f
  JOIN invoice_books b ON b.hall_id = f.hall_id AND b.invoice_code = f.invoice_code
       AND b.first_number <= f.number AND b.last_number >= f.number
       AND length(b.first_no) = length(f.invoice_no)
 WHERE f.status = 'void' AND f.issued_on = f.business_date AND {_KEPT_HERE}
   AND NOT EXISTS (SELECT 1 FROM invoice_cover_numbers n
                    WHERE n.hall_id = b.hall_id AND n.book_id = b.id AND n.number = f.number
                      AND n.version = (SELECT MAX(c.version) FROM invoice_covers c
                                        WHERE c.hall_id = b.hall_id AND c.book_id = b.id))
""",
)

BOOK_QUESTIONS = (NOT_ON_COVER, NOT_RETURNED)

register_checks(BOOK_QUESTIONS)
