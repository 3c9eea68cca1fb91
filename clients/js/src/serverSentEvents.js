/**
 * Read server-sent events from the body of a response, as the HTML standard writes them.
 * Yields `{event, data, id, retry}` for each message, and null for what only keeps the line open.
 */
export async function* serverSentEvents(body) {
  let fields = {};
  for await (const line of linesOf(body)) {
    if (line === "") {
      if (Object.keys(fields).length > 0) yield fields;
      fields = {};
    } else if (line.startsWith(":")) {
      yield null;
    } else {
      take(fields, line);
    }
  }
}

function take(fields, line) {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "data") fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  else if (name === "event" || name === "id") fields[name] = value;
  else if (name === "retry" && /^\d+$/.test(value)) fields.retry = Number(value);
}

async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      yield* lines;
    }
  } finally {
    reader.cancel().catch(() => {}); // the stream is over already where it broke
  }
}
