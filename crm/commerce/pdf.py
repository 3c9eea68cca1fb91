"""Invoices and credit notes on paper: A4, in Inter, made from the frozen document alone.

Nothing of the present gets in, neither the clock nor a changed address: the same document
gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from crm.core import money
from crm.core.company import Company

from .bookkeeping import CreditNote
from .invoices import frozen
from .models import Invoice

FONTS = Path(str(files("unfold"))) / "static/unfold/fonts/inter"
STYLES: dict[Any, str] = {"": "Inter-Regular.woff2", "B": "Inter-Bold.woff2"}
SYMBOLS = {"EUR": "€", "GBP": "£"}
MARGIN, BOTTOM = 18, 28
INK, GREY, ACCENT = (28, 28, 36), (110, 110, 122), (79, 70, 229)
COLUMNS = ("Description", "Quantity", "Unit price", "Discount", "Tax", "Total")
WIDTHS = (68, 20, 26, 22, 12, 26)
LOGO_WIDTH, LOGO_HEIGHT = 45, 18
LINE = 5


@dataclass(frozen=True)
class Paper:
    """What stands on one paper, whichever kind of document it is."""

    title: str
    mark: str
    facts: Sequence[tuple[str, str]]
    parties: dict[str, Any]
    currency: str
    items: list[dict[str, Any]]
    sums: Sequence[tuple[str, Decimal]]
    result: tuple[str, Decimal]
    text: str
    made_at: datetime


def invoice_pdf(invoice: Invoice) -> bytes:
    """Return an invoice as a PDF; a draft says that it is one."""
    parties = invoice.document or frozen(invoice, Company.current())
    zone = _zone(parties)
    facts = [("Date", _day(invoice.issue_date, zone)), ("Due", _day(invoice.due_date, zone))]
    if invoice.order:
        facts.append(("Order", invoice.order.order_number))
    sums = [*_sums(invoice), ("Total", invoice.total or money.ZERO)]
    sums += [
        (f"Paid on {_day(payment.paid_at, zone)}", -payment.amount)
        for payment in invoice.payments.all()
    ]
    sums += [
        (f"Credit note {note.number}", -note.total) for note in invoice.credit_notes.all()
    ]  # fmt: skip
    marks = {Invoice.Status.DRAFT: "Draft", Invoice.Status.CANCELLED: "Void"}
    number = invoice.invoice_number or ""
    return draw(
        Paper(
            title=f"Invoice {number}".strip(),
            mark=marks.get(Invoice.Status(invoice.status), ""),
            facts=facts,
            parties=parties,
            currency=invoice.currency,
            items=invoice.items,
            sums=sums,
            result=("Balance due", invoice.balance),
            text=invoice.terms,
            made_at=invoice.issue_date,
        )
    )


def credit_note_pdf(note: CreditNote) -> bytes:
    """Return a credit note as a PDF."""
    parties = note.document or frozen(note.invoice, Company.current())
    zone = _zone(parties)
    return draw(
        Paper(
            title=f"Credit note {note.number}",
            mark="",
            facts=[
                ("Date", _day(note.issued_at, zone)),
                ("On invoice", note.invoice.invoice_number or ""),
            ],
            parties=parties,
            currency=note.currency,
            items=note.items,
            sums=_sums(note),
            result=("Credit", note.total),
            text=note.reason,
            made_at=note.issued_at,
        )
    )


def _sums(document: Any) -> list[tuple[str, Decimal]]:
    sums = [("Subtotal", document.subtotal or money.ZERO)]
    if document.discount:
        sums.append(("Discount", -document.discount))
    found = money.totals(
        document.items, currency=document.currency, discount=document.discount
    ) if document.items else None  # fmt: skip
    if found and found.tax_groups and found.tax == document.tax:
        sums += [
            (f"Tax {group.rate:f} % on {_amount(group.base, document.currency)}", group.tax)
            for group in found.tax_groups
        ]
    elif document.tax:
        sums.append(("Tax", document.tax))
    if document.shipping_cost:
        sums.append(("Shipping", document.shipping_cost))
    return sums


# -- drawing -------------------------------------------------------------------------------


class Sheet(FPDF):
    """An A4 sheet with our footer."""

    footer_text = ""

    def footer(self) -> None:
        self.set_y(-BOTTOM + 6)
        self.set_font("Inter", size=7)
        self.set_text_color(*GREY)
        if self.footer_text:
            self.multi_cell(
                0, 3.5, self.footer_text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
        self.set_y(-10)
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}", align="R")


def draw(paper: Paper) -> bytes:
    """Return a paper as a PDF."""
    sheet = Sheet(format="A4")
    sheet.set_creation_date(paper.made_at)
    sheet.set_title(paper.title)
    sheet.set_author(paper.parties["company"]["name"])
    sheet.set_margins(MARGIN, MARGIN)
    sheet.set_auto_page_break(True, BOTTOM)
    for style, file in STYLES.items():
        sheet.add_font("Inter", style, FONTS / file)
    ours = paper.parties["company"]
    sheet.footer_text = "\n".join(ours["invoice_footer"].splitlines()[:3])
    sheet.add_page()
    _head(sheet, paper)
    if paper.items:
        _lines(sheet, paper)
    _result(sheet, paper)
    for text in (paper.text, ours["bank_details"]):
        if text:
            sheet.ln(4)
            _text(sheet, text, size=9)
    return bytes(sheet.output())


def _head(sheet: Sheet, paper: Paper) -> None:
    ours, theirs = paper.parties["company"], paper.parties["customer"]
    top = sheet.get_y()
    below_logo = _logo(sheet, ours.get("logo", "")) or top
    sheet.set_xy(110, top)
    _text(sheet, ours["name"], size=11, bold=True, align="R")
    names = ("address", "email", "phone", "website")
    lines = [ours[name] for name in names if ours[name]]
    if ours["tax_id"]:
        lines.append(f"Tax id {ours['tax_id']}")
    sheet.set_x(110)
    _text(sheet, "\n".join(lines), size=8, colour=GREY, align="R")
    sheet.set_y(max(sheet.get_y(), below_logo) + 8)
    start = sheet.get_y()
    whom = dict.fromkeys(theirs.get(name) for name in ("company", "name", "address") if theirs)
    lines = [line for line in whom if line]
    if theirs.get("tax_id"):
        lines.append(f"Tax id {theirs['tax_id']}")
    _text(sheet, "\n".join(lines), size=10, width=85)
    below = sheet.get_y()
    sheet.set_y(start)
    for name, value in paper.facts:
        sheet.set_x(120)
        sheet.set_font("Inter", size=9)
        sheet.set_text_color(*GREY)
        sheet.cell(25, LINE, name)
        sheet.set_text_color(*INK)
        sheet.cell(0, LINE, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_y(max(sheet.get_y(), below) + 10)
    title = f"{paper.title} – {paper.mark}" if paper.mark else paper.title
    _text(sheet, title, size=17, bold=True, colour=ACCENT)
    sheet.ln(3)


def _logo(sheet: Sheet, name: str) -> float | None:
    """Draw the logo and return where it ends; a file that is gone or broken is left out."""
    if not name:
        return None
    try:
        with default_storage.open(name) as file:
            sheet.image(BytesIO(file.read()), h=LOGO_HEIGHT, w=LOGO_WIDTH, keep_aspect_ratio=True)
    except (OSError, ValueError):
        return None
    return MARGIN + LOGO_HEIGHT


def _lines(sheet: Sheet, paper: Paper) -> None:
    sheet.set_font("Inter", size=9)
    sheet.set_text_color(*INK)
    sheet.set_draw_color(215, 215, 222)
    with sheet.table(
        col_widths=WIDTHS,
        text_align=("LEFT", *["RIGHT"] * 5),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", size_pt=8, color=GREY),
        line_height=LINE,
        padding=(1, 1, 1, 1),
        first_row_as_headings=True,
    ) as table:
        table.row(COLUMNS)
        for line in paper.items:
            table.row(_cells(line, paper.currency))


def _cells(line: dict[str, Any], currency: str) -> list[str]:
    discount, rate = line.get("discount"), line.get("tax_rate")
    return [
        str(line.get("name", "")),
        _plain(line.get("quantity", 0)),
        _amount(line.get("unit_price", 0), currency, exact=True),
        _amount(discount, currency) if discount else "",
        "" if rate is None else f"{_plain(rate)} %",
        _amount(line.get("total", 0), currency),
    ]


def _result(sheet: Sheet, paper: Paper) -> None:
    sheet.ln(3)
    for name, value in paper.sums:
        _sum(sheet, name, _amount(value, paper.currency), bold=name == "Total")
    name, value = paper.result
    sheet.ln(1)
    _sum(sheet, name, _amount(value, paper.currency), bold=True, size=11)


def _sum(sheet: Sheet, name: str, value: str, *, bold: bool, size: int = 9) -> None:
    sheet.set_font("Inter", "B" if bold else "", size)
    sheet.set_text_color(*INK)
    sheet.set_x(90)
    sheet.cell(65, LINE + 0.5, name)
    sheet.cell(0, LINE + 0.5, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _text(
    sheet: Sheet,
    text: str,
    *,
    size: int,
    bold: bool = False,
    colour: tuple[int, int, int] = INK,
    align: str = "L",
    width: float = 0,
) -> None:
    sheet.set_font("Inter", "B" if bold else "", size)
    sheet.set_text_color(*colour)
    sheet.multi_cell(width, size * 0.5, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


# -- in words ------------------------------------------------------------------------------


def _amount(value: Any, currency: str, *, exact: bool = False) -> str:
    number = money.exact(value or 0)
    places = money.digits(currency)
    if exact:  # a price may be finer than the currency's smallest coin
        places = max(places, -int(number.normalize().as_tuple().exponent))
    else:
        number = money.rounded(number, currency)
    sign, number = ("-", -number) if number < 0 else ("", number)
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{number:,.{places}f}"


def _plain(value: Any) -> str:
    return f"{money.exact(value).normalize():f}"


def _zone(parties: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(parties["company"].get("timezone", "UTC"))


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%-d %B %Y")
