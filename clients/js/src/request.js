import { call } from "./calls.js";
import { renew } from "./refreshing.js";
import { accessToken } from "./tokens.js";

/**
 * Call the API as whoever is signed in and return the whole answer, `data` within.
 *
 * `options`: `query`, `body`, `headers`, `signal`. For addresses that no object here covers:
 * `request("PUT", "/deals/" + id + "/stage", { body: { stage: "Closed Won" } })`.
 */
export function request(method, path, options = {}) {
  return signedIn((token) => call(method, path, { ...options, token }));
}

/** Do something with the access token; when it has run out, once more with a new one. */
export async function signedIn(work) {
  const token = accessToken();
  try {
    return await work(token);
  } catch (error) {
    if (error.status !== 401 || !token || !(await renew(token))) throw error;
    return work(accessToken());
  }
}
