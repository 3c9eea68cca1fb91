/**
 * Write `types/openapi.d.ts` from the OpenAPI document of the API.
 *
 *   npm run types -- http://127.0.0.1:8000/api/schema      of a running server
 *   npm run types -- openapi.json                          of a file, as written by
 *   manage.py spectacular --format openapi-json --file openapi.json
 *
 * With `--check` nothing is written; the exit code is 1 where the file is out of date.
 */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const TARGET = new URL("../types/openapi.d.ts", import.meta.url);
const HEAD =
  "// Made by `npm run types` from the OpenAPI document. Change the API, then make it again.\n\n";
/** How lists show records in the recycle bin, and with some fields only. */
const PARTLY = /(Deleted|Selected)$/;

const [source] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const isCheck = process.argv.includes("--check");

if (!source) fail("Name the OpenAPI document: a file, or an address such as http://…/api/schema.");
const types = await typesOf(await read(source));
if (!isCheck) await writeFile(TARGET, types);
else if ((await readFile(TARGET, "utf8").catch(() => "")) !== types) {
  fail("types/openapi.d.ts is not what the API says by now. Run `make types`.");
}

async function read(source) {
  if (!/^https?:/.test(source)) return JSON.parse(await readFile(source, "utf8"));
  const response = await fetch(source, { headers: { Accept: "application/json" } });
  if (!response.ok) fail(`${source} answered with status ${response.status}.`);
  return response.json();
}

/** The client's types are about records; all addresses of the API would be 30,000 lines. */
async function typesOf({ openapi, info, components }) {
  const shown = Object.entries(components.schemas).filter(([name]) => !PARTLY.test(name));
  const document = { openapi, info, paths: {}, components: { schemas: Object.fromEntries(shown) } };
  return HEAD + astToString(await openapiTS(document, { emptyObjectsUnknown: true }));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
