import { browserStorage } from "./browserStorage.js";

const LEASE_MS = 10_000;
const SETTLE_MS = 40;
const RETRY_MS = 60;

/**
 * Do something while no other tab of this site does it.
 * Browsers have locks on secure pages only; elsewhere a short lease in localStorage stands in.
 */
export async function alone(name, work) {
  if (globalThis.navigator?.locks) return navigator.locks.request(name, work);
  const store = browserStorage();
  if (!store) return work();
  const mine = await takeLease(store, name);
  try {
    return await work();
  } finally {
    if (store.getItem(name) === mine) store.removeItem(name);
  }
}

async function takeLease(store, name) {
  for (;;) {
    const [until] = (store.getItem(name) ?? "0").split(" ");
    if (Number(until) < Date.now()) {
      const mine = `${Date.now() + LEASE_MS} ${Math.random()}`;
      store.setItem(name, mine);
      await pause(SETTLE_MS); // whoever wrote at the same moment has overwritten us by then
      if (store.getItem(name) === mine) return mine;
    }
    await pause(RETRY_MS);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
