"""Multipart bodies as a browser sends them, or as no browser would."""

BOUNDARY = "----boundary-of-the-tests"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def part(name, content, file_name=None):
    """Return one part of a form: a text, or a file where it has a file name."""
    given = f'; filename="{file_name}"' if file_name is not None else ""
    content = content if isinstance(content, bytes) else str(content).encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{given}\r\n'
    kind = "Content-Type: application/octet-stream\r\n" if file_name is not None else ""
    return (head + kind + "\r\n").encode() + content + b"\r\n"


def form(*parts):
    """Return a whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def file_form(name, content, **values):
    """Return a body with one file and what is said of it."""
    texts = [
        part(key, text)
        for key, value in values.items()
        for text in (value if isinstance(value, list) else [value])
    ]
    return form(*texts, part("file", content, name))
