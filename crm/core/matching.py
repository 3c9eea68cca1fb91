"""When two values mean the same person or company: the forms in which they are compared."""

import re

from .fields import normal_email

LEAST_DIGITS, COMPARED_DIGITS = 7, 9
DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
#: where anybody can have an address; it says nothing about a company
FREE_MAIL = frozenset(
    """
    126.com 163.com aol.com bluewin.ch btinternet.com comcast.net fastmail.com free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com
    hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com laposte.net
    libero.it live.com live.de mac.com mail.com mail.ru mailbox.org me.com msn.com naver.com
    o2.pl orange.fr outlook.com outlook.de pm.me posteo.de proton.me protonmail.com qq.com
    rediffmail.com rocketmail.com seznam.cz sfr.fr sina.com t-online.de tutanota.com ukr.net
    verizon.net virgilio.it wanadoo.fr web.de wp.pl yahoo.co.in yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com
    """.split()  # noqa: SIM905
)
#: where many companies have a page under one name
SHARED_SITES = frozenset(
    """
    blogspot.com etsy.com facebook.com github.io instagram.com linkedin.com linktr.ee
    medium.com myshopify.com sites.google.com squarespace.com tiktok.com twitter.com
    webflow.io weebly.com wixsite.com wordpress.com x.com xing.com youtube.com
    """.split()  # noqa: SIM905
)


def phone_key(number: str) -> str:
    """Return the last digits of a number, whatever prefix it is written with."""
    digits = "".join(char for char in number if char.isdecimal())
    return digits[-COMPARED_DIGITS:] if len(digits) >= LEAST_DIGITS else ""


def name_key(*parts: str) -> str:
    """Return a name without regard to case and spaces."""
    return " ".join(" ".join(parts).casefold().split())


def domain_of(address: str) -> str:
    """Return the host in a web or mail address, without ``www.``; empty where there is none."""
    text = normal_email(address)
    text = text.rpartition("://")[2] if "://" in text[:12] else text
    place = re.split(r"[/?#\s]", text, maxsplit=1)[0].rpartition("@")[2]
    host = place.partition(":")[0].strip(".").removeprefix("www.")
    return host[:255] if DOMAIN.fullmatch(host) else ""


def company_domain(*addresses: str) -> str:
    """Return the first domain that belongs to one company, not to a provider of mail or pages."""
    for address in addresses:
        host = domain_of(address)
        if host and not _is_shared(host):
            return host
    return ""


def _is_shared(host: str) -> bool:
    parts = host.split(".")
    names = {".".join(parts[start:]) for start in range(len(parts) - 1)}
    return not names.isdisjoint(FREE_MAIL | SHARED_SITES)
