import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ApiError, AuthAPI, Lead, User, configure } from "../src/apiClient.js";
import { ADMIN, PASSWORD, REP, count, letTokenRunOut, listenIn, live, signedInAs } from "./live.js";

const REFRESH = "POST /auth/refresh-token";

describe("Signing in", live, () => {
  let storage;
  before(async () => {
    storage = await signedInAs(REP);
  });

  test("keeps the token under both names that pages look for", () => {
    assert.equal(storage.get("auth_token").split(".").length, 3);
    assert.equal(storage.get("token"), storage.get("auth_token"));
    assert.equal(AuthAPI.getToken(), storage.get("token"));
  });

  test("tells who one is, at the top and in data", async () => {
    const me = await AuthAPI.me();
    assert.deepEqual([me.email, me.data.email], [REP, REP]);
    assert.ok(me.data.permissions.length > 0);
    assert.equal((await User.me()).email, REP);
    assert.equal(await AuthAPI.isAuthenticated(), true);
  });

  test("a wrong password is refused and changes nothing", async () => {
    const token = storage.get("token");
    await assert.rejects(AuthAPI.login({ email: REP, password: "wrong" }), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual([error.status, error.code], [401, "not_authenticated"]);
      return true;
    });
    assert.equal(storage.get("token"), token);
  });

  test("takes email and password as they come", async () => {
    const answer = await AuthAPI.login(REP, PASSWORD);
    assert.equal(answer.data.user.email, REP);
  });

  test("one's own profile can be changed", async () => {
    assert.equal((await AuthAPI.updateProfile({ department: "North" })).data.department, "North");
    assert.equal((await User.updateMe({ department: "South" })).department, "South");
    assert.equal((await AuthAPI.me()).department, "South");
  });

  test("an account can be registered, given a password and signed out", async () => {
    await signedInAs(REP);
    const email = `new-${Date.now()}@example.com`;
    const answer = await AuthAPI.register({ email, password: PASSWORD, full_name: "Nils" });
    assert.deepEqual([answer.data.user.email, answer.data.user.role], [email, "sales_rep"]);
    await AuthAPI.updatePassword(PASSWORD, `${PASSWORD}-2`);
    await AuthAPI.updatePassword({ currentPassword: `${PASSWORD}-2`, newPassword: PASSWORD });
    assert.equal((await AuthAPI.me()).email, email);
    assert.equal((await AuthAPI.logout()).success, true);
    assert.equal(AuthAPI.getToken(), "");
  });

  test("a forgotten password is answered alike for everybody; a made-up token is refused", async () => {
    for (const email of [REP, "nobody@example.com"]) {
      assert.equal((await AuthAPI.forgotPassword(email)).success, true);
    }
    await assert.rejects(AuthAPI.resetPassword("no-such-token", PASSWORD), { status: 400 });
  });
});

describe("A token that has run out", live, () => {
  test("is exchanged once for many calls at the same time", async (test) => {
    const storage = await signedInAs(REP);
    const old = letTokenRunOut(storage);
    const asked = listenIn(test);
    const lists = await Promise.all(Array.from({ length: 20 }, () => Lead.list("-created_at", 1)));
    assert.equal(lists.length, 20);
    assert.equal(count(asked, REFRESH), 1);
    assert.equal(count(asked, "GET /leads"), 40);
    assert.notEqual(storage.get("token"), old);
    await Lead.list("-created_at", 1);
    assert.equal(count(asked, REFRESH), 1);
  });

  test("is exchanged for a write too, which is done once", async (test) => {
    const storage = await signedInAs(ADMIN);
    letTokenRunOut(storage);
    const email = `once-${Date.now()}@example.com`;
    await Lead.create({ first_name: "Ida", last_name: "Once", email });
    assert.equal((await Lead.filter({ email })).length, 1);
  });

  test("is not exchanged where another tab was faster", async (test) => {
    const storage = await signedInAs(REP);
    const newest = storage.get("token");
    const old = letTokenRunOut(storage);
    const asked = listenIn(test);
    const waiting = Lead.list("-created_at", 1);
    storage.setItem("token", newest); // the call is on its way with the old one
    assert.ok(Array.isArray(await waiting));
    assert.equal(count(asked, REFRESH), 0);
    assert.equal(AuthAPI.getToken(), newest, "the newer of two wins");
    assert.notEqual(newest, old);
  });

  test("what is no token at all is exchanged as well", async () => {
    const storage = await signedInAs(REP);
    storage.setItem("token", "broken");
    storage.setItem("auth_token", "broken");
    assert.equal((await User.me()).email, REP);
  });

  test("a pair is not kept that comes after somebody signed out", async (test) => {
    const storage = await signedInAs(REP);
    letTokenRunOut(storage);
    const real = globalThis.fetch;
    test.after(() => (globalThis.fetch = real));
    globalThis.fetch = async (address, options) => {
      const response = await real(address, options);
      if (address.endsWith("/auth/refresh-token")) storage.clear();
      return response;
    };
    await assert.rejects(Lead.list("-created_at", 1), { status: 401 });
    assert.equal(storage.size, 0);
  });

  test("can be exchanged at any time, also while that happens anyway", async (test) => {
    const storage = await signedInAs(REP);
    letTokenRunOut(storage);
    const asked = listenIn(test);
    const [{ data }] = await Promise.all([AuthAPI.refresh(), Lead.list("", 1), AuthAPI.refresh()]);
    assert.equal(count(asked, REFRESH), 1);
    assert.deepEqual(data, {
      token: storage.get("token"),
      refreshToken: storage.get("refresh_token"),
    });
    storage.clear();
    await assert.rejects(AuthAPI.refresh(), { status: 401 });
  });

  test("without a session behind it the sign-in is over, told once", async () => {
    const storage = await signedInAs(REP);
    let told = 0;
    configure({ onSignedOut: () => (told += 1) });
    storage.setItem("refresh_token", "spent");
    letTokenRunOut(storage);
    const calls = await Promise.allSettled([Lead.list(), Lead.list(), Lead.list()]);
    assert.deepEqual(
      calls.map(({ reason }) => reason.status),
      [401, 401, 401],
    );
    assert.equal(told, 1);
    assert.equal(storage.size, 0);
    assert.equal(await AuthAPI.isAuthenticated(), false);
  });
});

describe("Signing out", live, () => {
  test("ends the session on the server too", async () => {
    const storage = await signedInAs(REP);
    const token = storage.get("token");
    assert.equal((await User.logout()).success, true);
    assert.equal(storage.size, 0);
    let told = 0;
    configure({ onSignedOut: () => (told += 1) });
    AuthAPI.setToken(token);
    await assert.rejects(Lead.list(), { status: 401 });
    assert.deepEqual([told, storage.size], [1, 0]);
  });

  test("succeeds where nobody is signed in", async () => {
    const storage = await signedInAs(REP);
    storage.clear();
    assert.deepEqual(await AuthAPI.logout(), { success: true });
  });
});
