// Where the server is and who is who, as the test that starts us says.
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
