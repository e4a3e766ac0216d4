"""SQL: what moved since a day, number by number, and which blanks lay still meanwhile.

States are read backwards: from where a unit is now, less what moved since (DOMAIN INV-04).
"""

from __future__ import annotations

from invoices.number_states import BLANK_KINDS, FORM_COMMODITIES, weight_of

DEPARTMENT = "department"

MOVES = f"""
touched AS (
    SELECT p.hall_id, p.unit_id, {weight_of("d.kind")} - {weight_of("c.kind")} AS change,
           CASE WHEN p.business_date <= :last THEN 1 ELSE 0 END AS during,
           CASE WHEN p.business_date <= :last AND '{DEPARTMENT}' IN (d.kind, c.kind)
                THEN p.document_id END AS paper
      FROM postings p
      JOIN accounts d ON d.hall_id = p.hall_id AND d.id = p.debit_account
      JOIN accounts c ON c.hall_id = p.hall_id AND c.id = p.credit_account
     WHERE p.hall_id IN :halls AND p.business_date >= :first AND p.unit_id > 0
       AND p.commodity_id IN ({FORM_COMMODITIES})
     UNION ALL
    SELECT u.hall_id, u.id, 0, 0, NULL
      FROM accounts a
      JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id
     WHERE a.hall_id IN :halls AND a.kind IN ({BLANK_KINDS})
       AND u.commodity_id IN ({FORM_COMMODITIES})
), moves AS (
    SELECT hall_id, unit_id, CAST(SUM(change) AS BIGINT) AS since_first,
           CAST(SUM(CASE WHEN during = 1 THEN 0 ELSE change END) AS BIGINT) AS since_last,
           CASE WHEN MIN(paper) <> MAX(paper) THEN 1 ELSE 0 END AS through
      FROM touched GROUP BY hall_id, unit_id
)
"""
"""The tables `touched` and `moves` of a WITH clause, bound to :halls, :first and :last.

`moves` has a row for each number that was blank, moved in the period or moved after it: by how
much its state's weight changed since the first day began and since the last ended. `through`:
several documents took it across the hall's bounds in the period.
"""
