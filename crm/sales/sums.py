"""Amounts of several currencies as one figure: in the base currency, or apart where no rate is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from crm.core.money import base_currency, rate_of, rounded

HUNDRED = Decimal(100)


@dataclass
class Figure:
    """How many deals, what they come to, and that times their probability.

    ``unrated`` holds what can't be added for want of an exchange rate, by currency.
    """

    count: int = 0
    sum: Decimal = Decimal("0.00")
    weighted: Decimal = Decimal("0.00")
    unrated: list[dict[str, Any]] = field(default_factory=list)


class Purse:
    """Adds up amounts at the rates of one day; each currency's rate is looked up once."""

    def __init__(self, on: date):
        self.on = on
        self.base = base_currency()
        self._rates: dict[str, Decimal | None] = {}

    def figure(self, rows: Iterable[tuple[str, int, Decimal, Decimal]]) -> Figure:
        """Add up rows of currency, count, amount and amount times per cent.

        Each currency is added up first and then converted: one rounding a currency.
        """
        figure = Figure()
        found: dict[str, list[Any]] = {}
        for currency, count, amount, weighted in rows:
            part = found.setdefault(currency, [0, Decimal(0), Decimal(0)])
            part[0] += count
            part[1] += amount or 0
            part[2] += weighted or 0
        for currency, (count, amount, weighted) in sorted(found.items()):
            figure.count += count
            rate = self._rate(currency)
            if rate is None:
                apart = {"currency": currency, "count": count}
                apart |= {"sum": rounded(amount, currency)}
                apart |= {"weighted": rounded(weighted / HUNDRED, currency)}
                figure.unrated.append(apart)
            else:
                figure.sum += rounded(amount * rate, self.base)
                figure.weighted += rounded(weighted / HUNDRED * rate, self.base)
        return figure

    def _rate(self, currency: str) -> Decimal | None:
        if currency not in self._rates:
            self._rates[currency] = rate_of(currency, on=self.on, base=self.base)
        return self._rates[currency]
