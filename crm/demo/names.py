"""Persons, firms and addresses that don't exist."""

import re
from random import Random
from typing import NamedTuple

from mimesis import Address as StreetAddress
from mimesis import Person as PersonName

from crm.core.searchtext import folded

from . import words
from .words import Country

DOMAINS = ("example.com", "example.org", "example.net")  # kept for documentation, RFC 2606
NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9]+")


class Person(NamedTuple):
    """A made-up person."""

    first_name: str
    last_name: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class Firm(NamedTuple):
    """A made-up company."""

    name: str
    short_name: str
    industry: str
    domain: str
    country: Country


class Place(NamedTuple):
    """Where somebody is to be found."""

    street: str
    city: str
    state: str
    postal_code: str
    country: str

    @property
    def label(self) -> str:
        """The address as it stands on an envelope."""
        return f"{self.street}\n{self.postal_code} {self.city}\n{self.country}"


class Names:
    """Makes names up; the same seed makes the same ones."""

    def __init__(self, random: Random, seed: int) -> None:
        self.random = random
        self._weights = [country.weight for country in words.COUNTRIES]
        locales = [country.locale for country in words.COUNTRIES]
        self._people = {locale: PersonName(locale, seed=seed) for locale in locales}
        self._streets = {locale: StreetAddress(locale, seed=seed) for locale in locales}

    def country(self) -> Country:
        """Return one of the countries we sell to."""
        return self.random.choices(words.COUNTRIES, self._weights)[0]

    def person(self, country: Country) -> Person:
        """Return somebody with a name that is common there."""
        people = self._people[country.locale]
        return Person(people.first_name(), people.last_name())

    def firms(self, count: int) -> list[int]:
        """Return numbers of different firms, for :meth:`firm`."""
        return self.random.sample(range(words.FIRMS), count)

    def firm(self, number: int | None = None, *, lines: tuple[str, ...] = ()) -> Firm:
        """Return the firm of that number, or any; ``lines`` narrows what it does."""
        number = self.random.randrange(words.FIRMS) if number is None else number
        number, line = divmod(number, len(words.LINES))
        stem, ending = divmod(number, len(words.ENDINGS))
        business, industry = words.LINES[line]
        business = self.random.choice(lines) if lines else business
        short_name = f"{words.STEMS[stem]}{words.ENDINGS[ending]} {business}"
        country = self.country()
        return Firm(
            name=f"{short_name} {self.random.choice(country.legal_forms)}",
            short_name=short_name,
            industry=industry,
            domain=f"{address_part(short_name)}.{self.random.choice(DOMAINS)}",
            country=country,
        )

    def place(self, country: Country) -> Place:
        """Return an address; town, region and postal code belong together."""
        city, state, postal_code = self.random.choice(country.cities)
        street = self._streets[country.locale].address()
        return Place(street, city, state, self._digits(postal_code), country.name)

    def phone(self, country: Country, city: str = "") -> str:
        """Return a number at which nobody answers."""
        area = words.AREA_CODES.get(city) or self.random.choice(list(words.AREA_CODES.values()))
        return self._digits(country.phone.replace("$$$", str(area)))

    def _digits(self, pattern: str) -> str:
        return re.sub("#", lambda _: str(self.random.randrange(10)), pattern)


def address_part(text: str) -> str:
    """Return text as it may stand in a mail or web address."""
    return NOT_IN_ADDRESSES.sub("-", folded(text)).strip("-")


def email_of(person: Person, domain: str) -> str:
    """Return a person's address."""
    return f"{address_part(person.first_name)}.{address_part(person.last_name)}@{domain}"
