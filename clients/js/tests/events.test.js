import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, test } from "node:test";
import { AuthAPI, Contact, Deal, Lead, configure, request } from "../src/apiClient.js";
import { pauseAfter } from "../src/stream.js";
import { REP, Shelf, live, signedInAs } from "./live.js";

const FINAL = 403;

/** A server that speaks as docs/realtime.md says, line by line as a test wants it. */
class Speaker {
  opened = [];
  refusals = [];

  async start() {
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${this.server.address().port}/api/v1`;
  }

  answer(request, response) {
    const { url, headers } = request;
    const line = { url, token: headers.authorization, lastId: headers["last-event-id"], response };
    const status = this.refusals.shift();
    if (status) {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ success: false, message: "No.", code: "refused" }));
    } else {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write(": welcome\n\n");
      line.closed = once(response, "close");
    }
    this.opened.push(line);
    this.server.emit("line", line);
  }

  /** Return the next line that is opened. */
  async next() {
    return (await once(this.server, "line"))[0];
  }

  say(line, id, entity, type = "create") {
    const data = {
      entity,
      type,
      id: `${entity}-${id}`,
      data: { id: `${entity}-${id}` },
      timestamp: "",
    };
    line.response.write(`event: ${type}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Collects what a listener hears, and tells when it did. */
class Ear {
  heard = [];
  #waiting = [];

  hear = (message) => {
    this.heard.push(message);
    this.#waiting = this.#waiting.filter(
      ({ number, resolve }) => this.heard.length < number || resolve(),
    );
  };

  upTo(number) {
    if (this.heard.length >= number) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ number, resolve: () => void resolve() }));
  }

  get ids() {
    return this.heard.map(({ id }) => id);
  }
}

test("pauses grow up to a minute, and are as long as the server says", () => {
  const pauses = [0, 1, 2, 3, 20].map((failures) => pauseAfter(failures, 1000, 0, 0.5));
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 60_000]);
  assert.equal(pauseAfter(0, 1000, 30), 30_000);
  assert.deepEqual([pauseAfter(0, 1000, 0, 0), pauseAfter(0, 1000, 0, 1)], [750, 1250]);
});

describe("Listening to changes", { timeout: 20_000 }, () => {
  let speaker;
  let ends;
  beforeEach(async () => {
    speaker = new Speaker();
    ends = [];
    configure({
      baseUrl: await speaker.start(),
      storage: new Shelf(),
      reconnectPause: 5,
      streamPatience: 60_000,
    });
    AuthAPI.setToken("a.b.c");
  });
  afterEach(() => {
    ends.forEach((end) => end());
    speaker.stop();
  });
  const listen = (entity, options) => {
    const ear = new Ear();
    ear.end = entity.subscribe(ear.hear, options);
    ends.push(ear.end);
    return ear;
  };

  test("several kinds share a stream, and each listener hears its own", async () => {
    const [leads, deals] = [listen(Lead), listen(Deal)];
    const line = await speaker.next();
    assert.equal(decodeURIComponent(line.url), "/api/v1/events?entities=deals,leads");
    assert.equal(line.token, "Bearer a.b.c");
    speaker.say(line, 1, "leads");
    speaker.say(line, 2, "deals", "update");
    speaker.say(line, 3, "leads", "delete");
    await Promise.all([leads.upTo(2), deals.upTo(1)]);
    assert.deepEqual(
      leads.heard.map(({ type }) => type),
      ["create", "delete"],
    );
    assert.deepEqual(deals.heard[0].data, { id: "deals-2" });
    assert.equal(speaker.opened.length, 1);
  });

  test("a broken stream is taken up where it broke", async () => {
    const errors = new Ear();
    const leads = listen(Lead, { onError: errors.hear });
    const first = await speaker.next();
    speaker.say(first, 7, "leads");
    await leads.upTo(1);
    first.response.destroy();
    const second = await speaker.next();
    assert.equal(second.lastId, "7");
    speaker.say(second, 8, "leads");
    await leads.upTo(2);
    assert.deepEqual(leads.ids, ["leads-7", "leads-8"]);
    assert.equal(errors.heard[0].isFinal, false);
  });

  test("a further kind changes the stream and misses nothing", async () => {
    const leads = listen(Lead);
    const first = await speaker.next();
    speaker.say(first, 1, "leads");
    await leads.upTo(1);
    const contacts = listen(Contact);
    const second = await speaker.next();
    await first.closed;
    assert.equal(decodeURIComponent(second.url), "/api/v1/events?entities=contacts,leads");
    assert.equal(second.lastId, "1");
    speaker.say(second, 2, "contacts");
    await contacts.upTo(1);
    contacts.end();
    const third = await speaker.next();
    assert.equal(third.url, "/api/v1/events?entities=leads");
  });

  test("a server that is down is asked again and again", async () => {
    speaker.refusals = [503, 503, 503];
    const errors = new Ear();
    const leads = listen(Lead, { onError: errors.hear });
    while (speaker.opened.length < 4) await speaker.next();
    const line = speaker.opened.at(-1);
    speaker.say(line, 1, "leads");
    await leads.upTo(1);
    assert.deepEqual(
      errors.heard.map(({ status }) => status),
      [503, 503, 503],
    );
  });

  test("a refusal for good ends it; who subscribes anew asks anew", async () => {
    speaker.refusals = [FINAL];
    const errors = new Ear();
    listen(Lead, { onError: errors.hear });
    await errors.upTo(1);
    assert.deepEqual([errors.heard[0].status, errors.heard[0].isFinal], [FINAL, true]);
    assert.equal(speaker.opened.length, 1);
    const again = listen(Lead);
    const line = await speaker.next();
    speaker.say(line, 1, "leads");
    await again.upTo(1);
  });

  test("a silent stream is opened anew", async () => {
    configure({ streamPatience: 100 });
    const errors = new Ear();
    listen(Lead, { onError: errors.hear });
    const first = await speaker.next();
    const second = await speaker.next();
    await first.closed;
    assert.equal(errors.heard[0].code, "stream_silent");
    assert.equal(second.url, first.url);
  });

  test("missed changes that can't be told any more are told of", async () => {
    const resets = new Ear();
    listen(Lead, { onReset: () => resets.hear({}) });
    (await speaker.next()).response.write("event: reset\nid: 9\ndata: {}\n\n");
    await resets.upTo(1);
  });

  test("one listener's fault keeps nobody else from hearing", async () => {
    const faults = new Ear();
    globalThis.reportError = faults.hear;
    ends.push(Lead.subscribe(() => assert.fail("on purpose")));
    const leads = listen(Lead);
    const line = await speaker.next();
    speaker.say(line, 1, "leads");
    await Promise.all([leads.upTo(1), faults.upTo(1)]);
    assert.match(faults.heard[0].message, /on purpose/);
  });

  test("who ends it hears nothing more, and the last one closes the stream", async () => {
    const leads = listen(Lead);
    const line = await speaker.next();
    leads.end();
    leads.end();
    await line.closed;
    assert.equal(speaker.opened.length, 1);
    assert.deepEqual(leads.heard, []);
  });
});

describe("The server's own changes", live, () => {
  test("are told as they happen", { timeout: 30_000 }, async (context) => {
    await signedInAs(REP);
    configure({ reconnectPause: 100 });
    const missing = await withoutStream();
    if (missing) return context.skip(missing);
    const ear = new Ear();
    const made = new Ear();
    const end = Lead.subscribe(ear.hear);
    context.after(end);
    // Nothing says when the stream stands, so leads are made until one is heard.
    for (let number = 0; ear.heard.length === 0; number += 1) {
      const email = `heard-${number}-${Date.now()}@example.com`;
      made.hear(await Lead.create({ first_name: "Ida", last_name: "Heard", email }));
      await Promise.race([ear.upTo(1), new Promise((resolve) => setTimeout(resolve, 300))]);
    }
    assert.equal(ear.heard[0].type, "create");
    assert.ok(made.ids.includes(ear.heard[0].id));
    assert.equal(ear.heard[0].data.last_name, "Heard");
  });
});

/** Why there is no stream; "" where there is one. A server without asynchronous workers has none. */
async function withoutStream() {
  const ends = new AbortController();
  const asked = request("GET", "/events", { query: { entities: "leads" }, signal: ends.signal });
  const patience = setTimeout(() => ends.abort(), 1000);
  try {
    await asked;
  } catch (error) {
    if ([404, 503].includes(error.status)) return `This server has no stream: ${error.message}`;
    if (error.name !== "AbortError") throw error; // it goes on and on: a stream
  } finally {
    clearTimeout(patience);
  }
  return "";
}
