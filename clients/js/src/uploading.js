import { answerOf, call } from "./calls.js";
import { addressOf } from "./config.js";
import { ApiError, unreachable } from "./errors.js";
import { streamedForm } from "./multipart.js";
import { signedIn } from "./request.js";

const isNode = Boolean(globalThis.process?.versions?.node);

/**
 * Send a form with one file and some fields, and return the answer.
 * `onProgress({loaded, total, percent})` hears of the bytes that went out.
 */
export function sendFile(path, given, fields, { fileName, onProgress, signal } = {}) {
  const file = { blob: asBlob(given), name: fileName || given.name || "file" };
  const told = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const values = Object.fromEntries(told.map(([name, value]) => [name, String(value)]));
  const way = typeof XMLHttpRequest === "function" ? byBrowser : isNode ? byStream : byForm;
  const progress = (loaded, total) => {
    onProgress?.({ loaded, total, percent: total ? Math.round((100 * loaded) / total) : 100 });
  };
  return signedIn((token) => way(path, file, values, { token, progress, signal }));
}

/** Only XMLHttpRequest tells browsers how far an upload got. */
function byBrowser(path, file, fields, { token, progress, signal }) {
  return new Promise((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open("POST", addressOf(path));
    sent.setRequestHeader("Accept", "application/json");
    if (token) sent.setRequestHeader("Authorization", `Bearer ${token}`);
    sent.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    sent.onload = () => {
      try {
        resolve(answerOf(sent.status, sent.responseText, (name) => sent.getResponseHeader(name)));
      } catch (error) {
        reject(error);
      }
    };
    sent.onerror = () => reject(unreachable());
    sent.onabort = () => reject(signal?.reason ?? unreachable());
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener("abort", () => sent.abort(), { once: true });
    sent.send(formOf(file, fields));
  });
}

function byStream(path, file, fields, { token, progress, signal }) {
  const total = file.blob.size;
  const form = streamedForm(file, fields, (loaded) => progress(loaded, total));
  const headers = { "Content-Type": form.type, "Content-Length": String(form.size) };
  return call("POST", path, { body: form.stream, headers, duplex: "half", token, signal });
}

async function byForm(path, file, fields, { token, progress, signal }) {
  const answer = await call("POST", path, { body: formOf(file, fields), token, signal });
  progress(file.blob.size, file.blob.size);
  return answer;
}

function formOf(file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file.blob, file.name);
  return form;
}

function asBlob(given) {
  if (given instanceof Blob) return given;
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return new Blob([given]);
  const message = "Give a File, a Blob or the bytes.";
  throw new ApiError(message, { code: "no_file" });
}
