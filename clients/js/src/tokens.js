import { browserStorage } from "./browserStorage.js";
import { setting } from "./config.js";

// Pages of an earlier app read one name or the other, so the token stands under both.
const ACCESS = ["auth_token", "token"];
const REFRESH = "refresh_token";

const memory = new Map();
const inMemory = {
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, value) => void memory.set(key, value),
  removeItem: (key) => void memory.delete(key),
};

/** Return the access token; "" where nobody is signed in. */
export function accessToken() {
  const [first, second] = ACCESS.map(read);
  if (!first || !second) return first || second;
  return issued(second) > issued(first) ? second : first;
}

/** Return the refresh token; "" where there is none. */
export function refreshToken() {
  return read(REFRESH);
}

/** Keep a pair of tokens, where every tab finds it. */
export function keepTokens({ token, refreshToken }) {
  ACCESS.forEach((key) => storage().setItem(key, token));
  if (refreshToken) storage().setItem(REFRESH, refreshToken);
  else storage().removeItem(REFRESH);
}

/** Forget who is signed in. */
export function forgetTokens() {
  [...ACCESS, REFRESH].forEach((key) => storage().removeItem(key));
}

function read(key) {
  return storage().getItem(key) || "";
}

function storage() {
  return setting("storage") ?? browserStorage() ?? inMemory;
}

/** Return when a token was issued; -1 for what is no token of ours. */
function issued(token) {
  try {
    const claims = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(claims)).iat ?? -1;
  } catch {
    return -1;
  }
}
