import { Stream } from "./stream.js";

/** All listeners of a page share one stream: browsers open six connections to a server at most. */
const listeners = new Set();
let stream = null;

/**
 * Call back at each change of an entity. Returns the function that ends it.
 *
 * `onError(error)` hears why the stream broke; it is opened again by itself, except where the
 * server refuses it for good (`error.isFinal`). `onReset()` hears that changes were missed
 * which can't be told any more: read the lists again.
 */
export function subscribe(entity, callback, { onError, onReset } = {}) {
  const listener = { entity, callback, onError, onReset };
  listeners.add(listener);
  restart();
  return () => {
    if (listeners.delete(listener)) restart();
  };
}

function restart() {
  const routes = [...new Set([...listeners].map(({ entity }) => entity.route))].sort();
  stream ??= new Stream({ onMessage: tell, onReset: reset, onError: complain });
  stream.listenTo(routes);
  if (routes.length === 0) stream = null;
}

function tell(message) {
  for (const { entity, callback } of [...listeners]) {
    if (message.entity === entity.route || message.entity === entity.name)
      safely(callback, message);
  }
}

function reset() {
  for (const { onReset } of [...listeners]) safely(onReset);
}

function complain(error) {
  for (const { onError } of [...listeners]) safely(onError, error);
}

/** One listener's fault is told where faults are told, and keeps nobody else from hearing. */
function safely(work, ...values) {
  try {
    work?.(...values);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
