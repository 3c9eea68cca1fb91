import { ApiError } from "./errors.js";

const settings = {
  baseUrl: fromBundler() ?? fromProcess(),
  storage: undefined,
  onSignedOut: undefined,
  /** How long the first pause before a broken stream is opened again lasts, in milliseconds. */
  reconnectPause: 1000,
  /** After how much silence a stream counts as broken, in milliseconds. */
  streamPatience: 60_000,
};

/** Change settings; those that are not named stay. */
export function configure(changes = {}) {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in settings)) throw new TypeError(`There is no setting '${name}'.`);
    settings[name] = value;
  }
}

/** Return one setting. */
export function setting(name) {
  return settings[name];
}

/** Return the full address of a path such as `/leads`. */
export function addressOf(path) {
  return `${baseUrl()}${path}`;
}

function baseUrl() {
  if (settings.baseUrl) return settings.baseUrl.replace(/\/+$/, "");
  if (typeof document !== "undefined" || typeof importScripts === "function") return "/api/v1";
  throw new ApiError("Where is the CRM? Call configure({ baseUrl }) or set VITE_API_URL.", {
    code: "not_configured",
  });
}

/** Bundlers such as Vite put a value here; elsewhere there is no `import.meta.env`. */
function fromBundler() {
  return import.meta.env?.VITE_API_URL || undefined;
}

function fromProcess() {
  return globalThis.process?.env?.VITE_API_URL || undefined;
}
