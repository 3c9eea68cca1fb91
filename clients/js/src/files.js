import { both } from "./answers.js";
import { sendFile } from "./uploading.js";

/** Files, each with the document that describes it. */
export const FileAPI = {
  /**
   * Store a `File`, `Blob` or bytes and return the document, at the top and in `data`.
   *
   * `options`: `onProgress`, `fileName`, `signal`, and what else is said of the document:
   * `title`, `related_to_type`, `related_to_id`, `description`, `tags`, `is_public`.
   */
  async upload(file, folder = "documents", options = {}) {
    const given = typeof options === "function" ? { onProgress: options } : options;
    const { onProgress, fileName, signal, ...fields } = given;
    const sending = { onProgress, fileName, signal };
    return both(await sendFile("/documents/upload", file, { folder, ...fields }, sending));
  },

  /** Put a newer file in the place of a document's present one, which is kept. */
  async addVersion(id, file, options = {}) {
    return both(await sendFile(`/documents/${encodeURIComponent(id)}/versions`, file, {}, options));
  },
};
