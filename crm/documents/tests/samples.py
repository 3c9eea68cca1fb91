"""Files of every sort, honest and not."""

import io
import zipfile

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256))
GIF = b"GIF89a" + bytes(range(64))
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TEXT = "Grüße aus Köln\n".encode()
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PHP = b"<?php system($_GET['c']); ?>"
SHELL = b"#!/bin/sh\nrm -rf /\n"
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(64)
ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)


def archive(*names: str) -> bytes:
    """Return a ZIP archive with files of these names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "content")
    return buffer.getvalue()


ZIP = archive("a.txt", "b.txt")
DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("_rels/.rels", "xl/workbook.xml", "[Content_Types].xml")
JAR = archive("META-INF/MANIFEST.MF", "Main.class")

#: name, bytes, the type that is found
HONEST = [
    ("offer.pdf", PDF, "application/pdf"),
    ("logo.PNG", PNG, "image/png"),
    ("photo.jpg", JPEG, "image/jpeg"),
    ("note.txt", TEXT, "text/plain"),
    ("list.csv", "naïve;x\n".encode("latin-1"), "text/csv"),
    ("wide.csv", "a,b\n".encode("utf-16"), "text/csv"),
    (
        "letter.docx",
        DOCX,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("sums.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("old.doc", OLE, "application/msword"),
    ("all.zip", ZIP, "application/zip"),
    ("page.html", HTML, "text/html"),
    ("drawing.svg", SVG, "image/svg+xml"),
    ("plan.dwg", b"AC1032" + bytes(64), "image/x-dwg"),
    ("data.xyz", b"\x01\x02\x03\x04", "application/octet-stream"),
    ("README", TEXT, "text/plain"),
    ("photo", PNG, "image/png"),
    ("report.v1.2.pdf", PDF, "application/pdf"),
    ("offer example.com.pdf", PDF, "application/pdf"),
]

#: name, bytes, a word of the reason
REFUSED = [
    ("../../etc/passwd", TEXT, "path"),
    ("/etc/passwd", TEXT, "path"),
    ("..\\..\\boot.ini", TEXT, "path"),
    ("C:\\secret.txt", TEXT, "path"),
    ("..", TEXT, "name"),
    (".htaccess", TEXT, "hidden"),
    (".env", TEXT, "hidden"),
    ("empty.txt", b"", "empty"),
    ("picture.png", HTML, "HTML"),
    ("picture.jpg", SVG, "SVG"),
    ("picture.gif", b"\n  <svg onload=alert(1)>", "SVG"),
    ("picture.png", JPEG, "JPEG"),
    ("offer.pdf", HTML, "HTML"),
    ("note.txt", HTML, "HTML"),
    ("list.csv", b"\xef\xbb\xbf<script>alert(1)</script>", "HTML"),
    ("picture.svg", PNG, "PNG"),
    ("page.html", PNG, "PNG"),
    ("letter.docx", JAR, "ZIP"),
    ("letter.docx", PDF, "PDF"),
    ("note.txt", b"a\0b", "something else"),
    ("run.exe", EXE, "exe"),
    ("picture.png", EXE, "program"),
    ("data.xyz", EXE, "program"),
    ("tool", ELF, "program"),
    ("note.txt", SHELL, "script"),
    ("note.txt", PHP, "script"),
    ("shell.php", PHP, "php"),
    ("shell.pHaR", PHP, "phar"),
    ("shell.php.jpg", JPEG, "php"),
    ("shell.php.", PHP, "php"),
    ("page.html.png", PNG, "disguise"),
    ("app.hta", HTML, "hta"),
    ("code.js", b"alert(1)", "js"),
    ("both.gif", b"GIF89a/*<script>*/alert(1)", "two things"),
    ("both.jpg", JPEG + b"<?php system(1); ?>", "two things"),
    ("both.png", PNG + ZIP, "two things"),
    ("both.pdf", PDF + JAR, "two things"),
    ("both.gif", GIF + PDF, "two things"),
    ("both.pdf", b"%PDF-1.7 <script>alert(1)</script>", "two things"),
]
