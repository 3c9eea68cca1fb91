import { addressOf } from "./config.js";
import { ApiError, refusal, unreachable } from "./errors.js";
import { queryString } from "./query.js";

/**
 * Call the server once and return its answer, unfolded from JSON.
 * Throws `ApiError` for every other outcome than success.
 */
export async function call(method, path, options = {}) {
  const response = await send(method, path, options);
  const text = await response.text().catch((error) => {
    throw unreachable(error);
  });
  return answerOf(response.status, text, (name) => response.headers.get(name));
}

/** Send a request and return the response as soon as its head is there. */
export async function send(method, path, { query, body, headers, token, signal, ...more } = {}) {
  const address = addressOf(path) + queryString(query);
  const sent = { Accept: "application/json", ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (body !== undefined && !isRaw(body)) {
    sent["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  try {
    return await fetch(address, { method, headers: sent, body, signal, ...more });
  } catch (error) {
    throw unreachable(error);
  }
}

/** Return what an answer says. Throws `ApiError` for refusals and for what is no JSON. */
export function answerOf(status, text, header) {
  const body = parsed(text);
  if (status < 200 || status >= 300) throw refusal(status, body, header);
  if (body !== undefined) return body;
  if (text === "") return { success: true };
  const message = "The server did not answer in JSON. Is baseUrl the address of the API?";
  throw new ApiError(message, { status, code: "bad_answer" });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRaw(body) {
  const isForm = typeof FormData !== "undefined" && body instanceof FormData;
  return isForm || body instanceof ReadableStream;
}
