"""One person's day at the counter: his clock, his forms, and the rows each act of his leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.generator.world import Day, Hall, Range, Row, clock, fen_of, yuan

E_INVOICE_PROVINCE = "31"
FORMS_PER_RANGE = 200


@dataclass
class Sale:
    """A transaction just entered: its number, time, lines and what was received in fen."""

    no: str
    at: datetime
    clerk: str
    lines: list[Row]

    @property
    def received(self) -> int:
        """The sum of its lines' received, in fen."""
        return sum(fen_of(line["received"]) for line in self.lines)


@dataclass
class Desk:
    """One human on one day; every act moves his clock on."""

    hall: Hall
    day: Day
    human: str
    rng: Random
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        opening = self.day.at("09:00:00")
        self.at = opening + timedelta(seconds=self.rng.randrange(600))

    @property
    def clerk(self) -> str:
        """One of his staff numbers."""
        return self.rng.choice(self.hall.numbers_of(self.human))

    def tick(self, seconds: int | None = None) -> datetime:
        """Let some minutes (or exactly `seconds`) pass and give the time."""
        self.at += timedelta(seconds=seconds or self.rng.randrange(61, 400))
        return self.at

    def subscriber(self) -> str:
        """A number no other transaction uses."""
        return f"186{self.hall.count('subscriber'):08d}"

    def sale(
        self,
        *amounts: int,
        business: str = "缴费",
        tender: str | None = None,
        at: datetime | None = None,
        clerk: str = "",
        **cells: Any,
    ) -> Sale:
        """Enter a transaction with one line for each amount in fen, all in one tender.

        `cells` are further cells of every line; `due` is what was received unless given.
        """
        moment = at or self.tick()
        number = clerk or self.clerk
        no = f"{self.day.date.replace('-', '')}{self.hall.count('txn'):05d}"
        paid_by = self.any_tender() if tender is None else tender
        shared = {
            "txn_no": no,
            "accepted_at": clock(moment),
            "clerk": number,
            "shift_no": "1",
            "business": business,
            "subscriber": self.subscriber(),
            "tender": paid_by,
            **self.paid_with(paid_by, moment),
            **cells,
        }
        lines = [
            {"line_no": str(position), "due": yuan(fen), "received": yuan(fen), **shared}
            for position, fen in enumerate(amounts, start=1)
        ]
        self.day.rows["accounts"] += lines
        return Sale(no, moment, number, lines)

    def paid_with(self, tender: str, moment: datetime) -> Row:
        """Give the cells that identify a payment in `tender`: reference, terminal and batch."""
        if not tender or self.hall.tenders[tender][0] != "settled":
            return {}
        cells = {"tender_ref": self.reference(tender, moment)}
        if tender == "pos":
            terminal = f"T{int(self.hall.numbers_of(self.human)[0][1:]):07d}"
            cells |= {"terminal": terminal, "batch_no": f"{self.hall.days.index(self.day) + 1:06d}"}
        return cells

    def reference(self, tender: str, moment: datetime) -> str:
        """Give a reference of the tender's own shape that is never given twice."""
        number = self.hall.count("reference")
        if tender in self.hall.order_tenders:
            return f"{self.hall.code}{moment:%Y%m%d}{number:06d}"
        return vendor_reference(tender, moment, number)

    def any_tender(self) -> str:
        """Choose a tender the way customers do."""
        usual = ["cash", "cash", "wechat", "wechat", "alipay", "pos"]
        return self.rng.choice(usual + sorted(self.hall.tenders))

    def amount(self) -> int:
        """Choose an ordinary amount in fen."""
        return self.rng.choice([3000, 5000, 5800, 8850, 10000, 12990, 19900, 20010, 30000])

    def paper_number(self) -> tuple[str, str]:
        """Use the next number of his range, drawing a new range when it is used up."""
        held = self.hall.ranges.get(self.human)
        if held is None or held.next > held.last:
            held = self.draw_range(FORMS_PER_RANGE)
        number = held.number(held.next)
        held.next += 1
        return held.code, number

    def draw_range(self, count: int, *, used: int = 0) -> Range:
        """Draw `count` new forms, the first `used` of them used before the books opened."""
        code = form_code(self.hall)
        first = 100_000 * self.hall.number + 1000 * self.hall.count("range") + 1
        held = Range(code, first, first + count - 1, first + used)
        self.hall.ranges[self.human] = held
        self.day.rows["invoice_books"].append(
            {
                "invoice_code": code,
                "first_no": held.number(first),
                "last_no": held.number(held.last),
                "count": str(count),
                "carrier": "continuous" if count > 50 else "book",
                "clerk": self.hall.numbers_of(self.human)[0],
                "used_to": held.number(first + used - 1) if used else "",
                "drawn_at": clock(self.day.at("08:30:00")),
            }
        )
        return held

    def e_number(self) -> tuple[str, str]:
        """Give a new 20-digit number, which has no code."""
        year = self.day.date[2:4]
        return (
            "",
            f"{year}{E_INVOICE_PROVINCE}2{self.hall.number:06d}{self.hall.count('e-invoice'):09d}",
        )

    def register(
        self,
        form: tuple[str, str],
        fen: int,
        *,
        status: str = "issued",
        at: datetime | None = None,
        clerk: str = "",
        **cells: Any,
    ) -> Row:
        """Enter an invoice in the register, at his present time unless another is given."""
        row = {
            "invoice_code": form[0],
            "invoice_no": form[1],
            "issued_at": clock(at or self.at),
            "clerk": clerk or self.clerk,
            "amount": yuan(fen),
            "status": status,
            **cells,
        }
        self.day.rows["invoices"].append(row)
        return row

    def void(self, form: tuple[str, str], fen: int, **cells: Any) -> Row:
        """Enter a form as void with all three copies in hand."""
        usual = {"copies": "3", "copies_recovered": "3", "void_reason": "打印错误"}
        return self.register(form, fen, status="void", **(usual | cells))

    def invoice(self, sale: Sale, *, kind: str = "") -> tuple[str, str]:
        """Invoice a sale on paper or as e-invoice, linked in one of the ways halls do it."""
        chosen = kind or self.rng.choice(["paper", "paper", "e"])
        form = self.paper_number() if chosen == "paper" else self.e_number()
        by = self.rng.choice(["line", "register", "both", "link"])
        row = self.register(form, sale.received)
        row["_simple"] = sale.no
        if by in {"register", "both"}:
            row["txn_no"] = sale.no
        if by in {"line", "both"}:
            for line in sale.lines:
                line |= {"invoice_code": form[0], "invoice_no": form[1]}
        if by == "link":
            self.link(form, sale, fen=self.rng.choice([None, sale.received]))
        return form

    def link(self, form: tuple[str, str], sale: Sale, *, fen: int | None = None) -> None:
        """Enter a link between an invoice and a sale, with or without an amount."""
        self.day.rows["invoice_links"].append(
            {
                "invoice_code": form[0],
                "invoice_no": form[1],
                "txn_no": sale.no,
                "amount": "" if fen is None else yuan(fen),
            }
        )

    def waive(self, sale: Sale) -> None:
        """Note that the customer wanted no invoice."""
        self.rng.choice(sale.lines)["invoice_waived"] = "1"

    def settle_invoice(self, sale: Sale) -> None:
        """Invoice the sale or note that none was wanted."""
        if self.rng.random() < 0.3:
            self.waive(sale)
        else:
            self.invoice(sale)

    def split(self, sale: Sale, parts: dict[str, int]) -> None:
        """Pay a sale in several tenders through the tenders file, parts in fen."""
        for line in sale.lines:
            misleading = self.rng.random() < 0.5
            for name in ("tender_ref", "terminal", "batch_no"):
                line.pop(name, None)
            line["tender"] = "cash" if misleading else ""
        for tender, fen in parts.items():
            self.day.rows["tenders"].append(
                {
                    "txn_no": sale.no,
                    "tender": tender,
                    "amount": yuan(fen),
                    **self.paid_with(tender, sale.at),
                }
            )


def vendor_reference(tender: str, moment: datetime, number: int) -> str:
    """Give a payment reference in the shape the vendor of `tender` uses."""
    day = f"{moment:%Y%m%d}"
    shapes = {
        "wechat": f"4200002{day}{number:013d}",
        "alipay": f"{day}22001{number:015d}",
        "pos": f"{number:012d}",
        "digital_rmb": f"0{day}{number:011d}",
    }
    return shapes.get(tender, f"{tender.upper()}{day}{number:06d}")


def form_code(hall: Hall) -> str:
    """Give the invoice code the hall draws, of one of the structures in use (DOMAIN.md INV-12)."""
    codes = ["031002500104", "131000940123", "231000940123", "3100251130"]
    return codes[hall.number % len(codes)]
