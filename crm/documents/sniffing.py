"""What a file really is: told from its bytes, and held against what its name says."""

import io
import re
import zipfile
from dataclasses import dataclass

import puremagic
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .naming import extension_of

UNKNOWN = "application/octet-stream"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

#: kinds of bytes by how they begin, the more telling first: (kind, offset, signature)
SIGNATURES: tuple[tuple[str, int, bytes], ...] = (
    ("program", 0, b"\x7fELF"),
    ("program", 0, b"\xca\xfe\xba\xbe"),
    ("program", 0, b"\xfe\xed\xfa\xce"),
    ("program", 0, b"\xfe\xed\xfa\xcf"),
    ("program", 0, b"\xce\xfa\xed\xfe"),
    ("program", 0, b"\xcf\xfa\xed\xfe"),
    ("program", 0, b"dex\n03"),
    ("program", 0, b"\0asm"),
    ("program", 0, b"L\0\0\0\x01\x14\x02\0"),
    ("png", 0, b"\x89PNG\r\n\x1a\n"),
    ("jpeg", 0, b"\xff\xd8\xff"),
    ("gif", 0, b"GIF87a"),
    ("gif", 0, b"GIF89a"),
    ("webp", 8, b"WEBPVP8"),
    ("tiff", 0, b"II*\0"),
    ("tiff", 0, b"MM\0*"),
    ("icon", 0, b"\0\0\x01\0"),
    ("photoshop", 0, b"8BPS"),
    ("pdf", 0, b"%PDF-"),
    ("office", 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("rtf", 0, b"{\\rtf"),
    ("zip", 0, b"PK\x03\x04"),
    ("zip", 0, b"PK\x05\x06"),
    ("gzip", 0, b"\x1f\x8b\x08"),
    ("bzip2", 0, b"BZh"),
    ("xz", 0, b"\xfd7zXZ\0"),
    ("7z", 0, b"7z\xbc\xaf\x27\x1c"),
    ("rar", 0, b"Rar!\x1a\x07"),
    ("tar", 257, b"ustar"),
    ("wav", 8, b"WAVE"),
    ("avi", 8, b"AVI "),
    ("ogg", 0, b"OggS"),
    ("flac", 0, b"fLaC"),
    ("mp3", 0, b"ID3"),
    ("mp3", 0, b"\xff\xfb"),
    ("mp3", 0, b"\xff\xf3"),
    ("mp3", 0, b"\xff\xf2"),
    ("matroska", 0, b"\x1aE\xdf\xa3"),
)
STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif")
WORDS = {
    "program": gettext_lazy("a program"),
    "script": gettext_lazy("a script"),
    "html": "HTML",
    "svg": "SVG",
    "xml": "XML",
    "text": gettext_lazy("plain text"),
    "binary": gettext_lazy("something else"),
    "office": gettext_lazy("an old Office document"),
    "zip": gettext_lazy("a ZIP archive"),
}


@dataclass(frozen=True)
class Format:
    """A file type that is known by its extension: what it is called and what it must hold."""

    type: str
    kinds: tuple[str, ...]
    #: browsers may show it in place; the others are handed out as attachments
    inline: bool = False


OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
FORMATS: dict[str, Format] = {
    "png": Format("image/png", ("png",), inline=True),
    "jpg": Format("image/jpeg", ("jpeg",), inline=True),
    "jpeg": Format("image/jpeg", ("jpeg",), inline=True),
    "gif": Format("image/gif", ("gif",), inline=True),
    "webp": Format("image/webp", ("webp",), inline=True),
    "bmp": Format("image/bmp", ("bmp",), inline=True),
    "ico": Format("image/x-icon", ("icon",), inline=True),
    "avif": Format("image/avif", ("still",), inline=True),
    "heic": Format("image/heic", ("still",)),
    "heif": Format("image/heif", ("still",)),
    "tif": Format("image/tiff", ("tiff",)),
    "tiff": Format("image/tiff", ("tiff",)),
    "psd": Format("image/vnd.adobe.photoshop", ("photoshop",)),
    "svg": Format("image/svg+xml", ("svg",)),
    "pdf": Format("application/pdf", ("pdf",)),
    "doc": Format("application/msword", ("office", "rtf")),
    "xls": Format("application/vnd.ms-excel", ("office",)),
    "ppt": Format("application/vnd.ms-powerpoint", ("office",)),
    "msg": Format("application/vnd.ms-outlook", ("office",)),
    "docx": Format(f"{OOXML}.wordprocessingml.document", ("ooxml",)),
    "xlsx": Format(f"{OOXML}.spreadsheetml.sheet", ("ooxml",)),
    "pptx": Format(f"{OOXML}.presentationml.presentation", ("ooxml",)),
    "odt": Format(f"{ODF}.text", ("odf",)),
    "ods": Format(f"{ODF}.spreadsheet", ("odf",)),
    "odp": Format(f"{ODF}.presentation", ("odf",)),
    "epub": Format("application/epub+zip", ("odf",)),
    "rtf": Format("application/rtf", ("rtf",)),
    "zip": Format("application/zip", ("zip", "ooxml", "odf")),
    "gz": Format("application/gzip", ("gzip",)),
    "tgz": Format("application/gzip", ("gzip",)),
    "bz2": Format("application/x-bzip2", ("bzip2",)),
    "xz": Format("application/x-xz", ("xz",)),
    "7z": Format("application/x-7z-compressed", ("7z",)),
    "rar": Format("application/vnd.rar", ("rar",)),
    "tar": Format("application/x-tar", ("tar",)),
    "mp3": Format("audio/mpeg", ("mp3",), inline=True),
    "wav": Format("audio/wav", ("wav",), inline=True),
    "ogg": Format("audio/ogg", ("ogg",), inline=True),
    "flac": Format("audio/flac", ("flac",), inline=True),
    "m4a": Format("audio/mp4", ("moving",), inline=True),
    "mp4": Format("video/mp4", ("moving",), inline=True),
    "mov": Format("video/quicktime", ("moving",)),
    "avi": Format("video/x-msvideo", ("avi",)),
    "webm": Format("video/webm", ("matroska",), inline=True),
    "mkv": Format("video/x-matroska", ("matroska",)),
    "txt": Format("text/plain", ("text",), inline=True),
    "log": Format("text/plain", ("text",), inline=True),
    "csv": Format("text/csv", ("text",)),
    "tsv": Format("text/tab-separated-values", ("text",)),
    "md": Format("text/markdown", ("text", "html")),
    "json": Format("application/json", ("text",)),
    "ics": Format("text/calendar", ("text",)),
    "vcf": Format("text/vcard", ("text",)),
    "eml": Format("message/rfc822", ("text",)),
    "html": Format("text/html", ("html", "xml", "text")),
    "htm": Format("text/html", ("html", "xml", "text")),
    "xml": Format("application/xml", ("xml", "svg", "text")),
}
INLINE = {known.type for known in FORMATS.values() if known.inline}
#: types that browsers run scripts in: handed out as plain bytes
ACTIVE_TYPES = {"text/html", "image/svg+xml", "application/xml"}
#: types that a browser may be told; all others are handed out as plain bytes too
TOLD = {known.type for known in FORMATS.values()} - ACTIVE_TYPES
#: what the bytes alone tell of a file without extension
BY_KIND = {
    kind: types.pop()
    for kind in {kind for known in FORMATS.values() for kind in known.kinds}
    if len(types := {known.type for known in FORMATS.values() if known.kinds == (kind,)}) == 1
} | {"text": "text/plain", "html": "text/html", "xml": "application/xml"}

#: how HTML begins, for browsers that guess (WHATWG MIME sniffing)
HTML = re.compile(
    rb"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>/]"
    rb"|<!--",
    re.IGNORECASE,
)
SVG = re.compile(rb"<(?:\w{1,20}:)?svg[\s>/]", re.IGNORECASE)
PHP = re.compile(rb"<\?(?:php|=)", re.IGNORECASE)
MARKUP = re.compile(
    rb"<script|<\?php|<!doctype|<(?:html|iframe|svg)[\s>/]|javascript:", re.IGNORECASE
)
NOT_IN_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def type_of(name: str, head: bytes, tail: bytes) -> str:
    """Return the type of a file by its first and last bytes (64 kB of each are looked at).

    Raises ``ValidationError`` on ``file`` for programs and scripts, for content that is not
    what the extension says, and for files that are two things at once.
    """
    if not head:
        raise _refusal(_("This file is empty."))
    kind = kind_of(head, tail)
    if kind in ("program", "script"):
        raise _refusal(
            _("This file is %(kind)s; programs and scripts can't be stored.")
            % {"kind": WORDS[kind]}
        )
    extension = extension_of(name)
    known = FORMATS.get(extension)
    if known is not None and kind not in known.kinds:
        holds = WORDS.get(kind, kind.upper())
        raise _refusal(
            _("The name ends in .%(extension)s, but the file holds %(holds)s.")
            % {"extension": extension, "holds": holds}
        )
    found = known.type if known else _type_without_name(extension, kind, head)
    _refuse_polyglot(kind, found, head, tail)
    return found


def kind_of(head: bytes, tail: bytes) -> str:
    """Return what kind of bytes these are: a key of the table above, ``text`` or ``binary``."""
    for kind, offset, signature in SIGNATURES:
        if head.startswith(signature, offset):
            return _kind_of_zip(head, tail) if kind == "zip" else kind
    if head.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"%PDF-") and b"%PDF-" in head[:1024]:
        return "pdf"
    if head[4:8] == b"ftyp":
        return "still" if head[8:12] in STILL_BRANDS else "moving"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    if head.startswith(b"MZ") and NOT_IN_TEXT.search(head):
        return "program"
    return kind_of_text(head)


def kind_of_text(head: bytes) -> str:
    """Tell markup, scripts and plain text apart; ``binary`` is what is no text."""
    if head.startswith(BOMS[1:]):
        encoding = "utf-16-le" if head.startswith(BOMS[1]) else "utf-16-be"
        head = head[: len(head) // 2 * 2].decode(encoding, "ignore").encode()
    if NOT_IN_TEXT.search(head):
        return "binary"
    text = head.removeprefix(BOMS[0]).removeprefix("\ufeff".encode()).lstrip()
    if text.startswith(b"#!") or PHP.match(text):
        return "script"
    if SVG.search(text[:4096]) and text.startswith(b"<"):
        return "svg"
    if text[:5].lower() == b"<?xml":
        return "html" if HTML.search(text[:1024]) and b"<html" in text[:1024].lower() else "xml"
    return "html" if HTML.match(text) else "text"


def _kind_of_zip(head: bytes, tail: bytes) -> str:
    if head[30:38] == b"mimetype":
        return "odf"
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        return "ooxml"
    return "zip"


def _type_without_name(extension: str, kind: str, head: bytes) -> str:
    """Return the type of a file whose extension says nothing to us."""
    if not extension:
        return BY_KIND.get(kind, UNKNOWN)
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    named = (guess.mime_type for guess in guesses if guess.extension == f".{extension}")
    return next(named, "") or UNKNOWN


def _refuse_polyglot(kind: str, found: str, head: bytes, tail: bytes) -> None:
    """A picture that is a page or an archive as well is nobody's honest picture."""
    shown = found in INLINE and kind != "text"
    if not shown and kind != "pdf":
        return
    if zipfile.is_zipfile(io.BytesIO(tail)):
        raise _refusal(_("This file is two things at once: there is an archive at its end."))
    start = head if shown else head[:1024]
    if MARKUP.search(start) or (shown and MARKUP.search(tail)):
        raise _refusal(_("This file is two things at once: there is a page or a script in it."))
    if shown and b"%PDF-" in head[:1024]:
        raise _refusal(_("This file is two things at once: it is a PDF document as well."))


def _refusal(sentence: str) -> ValidationError:
    return ValidationError({"file": sentence})
