import { withLease } from "./lease.js";

/**
 * Do something while no other tab of this site does it. `work` is told whether it had to wait,
 * that is, whether another tab has just done the same.
 */
export async function alone(name, work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return withLease(name, work); // browsers have locks on secure pages only
  const done = await locks.request(name, { ifAvailable: true }, async (lock) => {
    return lock ? { outcome: await work({ waited: false }) } : null;
  });
  return done ? done.outcome : locks.request(name, () => work({ waited: true }));
}
