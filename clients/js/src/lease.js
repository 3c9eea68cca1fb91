const LEASE_MS = 15_000;
const RETRY_MS = 50;
const STORE = "leases";

/** As `alone`, by a short lease in IndexedDB, whose transactions exclude each other in all tabs. */
export async function withLease(name, work) {
  const database = await open().catch(() => null);
  if (!database) return work({ waited: false });
  const holder = `${Date.now()} ${Math.random()}`;
  try {
    let waited = false;
    while (!(await take(database, name, holder))) {
      waited = true;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return await work({ waited });
  } finally {
    await giveBack(database, name, holder);
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("nexa-crm", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function take(database, name, holder) {
  return change(database, name, (lease, store) => {
    if (lease && lease.until > Date.now()) return false;
    store.put({ holder, until: Date.now() + LEASE_MS }, name);
    return true;
  });
}

function giveBack(database, name, holder) {
  return change(database, name, (lease, store) => {
    if (lease?.holder === holder) store.delete(name);
  });
}

/** Look at a lease and decide about it, with no other tab in between. */
function change(database, name, decide) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const found = store.get(name);
    let outcome;
    found.onsuccess = () => (outcome = decide(found.result, store));
    transaction.oncomplete = () => resolve(outcome);
    transaction.onabort = () => reject(transaction.error);
  });
}
