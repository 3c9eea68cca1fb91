import { send } from "./calls.js";
import { setting } from "./config.js";
import { ApiError, refusal, unreachable } from "./errors.js";
import { signedIn } from "./request.js";
import { serverSentEvents } from "./serverSentEvents.js";

const LONGEST_PAUSE = 60_000;
const HOPELESS = [400, 401, 403, 404, 405];

/** The server's stream of changes, opened again whenever it breaks, until nobody listens. */
export class Stream {
  #tell;
  #routes = "";
  #run = null;
  #lastId = "";
  #failures = 0;
  #shortest = 0;

  /** `tell` has `onMessage(message)`, `onReset()` and `onError(error)`. */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Hear of the records at these routes from now on; of none ends the stream. */
  listenTo(routes) {
    if (routes.join() === this.#routes && this.#run) return;
    this.#routes = routes.join();
    this.#run?.abort();
    this.#run = this.#routes ? new AbortController() : null;
    if (this.#run) this.#keepOpen(this.#run.signal);
  }

  async #keepOpen(signal) {
    await null; // whoever subscribes to several kinds at once opens one stream
    while (!signal.aborted) {
      const error = await this.#readOnce(signal).catch(unreachable);
      if (signal.aborted) return;
      error.isFinal = HOPELESS.includes(error.status);
      if (error.isFinal) this.#run = null; // the next listener may try again
      this.#tell.onError(error);
      if (error.isFinal) return;
      const first = Math.max(setting("reconnectPause"), this.#shortest);
      await pause(pauseAfter(this.#failures, first, error.retryAfter), signal);
      this.#failures += 1;
    }
  }

  /** Read one stream to its end, and return why it ended. */
  async #readOnce(signal) {
    const opened = new AbortController();
    const close = () => opened.abort();
    signal.addEventListener("abort", close, { once: true });
    const watch = new Watch(close);
    try {
      const response = await signedIn((token) => this.#open(token, opened.signal));
      watch.heard();
      for await (const message of serverSentEvents(response.body)) {
        watch.heard();
        this.#failures = 0;
        if (message) this.#take(message);
        if (signal.aborted) break;
      }
      return new ApiError("The stream of changes ended.", { code: "stream_ended" });
    } catch (error) {
      if (!watch.isOver) throw error;
      return new ApiError("The stream of changes fell silent.", { code: "stream_silent" });
    } finally {
      watch.end();
      signal.removeEventListener("abort", close);
    }
  }

  async #open(token, signal) {
    const headers = { Accept: "text/event-stream" };
    if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
    const query = { entities: this.#routes };
    const response = await send("GET", "/events", {
      query,
      headers,
      token,
      signal,
      cache: "no-store",
    });
    if (response.ok && response.body) return response;
    const body = await response.json().catch(() => null);
    throw refusal(response.status, body, (name) => response.headers.get(name));
  }

  #take({ event, data, id, retry }) {
    if (retry !== undefined) this.#shortest = retry;
    if (id !== undefined) this.#lastId = id;
    if (event === "reset") this.#tell.onReset();
    else if (data !== undefined) this.#tell.onMessage(JSON.parse(data));
  }
}

/**
 * Return how long to wait after so many failures, in milliseconds: each time about twice as
 * long, by chance somewhat more or less, so that all tabs of the world don't come at once.
 */
export function pauseAfter(failures, first, retryAfter = 0, chance = Math.random()) {
  const grown = Math.min(first * 2 ** Math.min(failures, 10), LONGEST_PAUSE);
  return Math.max(grown * (0.75 + chance / 2), (retryAfter ?? 0) * 1000);
}

/** Ends what has been silent for too long: a line can be dead without breaking. */
class Watch {
  isOver = false;
  #timer;

  constructor(close) {
    this.close = close;
    this.heard();
  }

  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.close();
    }, setting("streamPatience"));
  }

  end() {
    clearTimeout(this.#timer);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
