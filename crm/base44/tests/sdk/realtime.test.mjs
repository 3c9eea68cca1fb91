import assert from "node:assert/strict";
import { test } from "node:test";
import { as, lead, unique } from "./world.mjs";

/** Hear events of an entity; `until(test)` waits for one and fails after 20 s. */
function listen(client, entity) {
  const heard = [];
  const waiting = [];
  const unsubscribe = client.entities[entity].subscribe((event) => {
    heard.push(event);
    for (const look of waiting) look();
  });
  const until = (fits, what) =>
    new Promise((resolve, reject) => {
      const clock = setTimeout(() => reject(new Error(`Not heard: ${what}`)), 20_000);
      const look = () => {
        const found = fits(heard);
        if (!found) return;
        clearTimeout(clock);
        resolve(found);
      };
      waiting.push(look);
      look();
    });
  return { heard, until, unsubscribe };
}

/** Change things until a listener hears of it: joining is not acknowledged. */
async function joined(listener, author, entity, row) {
  const made = await author.entities[entity].create(row);
  for (let turn = 0; turn < 100; turn += 1) {
    await author.entities[entity].update(made.id, { city: `${turn}` });
    const found = await Promise.race([
      listener.until((events) => events.find((event) => event.id === made.id), "the first").catch(() => null),
      new Promise((resolve) => setTimeout(resolve, 200, null)),
    ]);
    if (found) return made;
  }
  throw new Error("Nothing was ever heard.");
}

test("changes of every door are heard once, by those who may see them", async () => {
  const ann = as("ann");
  const zoe = as("zoe");
  const company = unique("Heard");
  const annHears = listen(as("ann"), "Lead");
  const zoeHears = listen(as("zoe"), "Lead");
  await joined(annHears, ann, "Lead", lead("First"));
  await joined(zoeHears, zoe, "Lead", lead("First"));
  const made = await ann.entities.Lead.bulkCreate(Array.from({ length: 40 }, () => lead(company)));
  const ids = new Set(made.map((row) => row.id));
  const ours = (events, type) => events.filter((event) => event.type === type && ids.has(event.id));
  await annHears.until((events) => ours(events, "create").length >= 40, "40 creates");
  assert.equal(new Set(ours(annHears.heard, "create").map((event) => event.id)).size, 40);
  await ann.entities.Lead.updateMany({ company }, { $set: { city: "Bern" } });
  await annHears.until((events) => ours(events, "update").length >= 40, "40 updates");
  await as("max").entities.Lead.deleteMany({ company });
  await annHears.until((events) => ours(events, "delete").length >= 40, "40 deletes");
  for (const type of ["create", "update", "delete"]) assert.equal(ours(annHears.heard, type).length, 40, type);
  const told = ours(annHears.heard, "update")[0];
  assert.equal(told.data.city, "Bern");
  assert.equal(told.data.created_by, "ann@example.com");
  assert.equal(zoeHears.heard.some((event) => ids.has(event.id)), false);
  annHears.unsubscribe();
  zoeHears.unsubscribe();
});

test("an entity that an administrator declared is heard once, by those who may see the record", async () => {
  const ann = as("ann");
  const hears = Object.fromEntries(["ann", "zoe", "mia", "max", "sam"].map((name) => [name, listen(as(name), "ProjectNote")]));
  await joined(hears.ann, ann, "ProjectNote", { title: "First" });
  await joined(hears.zoe, as("zoe"), "ProjectNote", { title: "First" });
  await joined(hears.mia, ann, "ProjectNote", { title: "First" });
  await joined(hears.max, ann, "ProjectNote", { title: "First" });
  const of = (events, id) => events.filter((event) => event.id === id);
  const told = (name, id, many) => hears[name].until((events) => of(events, id).length >= many && of(events, id), `${many} by ${name}`);
  const note = await ann.entities.ProjectNote.create({ title: "Roof" });
  const written = await ann.entities.ProjectNote.update(note.id, { pages: 3 });
  for (const name of ["ann", "mia", "max"]) assert.deepEqual((await told(name, note.id, 2))[1].data, written, name);
  await as("max").entities.ProjectNote.delete(note.id);
  const last = await as("zoe").entities.ProjectNote.create({ title: "Last" });
  for (const name of ["ann", "mia", "max"]) {
    const types = (await told(name, note.id, 3)).map((event) => event.type);
    assert.deepEqual(types, ["create", "update", "delete"], name);
  }
  for (const name of ["zoe", "mia", "max"]) await told(name, last.id, 1);
  const sign = await ann.entities.ProjectNote.create({ title: "Sign" }); // who hears of it has heard all before
  await told("ann", sign.id, 1);
  assert.deepEqual(of(hears.zoe.heard, note.id), []);
  assert.deepEqual(of(hears.ann.heard, last.id), []);
  assert.deepEqual(hears.sam.heard, []);
  for (const { unsubscribe } of Object.values(hears)) unsubscribe();
});

test("who is not signed in hears nothing", async () => {
  const nobody = listen(as(null), "Lead");
  const ann = as("ann");
  const hears = listen(as("ann"), "Lead");
  await joined(hears, ann, "Lead", lead("Quiet"));
  assert.deepEqual(nobody.heard, []);
  hears.unsubscribe();
  nobody.unsubscribe();
});
