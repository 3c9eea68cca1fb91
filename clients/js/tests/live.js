/** What the tests against a running server share. `crm/tests/test_js_client.py` starts one. */
import { createHmac } from "node:crypto";
import { AuthAPI, configure } from "../src/apiClient.js";

const { NEXA_URL, NEXA_PASSWORD, JWT_SECRET } = process.env;

/** Options of a test or a suite: why there is nothing to ask. */
export const live = {
  skip: NEXA_URL ? false : "There is no server; crm/tests/test_js_client.py starts one.",
};
export const ADMIN = "max@example.com";
export const REP = "ann@example.com";
export const PASSWORD = NEXA_PASSWORD;

/** A storage that tests can look into. */
export class Shelf extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
  removeItem = (key) => void this.delete(key);
}

/** Sign in with a storage of one's own, and return it. */
export async function signedInAs(email) {
  const storage = new Shelf();
  configure({ baseUrl: `${NEXA_URL}/api/v1`, storage, onSignedOut: undefined });
  await AuthAPI.login({ email, password: PASSWORD });
  return storage;
}

/** Let the stored access token be one of the same session that has run out. */
export function letTokenRunOut(storage) {
  const [head, claims] = AuthAPI.getToken().split(".");
  const read = JSON.parse(Buffer.from(claims, "base64url"));
  const old = { ...read, iat: read.iat - 7200, exp: read.iat - 3600 };
  const signed = `${head}.${Buffer.from(JSON.stringify(old)).toString("base64url")}`;
  const token = `${signed}.${createHmac("sha256", JWT_SECRET).update(signed).digest("base64url")}`;
  storage.setItem("auth_token", token);
  storage.setItem("token", token);
  return token;
}

/** Note every request until the test ends; returns the list of `METHOD path?query`. */
export function listenIn(test) {
  const asked = [];
  const real = globalThis.fetch;
  globalThis.fetch = (address, options) => {
    const { pathname, search } = new URL(address);
    asked.push(`${options.method} ${pathname.replace("/api/v1", "")}${search}`);
    return real(address, options);
  };
  test.after(() => {
    globalThis.fetch = real;
  });
  return asked;
}

export const count = (asked, beginning) => asked.filter((one) => one.startsWith(beginning)).length;
