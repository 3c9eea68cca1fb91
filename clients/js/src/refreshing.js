import { setting } from "./config.js";
import { ApiError } from "./errors.js";
import { alone } from "./lock.js";
import { call } from "./calls.js";
import { accessToken, forgetTokens, keepTokens, refreshToken } from "./tokens.js";

const PROPAGATION_MS = 2000;
const LOOK_MS = 20;

/** A refresh token works once, so all calls of a page wait for one refresh. */
let running = null;

/** Get a newer access token than `stale`; false where nobody is signed in any more. */
export function renew(stale) {
  running ??= alone("nexa-crm-refresh", (told) => renewAlone(stale, told)).finally(() => {
    running = null;
  });
  return running;
}

async function renewAlone(stale, { waited }) {
  if (waited) await another(stale);
  const used = refreshToken();
  if (accessToken() !== stale) return accessToken() !== ""; // another tab was faster
  try {
    const answer = await exchange(used);
    // Whoever signed in or out meanwhile did so later than we asked.
    if (refreshToken() === used) keepTokens(answer.data);
  } catch (error) {
    if (!isFinal(error)) throw error;
    if (refreshToken() === used) {
      forgetTokens();
      setting("onSignedOut")?.();
    }
  }
  return accessToken() !== "";
}

async function exchange(used) {
  if (used) return call("POST", "/auth/refresh-token", { body: { refreshToken: used } });
  throw new ApiError("There is no refresh token.", { status: 401, code: "not_authenticated" });
}

/** What one tab writes reaches the others a little later than the end of its turn. */
async function another(stale) {
  const end = Date.now() + PROPAGATION_MS;
  while (accessToken() === stale && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function isFinal(error) {
  return error.status === 400 || error.status === 401 || error.status === 403;
}
