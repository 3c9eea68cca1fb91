import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import client, * as api from "../src/apiClient.js";
import { ADMIN, count, listenIn, live, signedInAs } from "./live.js";

const { AnalyticsAPI, ApiError, Deal, EmailAPI, Lead } = api;
const mark = `run${Date.now()}`;
const lead = (number, more) => ({
  first_name: `Ida ${number}`,
  last_name: "Berg",
  email: `ida-${number}-${mark}@example.com`,
  company: mark,
  ...more,
});

describe("Records", live, () => {
  let leads;
  before(async () => {
    await signedInAs(ADMIN);
    leads = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const status = number < 4 ? "new" : "contacted";
      const city = number === 5 ? "" : `Ulm, part ${number}`;
      leads.push(await Lead.create(lead(number, { status, city, lead_score: 10 * number })));
    }
  });

  const names = (rows) => rows.map((row) => row.first_name.at(-1)).join("");
  const ours = (query, ...more) => Lead.filter({ company: mark, ...query }, ...more);

  test("every entity can be listed", async () => {
    const entities = Object.values(api).filter((value) => value instanceof Lead.constructor);
    assert.equal(entities.length, 20);
    for (const entity of entities) {
      assert.ok(Array.isArray(await entity.list("-created_date", 1)), entity.name);
      assert.equal(client[entity.name], entity);
    }
  });

  test("a list is an array that knows how many there are", async () => {
    const rows = await Lead.list("lead_score", 2, { company: mark });
    assert.equal(names(rows), "12");
    assert.deepEqual(rows.pagination, { total: 5, page: 1, pages: 3, limit: 2 });
    assert.deepEqual(Object.keys(rows), ["0", "1"]);
    assert.equal(names(await Lead.list("lead_score", 2, { company: mark, page: 3 })), "5");
  });

  test("what has no value is no filter and not sent", async (test) => {
    const asked = listenIn(test);
    const filters = { company: mark, status: undefined, city: null, source: "", [undefined]: 1 };
    assert.equal((await Lead.list(undefined, undefined, filters)).length, 5);
    assert.deepEqual(asked, [`GET /leads?company=${mark}&sort=-created_at&limit=1000&page=1`]);
    assert.equal(
      names(await Lead.list("lead_score", 9, { company: mark, lead_score__gte: 40 })),
      "45",
    );
  });

  test("a query finds by value, by any of several, by none and by comparison", async () => {
    const by = "lead_score";
    assert.equal(names(await ours({ status: "new" }, by)), "123");
    assert.equal(names(await ours({ status: ["new", "contacted"] }, by)), "12345");
    assert.equal(names(await ours({ status: { $ne: "new" } }, by)), "45");
    assert.equal(names(await ours({ status: { $nin: ["new", "contacted"] } }, by)), "");
    assert.equal(names(await ours({ lead_score: { $gt: 10, $lte: 40 } }, by)), "234");
    assert.equal(names(await ours({ city: "" }, by)), "5");
    assert.equal(names(await ours({ city: null }, by)), "5");
    assert.equal(names(await ours({ city: { $exists: true } }, by)), "1234");
    assert.equal(names(await ours({ status: undefined }, by)), "12345");
    assert.equal(names(await ours({ created_at: { $lt: new Date(0) } }, by)), "");
    assert.equal(names(await ours({ status: [] }, by)), "");
  });

  test("a comma is part of a value", async () => {
    assert.equal(names(await ours({ city: "Ulm, part 2" })), "2");
    assert.equal(names(await ours({ city: "Ulm" })), "");
  });

  test("a query skips any number", async (test) => {
    const asked = listenIn(test);
    assert.equal(names(await ours({}, "lead_score", 2, 2)), "34");
    assert.equal(count(asked, "GET /leads"), 1);
    assert.equal(names(await ours({}, "lead_score", 2, 1)), "23");
    assert.equal(names(await ours({}, "lead_score", 3, 4)), "5");
    assert.equal(names(await ours({}, "lead_score", 3, 9)), "");
  });

  test("a search takes filters too", async () => {
    assert.equal(
      names(await Lead.search(`${mark} ida`, { status: "contacted" }, { sort: "lead_score" })),
      "45",
    );
  });

  test("one is read, changed and deleted", async () => {
    const made = await Lead.create(lead("X"));
    assert.equal((await Lead.get(made.id)).email, made.email);
    const changed = await Lead.update(made.id, { status: "contacted" });
    assert.deepEqual([changed.status, changed.last_name], ["contacted", "Berg"]);
    assert.deepEqual(Object.keys(await Lead.get(made.id, { fields: "status" })).sort(), [
      "id",
      "status",
    ]);
    assert.equal((await Lead.delete(made.id)).success, true);
    await assert.rejects(Lead.get(made.id), { status: 404, code: "not_found" });
  });

  test("a change can ask that nobody else made one", async () => {
    const made = await Lead.create(lead("R"));
    const { revision } = await Lead.update(made.id, { city: "Ulm" }, { revision: made.revision });
    const late = Lead.update(made.id, { city: "Bonn" }, { revision: made.revision });
    await assert.rejects(late, { status: 412, code: "precondition_failed" });
    assert.equal((await Lead.get(made.id)).city, "Ulm");
    await assert.rejects(Lead.delete(made.id, { revision: made.revision }), { status: 412 });
    assert.equal((await Lead.delete(made.id, { revision })).success, true);
  });

  test("several are made in their order", async () => {
    const made = await Lead.bulkCreate([lead("B1"), lead("B2"), lead("B3")]);
    assert.deepEqual(
      made.map((row) => row.first_name),
      ["Ida B1", "Ida B2", "Ida B3"],
    );
    await Promise.all(made.map(({ id }) => Lead.delete(id)));
    assert.deepEqual(await Lead.bulkCreate([]), []);
  });

  test("a refusal names the fields, the code and the request", async () => {
    await assert.rejects(Lead.create({ first_name: "Ida", email: "no address" }), (error) => {
      assert.ok(error instanceof ApiError && error instanceof Error);
      assert.deepEqual([error.status, error.code], [400, "invalid"]);
      assert.deepEqual(Object.keys(error.errors).sort(), ["email", "last_name"]);
      assert.ok(error.message.length > 5);
      assert.ok(error.requestId.length > 5);
      return true;
    });
    await assert.rejects(Lead.list("-created_at", 1, { colour: "red" }), (error) => {
      assert.ok("colour" in error.errors);
      return true;
    });
  });

  test("an id that is missing asks nothing of the server", async (test) => {
    const asked = listenIn(test);
    await assert.rejects(Lead.get(undefined), { code: "no_id" });
    await assert.rejects(Lead.delete(""), { code: "no_id" });
    assert.deepEqual(asked, []);
  });

  test("mail and numbers", async () => {
    const mail = await EmailAPI.send({ to: "ida@example.com", subject: "Lamps", body: "Hello" });
    assert.deepEqual([mail.subject, mail.data.subject], ["Lamps", "Lamps"]);
    const templates = await EmailAPI.templates();
    assert.ok(Array.isArray(templates) && Array.isArray(templates.data));
    const numbers = ["dashboard", "revenue", "pipeline", "leadSources", "conversionFunnel"];
    for (const name of [...numbers, "activity", "leaderboard", "receivables"]) {
      const answer = await AnalyticsAPI[name]("30d");
      assert.equal(answer.success, true, name);
      assert.ok(typeof answer.data === "object", name);
    }
    const dashboard = await AnalyticsAPI.dashboard({ from: "2026-01-01" });
    assert.deepEqual(dashboard.won_deals, dashboard.data.won_deals);
  });

  test("any other address can be asked", async () => {
    const deal = await Deal.create({ deal_name: `Lamps ${mark}` });
    const { data } = await api.request("GET", `/deals/${deal.id}/history`);
    assert.ok(Array.isArray(data));
  });
});
