"""What a page of HTML says: its links, its forms and what they would send, its parts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Form:
    """A form as the page has it: where it goes, and what it sends untouched."""

    method: str
    action: str
    attrs: dict[str, str]
    #: what it sends untouched; a list where several fields have one name
    values: dict[str, Any] = field(default_factory=dict)
    #: the attributes of each field, by name
    fields: dict[str, dict[str, str]] = field(default_factory=dict)

    def filled(self, **values: Any) -> dict[str, Any]:
        """Return what is sent when some fields are typed into."""
        return {**self.values, **values}

    def add(self, name: str, value: str) -> None:
        """Note one field's value."""
        if name not in self.values:
            self.values[name] = value
        elif isinstance(self.values[name], list):
            self.values[name].append(value)
        else:
            self.values[name] = [self.values[name], value]


class Markup(HTMLParser):
    """One page, read once."""

    def __init__(self, content: bytes | str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        #: where the links around the content lead: of the menu, the bars and the dialogs
        self.frame: set[str] = set()
        self._inside = False
        self.forms: list[Form] = []
        self.headings: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[Form] = []
        self._select: tuple[Form, str] | None = None
        self._chosen: str | None = None
        self._area: tuple[Form, str] | None = None
        self._written = ""
        self._heading = ""
        self._silent = 0
        self.feed(content.decode() if isinstance(content, bytes) else content)

    @property
    def links(self) -> list[str]:
        """Return where links lead, in the order of the page."""
        return [attrs["href"] for tag, attrs in self.tags if tag == "a" and attrs.get("href")]

    @property
    def assets(self) -> list[str]:
        """Return the files that the page loads; what it shows in frames is no part of it."""
        names = {"script": "src", "link": "href", "img": "src", "source": "src"}
        return [
            attrs[names[tag]] for tag, attrs in self.tags if tag in names and names[tag] in attrs
        ]

    def form(self, action: str = "", *, method: str = "post") -> Form:
        """Return the form that goes to an address, or the first whose address ends like it."""
        for found in self.forms:
            if found.method == method and found.action.split("?")[0].endswith(action):
                return found
        raise LookupError(f"No form to {action} among {[form.action for form in self.forms]}")

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        self.tags.append((tag, attrs))
        if tag == "main":
            self._inside = True
        elif tag == "a" and not self._inside:
            self.frame.add(attrs.get("href", ""))
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "form":
            method = attrs.get("method", "get").lower()
            self.forms.append(Form(method, attrs.get("action", ""), attrs))
            self._open.append(self.forms[-1])
        elif tag in ("h1", "h2", "h3", "h4"):
            self._heading = tag
            self.headings.append((tag, ""))
        elif self._open:
            self._field(tag, attrs, self._open[-1])

    def handle_startendtag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, given)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1
        elif tag == "main":
            self._inside = False
        elif tag == "form" and self._open:
            self._open.pop()
        elif tag == "select" and self._select:
            form, name = self._select
            if self._chosen is not None:
                form.add(name, self._chosen)
            self._select = self._chosen = None
        elif tag == "textarea" and self._area:
            form, name = self._area
            # A newline right after the tag belongs to the markup.
            form.add(name, self._written.removeprefix("\r").removeprefix("\n"))
            self._area, self._written = None, ""
        elif tag == self._heading:
            self._heading = ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.text += data
        if self._area:
            self._written += data
        if self._heading:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, f"{text}{data}")

    def _field(self, tag: str, attrs: dict[str, str], form: Form) -> None:
        name = attrs.get("name", "")
        if tag == "option" and self._select:
            if self._chosen is None or "selected" in attrs:
                self._chosen = attrs.get("value", "")
            return
        if not name:
            return
        if tag in ("input", "select", "textarea"):
            form.fields[name] = attrs
        if tag == "select":
            self._select = (form, name)
        elif tag == "textarea":
            self._area = (form, name)
        elif tag == "input" and attrs.get("type") in ("checkbox", "radio"):
            if "checked" in attrs:
                form.add(name, attrs.get("value", "on"))
        elif tag == "input" and attrs.get("type") not in ("submit", "file"):
            form.add(name, attrs.get("value", ""))
