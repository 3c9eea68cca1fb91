// Where the server is and who is who, as the test that starts us says.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createClient } from "sdk";

export const world = JSON.parse(process.env.NEXA_WORLD);

/** A client of the newest SDK, signed in as one of the cast, or as nobody. */
export function as(name, make = createClient) {
  return make({
    serverUrl: world.address,
    appId: world.app,
    token: name ? world.tokens[name] : undefined,
  });
}

/** A word that no other test uses. */
export function unique(stem) {
  return `${stem}-${Math.random().toString(36).slice(2, 10)}`;
}

/** A lead that can be stored. */
export function lead(company, values = {}) {
  const email = `${unique("lead")}@example.com`;
  return { first_name: "Lea", last_name: "Doe", email, company, ...values };
}

/** The error that a call ends with; a call that ends well fails the test. */
export async function refused(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("This should have been refused.");
}

/** The text of the newest mail to an address, once a worker has written it; fails after 30 s. */
export async function mailTo(address, about) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const names = await readdir(world.mails).catch(() => []);
    const mails = await Promise.all(names.map((name) => readFile(join(world.mails, name), "utf8")));
    const found = mails.filter((mail) => mail.includes(address) && about.test(mail));
    if (found.length > 0) return found.at(-1).match(about);
    await setTimeout(100); // the worker is another process and can't tell us
  }
  throw new Error(`No mail to ${address} came.`);
}
