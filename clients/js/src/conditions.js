import { ApiError } from "./errors.js";
import { asText } from "./query.js";

const COMPARISONS = { $gt: "gt", $gte: "gte", $lt: "lt", $lte: "lte" };

/**
 * Turn a query such as `{status: ["new", "contacted"], amount: {$gte: 5000}}` into the
 * parameters of a list. Returns null where nothing can match.
 *
 * Several fields all have to hold; an array is any of its values; null and "" mean no value;
 * what is undefined is left out. Operators: $eq $ne $in $nin $gt $gte $lt $lte $exists and a
 * $and at the top. Others throw: a condition that is not understood must not be ignored.
 */
export function parametersOf(query = {}) {
  const found = new Parameters();
  found.takeAll(query);
  return found.isEmpty ? null : found.parameters;
}

class Parameters {
  parameters = {};
  isEmpty = false;

  takeAll(query) {
    for (const [name, value] of Object.entries(query ?? {})) {
      if (name === "$and") value.forEach((part) => this.takeAll(part));
      else if (name.startsWith("$")) throw unsupported(name);
      else if (isOperators(value)) this.takeOperators(name, value);
      else if (value !== undefined) this.equal(name, value);
    }
  }

  takeOperators(name, operators) {
    for (const [operator, value] of Object.entries(operators)) {
      if (value === undefined) continue;
      if (operator === "$eq" || operator === "$in") this.equal(name, value);
      else if (operator === "$ne" || operator === "$nin") this.unequal(name, value);
      else if (operator === "$exists") this.put(`${name}__isnull`, !value);
      else if (operator in COMPARISONS) this.put(`${name}__${COMPARISONS[operator]}`, value);
      else throw unsupported(operator);
    }
  }

  equal(name, value) {
    if (isNothing(value)) this.put(`${name}__isnull`, true);
    else if (!Array.isArray(value)) this.equalOne(name, value);
    else if (value.length === 0) this.isEmpty = true;
    else if (value.length === 1) this.equal(name, value[0]);
    else
      this.put(
        name,
        value.map((single) => plain(name, single)),
      );
  }

  /** A comma separates values in a list's filters; between the same bounds it is just text. */
  equalOne(name, value) {
    if (!asText(value).includes(",")) return this.put(name, value);
    this.put(`${name}__gte`, value);
    this.put(`${name}__lte`, value);
  }

  unequal(name, value) {
    const values = Array.isArray(value) ? value : [value];
    if (values.some(isNothing)) this.put(`${name}__isnull`, false);
    const others = values.filter((single) => !isNothing(single));
    if (others.length === 0) return;
    const before = this.parameters[`${name}__ne`] ?? [];
    this.parameters[`${name}__ne`] = [...before, ...others.map((single) => plain(name, single))];
  }

  put(name, value) {
    const isOther = name in this.parameters && String(this.parameters[name]) !== String(value);
    if (isOther) throw unsupported(`two conditions '${name}'`);
    this.parameters[name] = value;
  }
}

function plain(name, value) {
  if (isNothing(value) || (typeof value === "object" && !(value instanceof Date))) {
    throw unsupported(`${name}: ${JSON.stringify(value)} among several values`);
  }
  if (asText(value).includes(",")) throw unsupported(`a comma among the values of ${name}`);
  return value;
}

function isNothing(value) {
  return value === null || value === "";
}

function isOperators(value) {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function unsupported(what) {
  const message = `filter() doesn't know ${what}. Use list() with the filters of the API.`;
  return new ApiError(message, { code: "unsupported_query" });
}
