import { withPagination } from "./answers.js";
import { parametersOf } from "./conditions.js";
import { ApiError } from "./errors.js";
import { subscribe } from "./events.js";
import { request } from "./request.js";

const DEFAULT_SORT = "-created_at";
const LARGEST_PAGE = 1000;
const NO_SUCH_ROUTE = [404, 405];

/** One kind of record, such as leads. */
export class EntityAPI {
  /** `name` is what one is called (`Lead`), `route` where they are (`leads`). */
  constructor(name, route) {
    this.name = name;
    this.route = route;
  }

  /**
   * Return records as an array, whose `pagination` has the `total`.
   * `filters` are those of the API: `{status: "new,contacted", lead_score__gte: 70}`.
   */
  async list(sort = DEFAULT_SORT, limit = LARGEST_PAGE, filters = {}) {
    const { page = 1, ...others } = filters ?? {};
    return this.#rows({ ...others, sort: sort || DEFAULT_SORT }, limit, (page - 1) * limit);
  }

  /** Return the records with all these words. */
  async search(text, filters = {}, { sort = DEFAULT_SORT, limit = LARGEST_PAGE } = {}) {
    return this.#rows({ ...filters, search: text, sort }, limit, 0);
  }

  /** Return the records that a query such as `{status: "new", amount: {$gte: 5}}` means. */
  async filter(query = {}, sort = DEFAULT_SORT, limit = LARGEST_PAGE, skip = 0) {
    const filters = parametersOf(query);
    if (filters === null) return withPagination([], {});
    return this.#rows({ ...filters, sort: sort || DEFAULT_SORT }, limit, skip);
  }

  /** Return one record; `options` are `fields` and `expand`. */
  async get(id, options = {}) {
    return (await request("GET", this.#path(id), { query: options })).data;
  }

  async create(values) {
    return (await request("POST", `/${this.route}`, { body: values })).data;
  }

  /** Change the fields that are given; with `revision`, only if nobody else did meanwhile. */
  async update(id, values, { revision } = {}) {
    const headers = ifMatch(revision);
    return (await request("PUT", this.#path(id), { body: values, headers })).data;
  }

  /** Put a record into the recycle bin. */
  async delete(id, { revision } = {}) {
    return request("DELETE", this.#path(id), { headers: ifMatch(revision) });
  }

  /** Create several records, all or none, and return them in the order given. */
  async bulkCreate(rows) {
    if (rows.length === 0) return [];
    const options = { query: { atomic: true }, body: { records: rows } };
    try {
      const answer = await request("POST", `/${this.route}/bulk`, options);
      return answer.data.map((row) => row.data ?? row.record ?? row);
    } catch (error) {
      if (!NO_SUCH_ROUTE.includes(error.status)) throw error;
      return this.#createEach(rows);
    }
  }

  /**
   * Call `callback({type, id, data, timestamp})` at each create, update and delete that the
   * person signed in may see. Returns the function that ends it.
   */
  subscribe(callback, options = {}) {
    return subscribe(this, callback, options);
  }

  /** A server without a route for many takes them one by one; what it took so far stays. */
  async #createEach(rows) {
    const created = [];
    for (const [index, row] of rows.entries()) {
      try {
        created.push(await this.create(row));
      } catch (error) {
        throw Object.assign(error, { index, created });
      }
    }
    return created;
  }

  /** The server knows pages of up to a thousand, people ask for any number from anywhere. */
  async #rows(query, wanted, skip) {
    const limit = whole(wanted, "limit") || LARGEST_PAGE;
    const size = Math.min(limit, LARGEST_PAGE);
    const first = Math.floor(whole(skip, "skip") / size);
    const from = skip % size || 0;
    let rows = [];
    let told;
    for (let page = first + 1; rows.length < from + limit; page += 1) {
      const answer = await request("GET", `/${this.route}`, {
        query: { ...query, limit: size, page },
      });
      told ??= answer;
      rows = rows.concat(answer.data);
      if (answer.data.length < size) break;
    }
    return withPagination(rows.slice(from, from + limit), told);
  }

  #path(id) {
    if (id === undefined || id === null || id === "") {
      throw new ApiError(`Which ${this.name}? The id is missing.`, { code: "no_id" });
    }
    return `/${this.route}/${encodeURIComponent(id)}`;
  }
}

function ifMatch(revision) {
  return revision === undefined ? {} : { "If-Match": `"r${revision}-0"` };
}

function whole(value, name) {
  const number = Number(value ?? 0);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new ApiError(`${name} has to be a whole number.`, { code: "invalid" });
}
