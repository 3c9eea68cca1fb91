/**
 * Return parameters as a query string with its question mark; "" where there are none.
 * What has no value is left out, arrays repeat their name.
 */
export function queryString(params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (name === "undefined") continue;
    for (const single of Array.isArray(value) ? value : [value]) {
      if (isGiven(single)) query.append(name, asText(single));
    }
  }
  const text = query.toString();
  return text && `?${text}`;
}

/** Return a value as filters write it. */
export function asText(value) {
  return value instanceof Date ? value.toISOString() : String(value);
}

function isGiven(value) {
  return value !== undefined && value !== null && value !== "" && value !== "undefined";
}
