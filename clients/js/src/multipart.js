const CHUNK = 64 * 1024;
const encoder = new TextEncoder();

/**
 * Return a form with one file as a stream that tells how far it got: `{type, size, stream}`.
 * For Node, whose `fetch` doesn't tell; the size is known, since servers want to know it.
 */
export function streamedForm(file, fields, onSent) {
  const boundary = `----nexa${random()}${random()}`;
  const head = encoder.encode(
    Object.entries(fields)
      .map(([name, value]) => part(boundary, name) + `\r\n${value}\r\n`)
      .join("") +
      part(boundary, "file", file.name) +
      `Content-Type: ${file.blob.type || "application/octet-stream"}\r\n\r\n`,
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: head.length + file.blob.size + tail.length,
    stream: streamOf(pieces(head, file.blob, tail, onSent)),
  };
}

function part(boundary, name, fileName) {
  const named = fileName === undefined ? "" : `; filename="${quoted(fileName)}"`;
  return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${named}\r\n`;
}

function random() {
  return Math.random().toString(36).slice(2);
}

/** As browsers write names that would end the quotes or the line. */
function quoted(text) {
  return text.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}

async function* pieces(head, blob, tail, onSent) {
  yield head;
  for (let at = 0; at < blob.size; at += CHUNK) {
    yield new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer());
    onSent(Math.min(at + CHUNK, blob.size));
  }
  yield tail;
}

function streamOf(generator) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await generator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void generator.return(),
  });
}
