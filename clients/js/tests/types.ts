/** What has to compile, and what must not. `npm run check-types` looks at it; nothing runs it. */
import client, {
  ApiError,
  AuthAPI,
  Deal,
  FileAPI,
  Lead,
  User,
  configure,
  type ChangesOf,
  type RecordOf,
} from "../types/apiClient.js";

configure({ baseUrl: "/api/v1", storage: sessionStorage });
const { data } = await AuthAPI.login({ email: "ann@example.com", password: "secret" });
const token: string = data.token;
const me = await User.me();
const permissions: string[] = me.permissions;

const leads: RecordOf<"Lead">[] = await Lead.list("-created_at", 100, { status: "new" });
const total = (await client.Lead.list()).pagination?.total;
const found = await Deal.filter(
  { amount: { $gte: 5000 }, stage: ["Proposal", "Negotiation"] },
  "amount",
  10,
  20,
);
const named = await Lead.filter({
  "custom_fields.region": "North",
  account__industry: "Retail",
  city: null,
});
const made = await Lead.create({ first_name: "Ida", last_name: "Berg", email: "ida@example.com" });
const changes: ChangesOf<"Lead"> = { status: "contacted" };
await Lead.update(made.id, changes, { revision: made.revision });
const stop: () => void = Lead.subscribe(({ type, data }) => console.log(type, data.last_name));
stop();
const file = await FileAPI.upload(new Blob(["x"]), "offers", {
  onProgress: ({ percent }) => percent.toFixed(),
});
const address: string = file.url + file.data.key;

try {
  await Lead.delete(made.id);
} catch (error) {
  if (error instanceof ApiError)
    console.log(error.status, error.errors.email?.[0], error.requestId);
}

// @ts-expect-error: there is no such field
made.colour;
// @ts-expect-error: a name is missing
await Lead.create({ first_name: "Ida" });
// @ts-expect-error: no lead has this status
await Lead.update(made.id, { status: "sold" });
// @ts-expect-error: a setting that nobody knows
configure({ baseURL: "/api/v1" });

export { address, found, leads, named, permissions, token, total };
