import { both } from "./answers.js";
import { request } from "./request.js";

/** Sending mail. */
export const EmailAPI = {
  /** Queue a mail: `{to, subject, body?, html?, cc?, bcc?, template?, data?, …}`. */
  async send(mail) {
    return both(await request("POST", "/emails/send", { body: mail }));
  },

  /** Return the templates. */
  async templates(query = {}) {
    return both(await request("GET", "/emails/templates", { query }));
  },

  /** Return the templates; the name under which older pages ask. */
  getTemplates(query) {
    return EmailAPI.templates(query);
  },
};
