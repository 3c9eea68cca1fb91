const CALLED_OFF = ["AbortError", "TimeoutError"];

/** A refusal of the server, or a call that never reached it. */
export class ApiError extends Error {
  /**
   * `status` is 0 where no server answered. `errors` names the fields of a refused body.
   * `retryAfter` counts seconds, where the server said when to come back.
   */
  constructor(message, { status = 0, code = "error", errors = {}, requestId = "", ...more } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter = more.retryAfter ?? null;
    /** The whole answer, where it was JSON. */
    this.body = more.body ?? null;
  }
}

/** Make the error that an answer of the server stands for. */
export function refusal(status, body, header) {
  const told = isObject(body) ? body : {};
  const seconds = Number.parseInt(header("Retry-After") ?? "", 10);
  return new ApiError(told.message || `The server answered with status ${status}.`, {
    status,
    code: told.code,
    errors: isObject(told.errors) ? told.errors : {},
    requestId: told.request_id || header("X-Request-ID") || "",
    retryAfter: Number.isNaN(seconds) ? null : seconds,
    body: isObject(body) ? body : null,
  });
}

/** Make the error of a call that got no answer; a call that was called off stays what it is. */
export function unreachable(cause) {
  if (CALLED_OFF.includes(cause?.name) || cause instanceof ApiError) return cause;
  return new ApiError("The server can't be reached.", { code: "network_error", cause });
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
