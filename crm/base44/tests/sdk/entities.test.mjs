import assert from "node:assert/strict";
import { test } from "node:test";
import { as, lead, refused, unique, world } from "./world.mjs";

const ann = as("ann");
const max = as("max");

test("a record is created, read, changed and deleted", async () => {
  const made = await ann.entities.Lead.create(lead(unique("Acme"), { engagement_score: 7 }));
  assert.equal(made.created_by, "ann@example.com");
  assert.equal(made.engagement_score, 7);
  assert.equal(made.is_sample, false);
  assert.match(made.created_date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$/);
  const read = await ann.entities.Lead.get(made.id);
  assert.equal(read.email, made.email);
  const changed = await ann.entities.Lead.update(made.id, { ...read, company: "Other", mood: ["a"] });
  assert.equal(changed.company, "Other");
  assert.deepEqual(changed.mood, ["a"]);
  const cleared = await ann.entities.Lead.update(made.id, { mood: null });
  assert.equal("mood" in cleared, false);
  assert.deepEqual(await max.entities.Lead.delete(made.id), { success: true });
  assert.equal((await refused(ann.entities.Lead.get(made.id))).status, 404);
});

test("fields go by their old names and by ours", async () => {
  const deal = await ann.entities.Deal.create({ title: "Big", value: 120.5, mood: "good" });
  assert.equal(deal.deal_name, "Big");
  assert.equal(deal.amount, 120.5);
  assert.equal(deal.value, 120.5);
  const spread = await ann.entities.Deal.update(deal.id, { ...deal, value: 99 });
  assert.equal(spread.amount, 99);
  const [found] = await ann.entities.Deal.filter({ title: "Big", value: { $lt: 100 } });
  assert.equal(found.id, deal.id);
  const lost = await ann.entities.Deal.update(deal.id, { stage: "Closed Lost" });
  assert.equal(lost.loss_reason, "not given");
});

test("lists are sorted, cut, skipped and narrowed", async () => {
  const company = unique("List");
  const rows = [3, 1, 2].map((lead_score) => lead(company, { lead_score, employees: lead_score === 2 ? null : lead_score }));
  const made = await ann.entities.Lead.bulkCreate(rows);
  assert.deepEqual(made.map((row) => row.lead_score), [3, 1, 2]);
  const ours = { company };
  const rising = await ann.entities.Lead.filter(ours, "lead_score");
  assert.deepEqual(rising.map((row) => row.lead_score), [1, 2, 3]);
  const signed = await ann.entities.Lead.filter(ours, "+lead_score", 2, 1);
  assert.deepEqual(signed.map((row) => row.lead_score), [2, 3]);
  const nulls = await ann.entities.Lead.filter(ours, "employees");
  assert.deepEqual(nulls.map((row) => row.employees), [null, 1, 3]);
  const falling = await ann.entities.Lead.filter(ours, "-employees", 0, 0, ["employees"]);
  assert.deepEqual(falling.map((row) => row.employees), [3, 1, null]);
  assert.deepEqual(Object.keys(falling[0]).sort(), ["employees", "id"]);
  const newest = await ann.entities.Lead.list();
  assert.ok(newest[0].created_date >= newest[1].created_date);
  assert.equal((await ann.entities.Lead.list("-created_date", 1)).length, 1);
});

test("cursor pages hold everything once, whatever is deleted between them", async () => {
  const company = unique("Pages");
  await ann.entities.Lead.bulkCreate(Array.from({ length: 25 }, (_, n) => lead(company, { lead_score: n % 3, notes_score: n % 2 ? n : null })));
  for (const sort of ["lead_score", "-lead_score", "notes_score", "-notes_score", undefined]) {
    const seen = [];
    let cursor;
    do {
      const page = await ann.entities.Lead.filter({ company }, { sort, limit: 10, cursor });
      assert.equal(page.has_more, page.next_cursor !== null);
      if (page.has_more) assert.equal(page.items.length, 10);
      seen.push(...page.items.map((row) => row.id));
      cursor = page.next_cursor;
    } while (cursor);
    assert.equal(new Set(seen).size, 25);
    assert.equal(seen.length, 25);
  }
  const first = await ann.entities.Lead.filter({ company }, { limit: 10, sort: "lead_score" });
  await max.entities.Lead.delete(first.items[0].id);
  const second = await ann.entities.Lead.filter({ company }, { limit: 10, cursor: first.next_cursor });
  assert.equal(second.items.some((row) => first.items.some((old) => old.id === row.id)), false);
  assert.equal(second.items.length, 10);
  const stolen = await refused(max.entities.Lead.filter({ company }, { cursor: first.next_cursor }));
  assert.equal(stolen.status, 400);
  const other = await refused(ann.entities.Lead.filter({ company: "x" }, { cursor: first.next_cursor }));
  assert.equal(other.status, 400);
});

test("distinct values come once, rising, lists by their elements", async () => {
  const company = unique("Distinct");
  const rows = [["a", "b"], ["b", "c"], null].map((labels, n) => lead(company, { labels, city: ["Bern", "Aarau", ""][n] }));
  await ann.entities.Lead.bulkCreate(rows);
  const cities = await ann.entities.Lead.filter({ company }, { distinct: "city" });
  assert.deepEqual(cities, { items: ["Aarau", "Bern"], next_cursor: null, has_more: false });
  const one = await ann.entities.Lead.filter({ company }, { distinct: "labels", limit: 2 });
  assert.deepEqual(one.items, ["a", "b"]);
  const two = await ann.entities.Lead.filter({ company }, { distinct: "labels", limit: 2, cursor: one.next_cursor });
  assert.deepEqual(two, { items: ["c"], next_cursor: null, has_more: false });
});

test("a query says what it selects, and an unknown field selects nothing", async () => {
  const company = unique("Query");
  await ann.entities.Lead.bulkCreate([
    lead(company, { lead_score: 10, tags_kept: ["x", "y"] }),
    lead(company, { lead_score: 20, tags_kept: ["y"] }),
  ]);
  const count = (query) => ann.entities.Lead.count({ company, ...query });
  assert.equal(await count({}), 2);
  assert.equal(await count({ lead_score: { $gte: 10, $lt: 20 } }), 1);
  assert.equal(await count({ tags_kept: "x" }), 1);
  assert.equal(await count({ tags_kept: { $all: ["x", "y"] } }), 1);
  assert.equal(await count({ tags_kept: { $size: 1 } }), 1);
  assert.equal(await count({ lead_score: [10, 20, 30] }), 2);
  assert.equal(await count({ $or: [{ lead_score: 10 }, { lead_score: 20 }] }), 2);
  assert.equal(await count({ created_by: "ann@example.com" }), 2);
  assert.equal(await count({ created_date: { $gt: "2020-01-01" } }), 2);
  assert.equal(await count({ email: { $regex: "^LEAD-", $options: "i" } }), 2);
  for (const unknown of [{ typo: 1 }, { typo: null }, { typo: { $ne: 1 } }, { $nor: [{ typo: 1 }] }, { typo: { $not: { $gt: 1 } } }]) {
    assert.equal(await count(unknown), 0, JSON.stringify(unknown));
  }
  assert.equal((await refused(count({ lead_score: { $where: "1" } }))).status, 400);
});

test("figures by groups", async () => {
  const company = unique("Sums");
  await ann.entities.Deal.bulkCreate([1, 2, 3].map((n) => ({ deal_name: `D${n}`, amount: n * 10, stage: n === 3 ? "On Hold" : "Negotiation/Review", campaign_source: company, weight: n })));
  const query = { campaign_source: company };
  const { rows, truncated } = await ann.entities.Deal.aggregate({ query, groupBy: "stage", sum: ["amount", "weight"], avg: "amount", min: "amount", max: "weight", countDistinct: "stage", sort: "-sum_amount" });
  assert.equal(truncated, false);
  assert.deepEqual(rows[0], { stage: "Negotiation/Review", count: 2, sum_amount: 30, sum_weight: 3, avg_amount: 15, min_amount: 10, max_weight: 2, count_distinct_stage: 1 });
  const big = await ann.entities.Deal.aggregate({ query, groupBy: "stage", sum: "amount", having: { sum_amount: { $gt: 30 } } });
  assert.deepEqual(big.rows, []);
  const none = await ann.entities.Deal.aggregate({ query: { campaign_source: "nobody" }, sum: "amount", avg: "amount" });
  assert.deepEqual(none.rows, [{ count: 0, sum_amount: 0, avg_amount: null }]);
  const month = await ann.entities.Deal.aggregate({ query, dateBucket: { field: "created_date", unit: "month" } });
  assert.match(month.rows[0].created_date, /^\d{4}-\d\d-01$/);
  assert.equal(month.rows[0].count, 3);
  assert.equal((await refused(ann.entities.Deal.aggregate({ sum: "stage" }))).status, 400);
});

test("several records are written at once, or none", async () => {
  const company = unique("Bulk");
  const good = lead(company);
  const bad = await refused(ann.entities.Lead.bulkCreate([good, { ...lead(company), email: "no address" }]));
  assert.equal(bad.status, 422);
  assert.match(bad.message, /\[1\]\.email/);
  assert.equal(await ann.entities.Lead.count({ company }), 0);
  assert.deepEqual(await ann.entities.Lead.bulkCreate([]), []);
  const [a, b] = await ann.entities.Lead.bulkCreate([good, lead(company)]);
  const changed = await ann.entities.Lead.bulkUpdate([{ id: b.id, city: "Bern" }, { id: a.id, city: "Chur" }]);
  assert.deepEqual(changed.map((row) => [row.id, row.city]), [[b.id, "Bern"], [a.id, "Chur"]]);
  assert.equal((await refused(ann.entities.Lead.bulkUpdate([{ id: a.id }, { id: a.id }]))).status >= 400, true);
});

test("update operators change what matches", async () => {
  const company = unique("Operators");
  await ann.entities.Lead.bulkCreate([lead(company, { lead_score: 1, words: ["a"] }), lead(company, { lead_score: 5 })]);
  const done = await ann.entities.Lead.updateMany({ company }, { $inc: { lead_score: 10 }, $set: { city: "Bern" }, $addToSet: { words: "a" }, $unset: { state: "" } });
  assert.deepEqual(done, { success: true, updated: 2, has_more: false });
  const rows = await ann.entities.Lead.filter({ company }, "lead_score");
  assert.deepEqual(rows.map((row) => [row.lead_score, row.city, row.words]), [[11, "Bern", ["a"]], [15, "Bern", ["a"]]]);
  await ann.entities.Lead.updateMany({ company }, { $push: { words: { $each: ["b", "c"] } }, $max: { lead_score: 12 }, $rename: { city: "town" } });
  await ann.entities.Lead.updateMany({ company }, { $pull: { words: "a" }, $mul: { lead_score: 2 }, $currentDate: { last_contact_date: true } });
  const after = await ann.entities.Lead.filter({ company }, "lead_score");
  assert.deepEqual(after.map((row) => [row.lead_score, row.city, row.town, row.words]), [[24, "", "Bern", ["b", "c"]], [30, "", "Bern", ["b", "c"]]]);
  assert.equal((await refused(ann.entities.Lead.updateMany({ company }, { city: "x" }))).status, 400);
  assert.equal((await refused(ann.entities.Lead.updateMany({ company }, { $set: { city: "x" }, $unset: { city: "" } }))).status, 400);
  assert.equal((await refused(ann.entities.Lead.updateMany({ company }, { $set: { lead_score: "many" } }))).status, 422);
});

test("upsert goes by a key", async () => {
  const email = `${unique("key")}@example.com`;
  const first = await ann.entities.Lead.upsert([{ ...lead("A"), email }, { ...lead("B"), email }], { key: "email" });
  assert.equal(first.created, 1);
  assert.equal(first.records[0].company, "B");
  const again = await ann.entities.Lead.upsert([{ email, city: "Bern" }], { key: ["email"] });
  assert.deepEqual([again.created, again.updated, again.records[0].city, again.records[0].company], [0, 1, "Bern", "B"]);
  assert.equal((await refused(ann.entities.Lead.upsert([{ city: "x" }], { key: "email" }))).status, 422);
});

test("deletion by query needs a query and takes only what the caller may delete", async () => {
  const company = unique("Gone");
  await ann.entities.Lead.bulkCreate([lead(company), lead(company), lead(unique("Stays"))]);
  assert.equal((await refused(max.entities.Lead.deleteMany(undefined))).status, 400);
  assert.deepEqual(await max.entities.Lead.deleteMany({ typo: company }), { success: true, deleted: 0 });
  assert.deepEqual(await max.entities.Lead.deleteMany({ company }), { success: true, deleted: 2 });
  assert.equal(await ann.entities.Lead.count({ company }), 0);
});

test("errors say what is wrong in the SDK's own words", async () => {
  const invalid = await refused(ann.entities.Lead.create({ first_name: "A" }));
  assert.equal(invalid.name, "Base44Error");
  assert.equal(invalid.status, 422);
  assert.match(invalid.message, /^Error in field last_name: /);
  assert.equal(invalid.data.detail, invalid.message);
  const wrong = await refused(ann.entities.Lead.create(lead("X", { status: "sleepy" })));
  assert.match(wrong.message, /^Error in field status: /);
  const missing = await refused(ann.entities.Lead.get("65f0c0ffee65f0c0ffee65f0"));
  assert.equal(missing.message, "Entity Lead with ID 65f0c0ffee65f0c0ffee65f0 not found");
  assert.equal((await refused(ann.entities.Unheard.list())).status, 404);
  const nobody = await refused(as(null).entities.Lead.list());
  assert.equal(nobody.status, 401);
  assert.equal(nobody.data.extra_data.reason, "auth_required");
});

test("each role sees and does what it may", async () => {
  const company = unique("Roles");
  const mine = await ann.entities.Lead.create(lead(company));
  const seen = {};
  for (const name of ["ann", "zoe", "mia", "sam", "max"]) {
    const answer = await as(name).entities.Lead.filter({ company }).catch((error) => error);
    seen[name] = Array.isArray(answer) ? answer.length : answer.status;
  }
  assert.deepEqual(seen, world.sight);
  const zoe = as("zoe");
  assert.equal((await refused(zoe.entities.Lead.get(mine.id))).status, 404);
  assert.equal((await refused(zoe.entities.Lead.update(mine.id, { city: "x" }))).status, 404);
  assert.deepEqual(await zoe.entities.Lead.updateMany({ company }, { $set: { city: "x" } }), { success: true, updated: 0, has_more: false });
  const people = await ann.entities.User.list();
  assert.deepEqual(people.map((person) => person.email), ["ann@example.com"]);
  assert.ok((await max.entities.User.list()).length > 4);
  assert.equal((await refused(max.entities.User.create({ email: "x@example.com" }))).status, 403);
  const product = await max.entities.Product.create({ name: "Lamp", sku: unique("sku"), price: 5, cost: 2 });
  assert.equal("cost" in (await ann.entities.Product.get(product.id)), false);
  assert.equal(await ann.entities.Product.count({ cost: 2 }), 0);
});
