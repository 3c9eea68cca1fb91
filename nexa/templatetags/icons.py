"""Lucide's icons, each drawn once.

A page has some forty of them, and the library reads and writes the XML of each one anew.
"""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(lru_cache(maxsize=1024)(lucide), name="lucide")
