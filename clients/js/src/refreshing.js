import { setting } from "./config.js";
import { ApiError } from "./errors.js";
import { alone } from "./lock.js";
import { call } from "./calls.js";
import { accessToken, forgetTokens, keepTokens, refreshToken } from "./tokens.js";

/** A refresh token works once, so all calls of a page wait for one refresh. */
let running = null;

/** Get a newer access token than `stale`; false where nobody is signed in any more. */
export function renew(stale) {
  running ??= alone("nexa-crm-refresh", () => renewAlone(stale)).finally(() => {
    running = null;
  });
  return running;
}

/** Exchange the refresh token now and return the answer. */
export async function exchange() {
  const used = refreshToken();
  if (!used) {
    const message = "There is no refresh token. Sign in again.";
    throw new ApiError(message, { status: 401, code: "not_authenticated" });
  }
  const answer = await call("POST", "/auth/refresh-token", { body: { refreshToken: used } });
  // Whoever signed in or out meanwhile did so later than we asked.
  if (refreshToken() === used) keepTokens(answer.data);
  return answer;
}

async function renewAlone(stale) {
  const used = refreshToken();
  if (accessToken() !== stale) return accessToken() !== ""; // another tab was faster
  try {
    await exchange();
  } catch (error) {
    if (!isFinal(error)) throw error;
    if (refreshToken() === used) {
      forgetTokens();
      setting("onSignedOut")?.();
    }
  }
  return accessToken() !== "";
}

function isFinal(error) {
  return error.status === 400 || error.status === 401 || error.status === 403;
}
