import assert from "node:assert/strict";
import { File } from "node:buffer";
import { describe, test } from "node:test";
import { Document, FileAPI, request } from "../src/apiClient.js";
import { ADMIN, count, letTokenRunOut, listenIn, live, signedInAs } from "./live.js";

const LINES = "Lamps for the shop.\n".repeat(50_000); // a megabyte

describe("Files", live, () => {
  test("are uploaded with progress, byte for byte", async () => {
    await signedInAs(ADMIN);
    const seen = [];
    const file = await FileAPI.upload(new Blob([LINES], { type: "text/plain" }), "offers", {
      fileName: 'Offer "Ulm" ä.txt',
      title: "Lamps",
      tags: ["red", "blue"],
      onProgress: (progress) => seen.push(progress),
    });
    assert.deepEqual([file.title, file.folder, file.file_size], ["Lamps", "offers", LINES.length]);
    assert.deepEqual(file.tags, ["red", "blue"]);
    assert.match(file.file_name, /^Offer .*ä\.txt$/);
    assert.deepEqual([file.url, file.data.key], [file.data.file_url, file.s3_key]);
    assert.ok(seen.length > 10);
    assert.deepEqual(seen.at(-1), { loaded: LINES.length, total: LINES.length, percent: 100 });
    assert.ok(seen.every(({ loaded }, at) => at === 0 || loaded > seen[at - 1].loaded));
    const { signed_url } = await Document.get(file.id);
    const path = new URL(signed_url).pathname;
    const stored = await fetch(new URL(path, process.env.NEXA_URL));
    assert.equal(await stored.text(), LINES);
  });

  test("go out again after the token has run out", async (test) => {
    letTokenRunOut(await signedInAs(ADMIN));
    const asked = listenIn(test);
    const bytes = new TextEncoder().encode("a small file");
    const { data } = await FileAPI.upload(bytes, undefined, { fileName: "small.txt" });
    assert.deepEqual([data.file_name, data.folder], ["small.txt", "documents"]);
    assert.equal(count(asked, "POST /documents/upload"), 2);
    assert.equal(count(asked, "POST /auth/refresh-token"), 1);
  });

  test("get newer versions", async () => {
    await signedInAs(ADMIN);
    const first = await FileAPI.upload(new File(["one"], "terms.txt"));
    const second = await FileAPI.addVersion(first.id, new File(["two"], "terms.txt"));
    assert.deepEqual([first.version, second.version], [1, 2]);
    assert.equal((await request("GET", `/documents/${first.id}/versions`)).data.length, 2);
  });

  test("are refused with the reason", async () => {
    await signedInAs(ADMIN);
    await assert.rejects(FileAPI.upload(new Blob(["MZ"]), "x", { fileName: "a.exe" }), (error) => {
      assert.equal(error.status, 400);
      assert.ok(error.errors.file[0].length > 5);
      return true;
    });
    await assert.rejects(FileAPI.upload("a path", "x"), { code: "no_file" });
  });

  test("can be called off", async () => {
    await signedInAs(ADMIN);
    const ends = new AbortController();
    const options = {
      fileName: "called-off.txt",
      signal: ends.signal,
      onProgress: () => ends.abort(),
    };
    await assert.rejects(FileAPI.upload(new Blob([LINES]), "x", options), { name: "AbortError" });
    assert.deepEqual([...(await Document.filter({ file_name: "called-off.txt" }))], []);
  });
});
