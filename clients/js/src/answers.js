/**
 * Return an answer that can be read in two ways: pages of an earlier app take `answer.data`
 * in some places and its fields directly in others.
 */
export function both(answer) {
  const { data, success } = answer;
  if (Array.isArray(data)) return withPagination(data, answer, { data, success });
  if (data !== null && typeof data === "object") return { ...data, ...answer };
  return answer;
}

/** Return the rows of a list; `pagination` hides from loops and JSON. */
export function withPagination(rows, { pagination }, more = {}) {
  for (const [name, value] of Object.entries({ pagination, ...more })) {
    Object.defineProperty(rows, name, { value, configurable: true, enumerable: false });
  }
  return rows;
}
