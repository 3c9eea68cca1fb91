import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { ApiError, AuthAPI, Lead, configure } from "../src/apiClient.js";
import { parametersOf } from "../src/conditions.js";
import { addressOf } from "../src/config.js";
import { queryString } from "../src/query.js";
import { serverSentEvents } from "../src/serverSentEvents.js";
import { Shelf } from "./live.js";

describe("Addresses", () => {
  test("without a setting Node asks for one", () => {
    assert.throws(() => addressOf("/leads"), { code: "not_configured" });
  });

  test("may be relative, with or without a slash at the end", () => {
    configure({ baseUrl: "/api/v1/" });
    assert.equal(addressOf("/leads"), "/api/v1/leads");
    configure({ baseUrl: undefined });
  });

  test("a setting that nobody knows is told", () => {
    assert.throws(() => configure({ baseURL: "/api/v1" }), TypeError);
  });

  test("queries leave out what has no value", () => {
    assert.equal(queryString({ a: undefined, b: null, c: "", d: "undefined", undefined: 1 }), "");
    assert.equal(queryString({ a: 0, b: false, c: [1, undefined, 2] }), "?a=0&b=false&c=1&c=2");
    assert.equal(queryString({ at: new Date(0) }), "?at=1970-01-01T00%3A00%3A00.000Z");
  });
});

describe("A query that can't be asked exactly", () => {
  const queries = {
    "an unknown operator": { name: { $regex: "^a" } },
    "one condition or another": { $or: [{ a: 1 }, { b: 2 }] },
    "two values at once": { a: 1, $and: [{ a: 2 }] },
    "a comma among several values": { a: ["b", "c, d"] },
    "no value among several": { a: ["b", null] },
    "an object": { custom_fields: { region: "North" } },
  };
  for (const [what, query] of Object.entries(queries)) {
    test(`${what} is refused and never ignored`, () => {
      assert.throws(() => parametersOf(query), { name: "ApiError", code: "unsupported_query" });
    });
  }

  test("$and at the top is what several fields are anyway", () => {
    const query = {
      $and: [{ a: { $gte: 1 } }, { a: { $lt: 5 } }, { b: { $ne: 1 } }, { b: { $ne: 2 } }],
    };
    assert.deepEqual(parametersOf(query), { a__gte: 1, a__lt: 5, b__ne: [1, 2] });
  });
});

describe("Server-sent events", () => {
  const read = async (...chunks) => {
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      start(controller) {
        chunks.forEach((chunk) => controller.enqueue(encoder.encode(chunk)));
        controller.close();
      },
    });
    const found = [];
    for await (const message of serverSentEvents(body)) found.push(message);
    return found;
  };

  test("are put together from pieces, whatever ends their lines", async () => {
    assert.deepEqual(await read("id: 1\neve", "nt: create\nda", "ta: {}\n", "\n"), [
      { id: "1", event: "create", data: "{}" },
    ]);
    assert.deepEqual(await read("data: a\r", "\ndata:b\r\n\r\n"), [{ data: "a\nb" }]);
    assert.deepEqual(await read(": beat\n\nretry: 50\n\n"), [null, { retry: 50 }]);
    assert.deepEqual(await read("data: cut off"), []);
  });
});

describe("Servers that are none of ours", () => {
  const answering = async (context, status, headers, body) => {
    const server = createServer((request, response) =>
      response.writeHead(status, headers).end(body),
    );
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address();
    configure({ baseUrl: `http://127.0.0.1:${port}/api/v1`, storage: new Shelf() });
  };

  test("a proxy's page of HTML is an error with its status", async (context) => {
    await answering(
      context,
      502,
      { "Retry-After": "7", "X-Request-ID": "r-1" },
      "<h1>Bad gateway</h1>",
    );
    await assert.rejects(Lead.list(), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual([error.status, error.retryAfter, error.requestId], [502, 7, "r-1"]);
      assert.deepEqual(error.errors, {});
      return true;
    });
  });

  test("a page of HTML that claims success is an error too", async (context) => {
    await answering(context, 200, {}, "<!doctype html>");
    await assert.rejects(Lead.list(), { status: 200, code: "bad_answer" });
  });

  test("an empty answer of success is one", async (context) => {
    await answering(context, 204, {}, "");
    assert.deepEqual(await Lead.delete("1"), { success: true });
  });

  test("no server at all is an error without a status", async () => {
    configure({ baseUrl: "http://127.0.0.1:1/api/v1", storage: new Shelf() });
    await assert.rejects(Lead.list(), { status: 0, code: "network_error" });
    AuthAPI.setToken("a.b.c", "d.e.f");
    assert.equal((await AuthAPI.logout()).success, false);
    assert.equal(AuthAPI.getToken(), "");
  });
});
