"""What a file may be called (behaviours.md, "Document"; security.md G2, G3)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_NAME = 200
RUNNABLE_WORDS = """
apk app application appref-ms asp aspx ashx asmx bash bat cgi chm class cmd com command cpl csh
deb desktop dll dmg ear elf exe fish gadget hta htaccess htpasswd inf ins ipa jar jnlp js jse jsp
jspx ksh lnk lua mjs cjs msc msi msp mst pcd phar php php2 php3 php4 php5 php6 php7 php8 phps pht
phtml pif pl pm ps1 ps1xml ps2 psc1 psm1 py pyc pyo pyw pyz rb reg rpm run scf scpt scr sct sh shb
shs shtml so svgz swf sys tcsh url vb vbe vbs war wasm wsc wsf wsh xbap xll zsh
"""
#: what systems or web servers would run, under whatever name stands before it
RUNNABLE = frozenset(RUNNABLE_WORDS.split())
#: what browsers would run scripts in; kept, but only ever handed out as an attachment
ACTIVE = frozenset(("html", "htm", "xhtml", "xht", "mht", "mhtml", "svg", "xml", "xsl", "xslt"))
#: runnable extensions that are also how addresses end: "offer example.com.pdf" is no trick
ALSO_ADDRESSES = frozenset(("com", "pl"))


def clean_name(given: str) -> str:
    """Return the name under which a file is kept: one line of visible text, at most 200 long.

    Control and direction characters go, since they make a name look like another. Raises
    ``ValidationError`` for paths, hidden files and whatever could be run.
    """
    if "/" in given or "\\" in given:
        raise _refusal(_("This file name is a path. Send the name alone, such as offer.pdf."))
    name = unicodedata.normalize("NFC", given)
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = re.sub(r"\s+", " ", name).strip()
    if name.strip(". ") == "":
        raise _refusal(_("This file has no name. Give it one, such as offer.pdf."))
    if name.startswith("."):
        raise _refusal(_("Names that begin with a dot are of hidden files. Rename the file."))
    name = name.rstrip(". ")
    extensions = name.lower().split(".")[1:]
    for position, extension in enumerate(extensions):
        extension = extension.strip()
        is_last = position == len(extensions) - 1
        if extension in RUNNABLE and (is_last or extension not in ALSO_ADDRESSES):
            raise _refusal(
                _("Programs and scripts can't be stored, and .%(extension)s is one.")
                % {"extension": extension}
            )
        if extension in ACTIVE and not is_last:
            raise _refusal(
                _("A name with .%(extension)s. inside looks like a disguise. Rename it.")
                % {"extension": extension}
            )
    return shorten(name)


def shorten(name: str) -> str:
    """Cut a name to what is kept; the extension stays."""
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:LONGEST_NAME].rstrip(". ")
    return stem[: LONGEST_NAME - len(extension) - 1].rstrip(". ") + dot + extension


def extension_of(name: str) -> str:
    """Return the last extension in lower case, without the dot; empty where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.strip().lower() if dot and stem else ""


def check_label(folder: str) -> None:
    """Refuse a folder that is a path: it is a plain label to find documents by."""
    if "/" in folder or "\\" in folder or ".." in folder or folder.startswith("."):
        raise ValidationError(_("A folder is a plain label, without slashes and leading dots."))
    if any(unicodedata.category(char)[0] == "C" for char in folder):
        raise ValidationError(_("A folder is a plain label, without control characters."))


def _refusal(sentence: str) -> ValidationError:
    return ValidationError({"file": sentence})
