/**
 * Return the storage that all tabs of a site share; undefined where there is none.
 * Browsers may forbid it: then even looking at it throws. Node's own is not meant.
 */
export function browserStorage() {
  if (typeof document === "undefined") return undefined;
  try {
    return globalThis.localStorage ?? undefined;
  } catch {
    return undefined;
  }
}
