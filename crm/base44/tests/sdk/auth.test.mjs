import assert from "node:assert/strict";
import { test } from "node:test";
import { as, mailTo, refused, unique } from "./world.mjs";

const PASSWORD = "correct-horse-battery";

test("who is signed in, and what they change about themselves", async () => {
  const ann = as("ann");
  const me = await ann.auth.me();
  assert.equal(me.email, "ann@example.com");
  assert.equal(me.role, "sales_rep");
  assert.equal(me.app_id, "nexa-crm");
  const changed = await ann.auth.updateMe({ theme: "dark", phone: "+41 44 668 18 00", role: "admin", email: "x@example.com" });
  assert.deepEqual([changed.theme, changed.phone, changed.role, changed.email], ["dark", "+41 44 668 18 00", "sales_rep", "ann@example.com"]);
  assert.equal(await ann.auth.isAuthenticated(), true);
  assert.equal(await as(null).auth.isAuthenticated(), false);
});

test("signing in by password", async () => {
  const client = as(null);
  const wrong = await refused(client.auth.loginViaEmailPassword("sam@example.com", "wrong-password"));
  const unknown = await refused(client.auth.loginViaEmailPassword("nobody@example.com", "wrong-password"));
  assert.deepEqual([wrong.status, wrong.message], [unknown.status, unknown.message]);
  const { access_token, user } = await client.auth.loginViaEmailPassword("sam@example.com", PASSWORD);
  assert.equal(user.email, "sam@example.com");
  assert.ok(access_token);
  assert.equal((await client.auth.me()).email, "sam@example.com");
});

test("registering: a code by mail, then inside; a new password, the old one forgotten", async () => {
  const email = `${unique("new")}@example.com`;
  const client = as(null);
  const made = await client.auth.register({ email, password: "a-first-password-9" });
  assert.equal(made.otp_expires_in_minutes, 10);
  assert.equal(made.access_token, undefined);
  assert.equal((await refused(client.auth.loginViaEmailPassword(email, "a-first-password-9"))).status, 403);
  const [, code] = await mailTo(email, /\b(\d{6})\b/);
  const bad = code === "000000" ? "000001" : "000000";
  assert.equal((await refused(client.auth.verifyOtp({ email, otpCode: bad }))).status, 400);
  const verified = await client.auth.verifyOtp({ email, otpCode: code });
  client.auth.setToken(verified.access_token);
  const me = await client.auth.me();
  assert.equal(me.email, email);
  await client.auth.changePassword({ userId: me.id, currentPassword: "a-first-password-9", newPassword: "a-second-password-9" });
  assert.equal((await refused(as(null).auth.loginViaEmailPassword(email, "a-first-password-9"))).status, 401);
  await client.auth.resetPasswordRequest(email);
  const [, resetToken] = await mailTo(email, /reset-password\/([\w.-]+)/);
  await client.auth.resetPassword({ resetToken, newPassword: "a-third-password-9" });
  assert.equal((await refused(client.auth.me())).status, 401);
  assert.ok((await as(null).auth.loginViaEmailPassword(email, "a-third-password-9")).access_token);
});

test("inviting is for those who may", async () => {
  const email = `${unique("guest")}@example.com`;
  await as("max").users.inviteUser(email, "user");
  await mailTo(email, /accept|invit/i);
  await as("max").auth.inviteUser(`${unique("guest")}@example.com`, "admin");
  assert.equal((await refused(as("ann").users.inviteUser(email, "user"))).status, 403);
});
