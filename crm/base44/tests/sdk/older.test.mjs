import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient as createClient0817 } from "sdk-0-8-17";
import { createClient as createClient012 } from "./node_modules/sdk-0-1-2/dist/index.esm.js";
import { as, lead, refused, unique } from "./world.mjs";

for (const [version, make] of [["0.8.17", createClient0817], ["0.1.2", createClient012]]) {
  test(`SDK ${version} reads and writes`, async () => {
    const ann = as("ann", make);
    const company = unique(`Old ${version}`);
    const made = await ann.entities.Lead.create(lead(company));
    assert.equal((await ann.entities.Lead.get(made.id)).company, company);
    assert.equal((await ann.entities.Lead.filter({ company }, "-created_date", 5)).length, 1);
    assert.equal((await ann.entities.Lead.list("-created_date", 1)).length, 1);
    assert.equal((await ann.entities.Lead.update(made.id, { city: "Bern" })).city, "Bern");
    const many = await ann.entities.Lead.bulkCreate([lead(company), lead(company)]);
    assert.equal(many.length, 2);
    assert.deepEqual(await as("max", make).entities.Lead.deleteMany({ company }), { success: true, deleted: 3 });
    assert.equal((await ann.auth.me()).email, "ann@example.com");
    const error = await refused(ann.entities.Lead.create({}));
    assert.equal(error.status, 422);
    assert.match(error.message, /^Error in field /);
  });
}
