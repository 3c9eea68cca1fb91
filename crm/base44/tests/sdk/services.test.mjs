import assert from "node:assert/strict";
import { test } from "node:test";
import { as, lead, refused, unique, world } from "./world.mjs";

const ann = as("ann");
const csv = (text, name = "rows.csv") => new File([text], name, { type: "text/csv" });

test("files are kept, handed out and read", async () => {
  const { file_url } = await ann.integrations.Core.UploadFile({ file: csv("name,age\nLea,40\n") });
  assert.equal(await (await fetch(file_url)).text(), "name,age\nLea,40\n");
  const { file_uri } = await ann.integrations.Core.UploadPrivateFile({ file: csv("secret", "plain.txt") });
  const { signed_url } = await ann.integrations.Core.CreateFileSignedUrl({ file_uri });
  assert.equal(await (await fetch(signed_url)).text(), "secret");
  assert.equal((await refused(as("zoe").integrations.Core.CreateFileSignedUrl({ file_uri }))).status, 404);
  const json_schema = { type: "array", items: { type: "object", properties: { name: { type: "string" }, age: { type: "number" } } } };
  const read = await ann.integrations.Core.ExtractDataFromUploadedFile({ file_url, json_schema });
  assert.equal(read.status, "success");
  assert.deepEqual(read.output, [{ name: "Lea", age: 40 }]);
});

test("mails are sent, models are not there", async () => {
  await ann.integrations.Core.SendEmail({ to: "mia@example.com", subject: "Hello", body: "Are you there?" });
  const error = await refused(ann.integrations.Core.InvokeLLM({ prompt: "Say hello" }));
  assert.deepEqual([error.status, error.code], [501, "integration_not_configured"]);
  assert.equal((await refused(ann.integrations.Core.GenerateImage({ prompt: "A cat" }))).status, 501);
  assert.equal((await refused(ann.integrations.Weather.Today({ city: "Bern" }))).status, 404);
  assert.equal((await refused(ann.integrations.custom.call("crm", "get:/contacts", {}))).status, 404);
});

test("a table is imported whole or not at all", async () => {
  const company = unique("Import");
  const table = (email) => csv(`First Name;last_name;e-mail;Company\nLea;Doe;${email};${company}\n`);
  const done = await ann.entities.Lead.importEntities(table(`${unique("a")}@example.com`));
  assert.equal(done.status, "success");
  assert.equal(done.output[0].company, company);
  const bad = await ann.entities.Lead.importEntities(table("no address"));
  assert.deepEqual([bad.status, bad.output], ["error", null]);
  assert.match(bad.details, /email/);
  assert.equal(await ann.entities.Lead.count({ company }), 1);
});

test("functions by name", async () => {
  const answer = await ann.functions.invoke("who-calls", { a: [1, { b: 2 }] });
  assert.deepEqual(answer.data, { email: "ann@example.com", sent: { a: [1, { b: 2 }] } });
  const unknown = await refused(ann.functions.invoke("unheard", {}));
  assert.equal(unknown.response.status, 404);
  assert.equal((await ann.functions.fetch("/anything")).status, 404);
});

test("logs, settings and what is not served", async () => {
  await ann.appLogs.logUserInApp("Deals/Board view");
  await as(null).appLogs.logUserInApp("Welcome");
  assert.ok(await as("max").appLogs.fetchLogs({ limit: 5 }));
  assert.equal((await refused(ann.appLogs.fetchLogs())).status, 403);
  assert.ok((await as("max").appLogs.getStats()).total_users >= 5);
  ann.analytics.track({ eventName: "clicked", properties: { where: "board" } });
  const settings = await as(null).app.getPublicSettings();
  assert.equal(settings.public_settings, "private_with_login");
  const absent = await refused(ann.agents.listConversations({}));
  assert.deepEqual([absent.status, absent.code], [501, "not_implemented"]);
  const beacon = await fetch(`${world.address}/api/apps/${world.app}/analytics/track/batch`, { method: "POST", body: "nothing of use" });
  assert.equal(beacon.status, 202);
});

test("preflights let the SDK's headers through, on errors too", async () => {
  const names = "authorization,content-type,x-app-id,x-origin-url,x-base44-anonymous-id,x-environment";
  const asked = await fetch(`${world.address}/api/apps/${world.app}/entities/Lead`, {
    method: "OPTIONS",
    headers: { Origin: "http://localhost:5173", "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": names },
  });
  const allowed = asked.headers.get("access-control-allow-headers").toLowerCase();
  for (const name of names.split(",")) assert.ok(allowed.includes(name), name);
  const refusedCall = await fetch(`${world.address}/api/apps/${world.app}/entities/Lead`, { headers: { Origin: "http://localhost:5173" } });
  assert.equal(refusedCall.status, 401);
  assert.equal(refusedCall.headers.get("access-control-allow-origin"), "http://localhost:5173");
});
