import { AnalyticsAPI } from "./analytics.js";
import { AuthAPI } from "./auth.js";
import { configure } from "./config.js";
import * as entities from "./entities.js";
import { ApiError } from "./errors.js";
import { FileAPI } from "./files.js";
import { EmailAPI } from "./mail.js";
import { request } from "./request.js";

export * from "./entities.js";
export { AnalyticsAPI, ApiError, AuthAPI, EmailAPI, FileAPI, configure, request };

export default {
  ...entities,
  AnalyticsAPI,
  ApiError,
  AuthAPI,
  EmailAPI,
  FileAPI,
  configure,
  request,
};
