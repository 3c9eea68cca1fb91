import type { components } from "./openapi.js";

export type { components } from "./openapi.js";

type Schemas = components["schemas"];
type Json = Record<string, unknown>;

export type EntityName =
  | "Lead"
  | "Contact"
  | "Account"
  | "Deal"
  | "Task"
  | "Meeting"
  | "Call"
  | "Activity"
  | "Customer"
  | "Product"
  | "Order"
  | "Campaign"
  | "Supplier"
  | "Invoice"
  | "Ticket"
  | "LinkAnalytics"
  | "Email"
  | "Document"
  | "Workflow"
  | "User";
/** A record as the API answers it, and what it takes to make and to change one. */
export type RecordOf<Name extends EntityName> = Schemas[Name];
export type InputOf<Name extends EntityName> = Schemas[`${Name}Input`];
export type ChangesOf<Name extends EntityName> = Schemas[`${Name}Changes`];

export interface Pagination {
  total: number | null;
  page: number;
  pages: number | null;
  limit: number;
}

export type Rows<T> = T[] & { readonly pagination?: Pagination };

export interface Answer<T = unknown> {
  success: boolean;
  data: T;
  message?: string;
  pagination?: Pagination;
}

export type Told = Pick<Answer, "success" | "message">;

/** An answer whose fields also stand at the top. */
export type Both<T> = T & Answer<T>;

/** The filters of the API: `status`, `lead_score__gte`, `account__industry`, … */
export type Filters = Record<string, unknown>;

export interface Operators<T> {
  $eq?: T | T[] | null;
  $ne?: T | null;
  $in?: T[];
  $nin?: (T | null)[];
  $gt?: T | Date;
  $gte?: T | Date;
  $lt?: T | Date;
  $lte?: T | Date;
  $exists?: boolean;
}

export type Query<T> = {
  [Name in keyof T]?:
    T[Name] | NonNullable<T[Name]>[] | Operators<NonNullable<T[Name]>> | Date | null | "";
} & { $and?: Query<T>[] } & Record<`${string}.${string}` | `${string}__${string}`, unknown>;

export interface ChangeEvent<T> {
  entity: string;
  type: "create" | "update" | "delete";
  id: string;
  data: T;
  timestamp: string;
}

export interface SubscribeOptions {
  /** Hears why the stream broke; with `isFinal` it is not opened again. */
  onError?: (error: ApiError & { isFinal?: boolean }) => void;
  /** Hears that changes were missed which can't be told any more: read the lists again. */
  onReset?: () => void;
}

export interface Revision {
  /** Do it only if this is still the record's revision; else the error has status 412. */
  revision?: number;
}

export interface EntityAPI<Name extends EntityName> {
  readonly name: Name;
  readonly route: string;
  list(
    sort?: string | null,
    limit?: number | null,
    filters?: Filters | null,
  ): Promise<Rows<RecordOf<Name>>>;
  search(
    text: string,
    filters?: Filters,
    options?: { sort?: string; limit?: number },
  ): Promise<Rows<RecordOf<Name>>>;
  filter(
    query?: Query<RecordOf<Name>>,
    sort?: string | null,
    limit?: number | null,
    skip?: number | null,
  ): Promise<Rows<RecordOf<Name>>>;
  get(id: string, options?: { fields?: string; expand?: string }): Promise<RecordOf<Name>>;
  create(values: InputOf<Name>): Promise<RecordOf<Name>>;
  update(id: string, values: ChangesOf<Name>, options?: Revision): Promise<RecordOf<Name>>;
  delete(id: string, options?: Revision): Promise<Told>;
  bulkCreate(rows: InputOf<Name>[]): Promise<RecordOf<Name>[]>;
  /** Returns the function that ends it. */
  subscribe(
    callback: (event: ChangeEvent<RecordOf<Name>>) => void,
    options?: SubscribeOptions,
  ): () => void;
}

export type Me = RecordOf<"User"> & { permissions: string[]; team: Json | null };

export interface UserAPI extends EntityAPI<"User"> {
  me(): Promise<Me>;
  updateMe(values: ProfileChanges): Promise<RecordOf<"User">>;
  logout(): Promise<Told>;
}

export type ProfileChanges = Pick<
  ChangesOf<"User">,
  "full_name" | "phone" | "department" | "avatar_url" | "preferences" | "timezone" | "locale"
>;

export interface SignIn {
  user: RecordOf<"User">;
  token: string;
  refreshToken: string;
}

export declare const AuthAPI: {
  login(credentials: { email: string; password: string; otp?: string }): Promise<Answer<SignIn>>;
  login(email: string, password: string): Promise<Answer<SignIn>>;
  register(values: {
    email: string;
    password: string;
    full_name: string;
    phone?: string;
    department?: string;
  }): Promise<Answer<SignIn>>;
  logout(): Promise<Told>;
  me(): Promise<Both<Me>>;
  isAuthenticated(): Promise<boolean>;
  updateProfile(values: ProfileChanges): Promise<Both<RecordOf<"User">>>;
  updatePassword(passwords: { currentPassword: string; newPassword: string }): Promise<Told>;
  updatePassword(currentPassword: string, newPassword: string): Promise<Told>;
  forgotPassword(email: string | { email: string }): Promise<Told>;
  resetPassword(token: string, password: string): Promise<Told>;
  refresh(): Promise<Answer<Pick<SignIn, "token" | "refreshToken">>>;
  getToken(): string;
  setToken(token: string, refreshToken?: string): void;
};

export interface Progress {
  loaded: number;
  total: number;
  percent: number;
}

export interface SendFileOptions {
  onProgress?: (progress: Progress) => void;
  fileName?: string;
  signal?: AbortSignal;
}

export interface UploadOptions extends SendFileOptions {
  title?: string;
  description?: string;
  tags?: string | string[];
  is_public?: boolean;
  related_to_type?: string;
  related_to_id?: string;
}

export type Uploaded = RecordOf<"Document"> & { url: string; key: string };

export declare const FileAPI: {
  upload(
    file: Blob | ArrayBuffer | ArrayBufferView,
    folder?: string,
    options?: UploadOptions | ((progress: Progress) => void),
  ): Promise<Both<Uploaded>>;
  addVersion(
    id: string,
    file: Blob | ArrayBuffer | ArrayBufferView,
    options?: SendFileOptions,
  ): Promise<Both<RecordOf<"Document">>>;
};

export interface Mail {
  to: string | string[];
  subject?: string;
  body?: string;
  html?: string;
  cc?: string | string[];
  bcc?: string | string[];
  template?: string;
  data?: Json;
  attachments?: string[];
  scheduled_at?: string;
  related_to_type?: string;
  related_to_id?: string;
  track?: boolean;
}

type Templates = Rows<Schemas["EmailTemplate"]> & { readonly data: Schemas["EmailTemplate"][] };

export declare const EmailAPI: {
  send(mail: Mail): Promise<Both<RecordOf<"Email">>>;
  templates(query?: Filters): Promise<Templates>;
  getTemplates(query?: Filters): Promise<Templates>;
};

export type Range = "7d" | "30d" | "90d" | "365d" | "all";
type Numbers = (asked?: Range | Filters) => Promise<Both<Json>>;

export declare const AnalyticsAPI: Record<
  | "dashboard"
  | "revenue"
  | "pipeline"
  | "leadSources"
  | "conversionFunnel"
  | "activity"
  | "leaderboard"
  | "receivables"
  | "getDashboard"
  | "getRevenue"
  | "getPipeline"
  | "getLeadSources"
  | "getConversionFunnel",
  Numbers
>;

export declare class ApiError extends Error {
  readonly name: "ApiError";
  /** 0 where no server answered. */
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field; empty but for status 400. */
  readonly errors: Record<string, string[]>;
  readonly requestId: string;
  /** Seconds to wait, where the server said so. */
  readonly retryAfter: number | null;
  readonly body: Json | null;
}

/** As much of localStorage as the client uses. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Settings {
  /** The address of the API, up to and with `/api/v1`. */
  baseUrl?: string;
  storage?: TokenStorage;
  /** Hears that the session is over and somebody has to sign in again. */
  onSignedOut?: () => void;
  /** The first pause before a broken stream is opened again, in milliseconds. */
  reconnectPause?: number;
  /** After how many milliseconds of silence a stream counts as broken. */
  streamPatience?: number;
}

export declare function configure(changes: Settings): void;

export declare function request<T = unknown>(
  method: string,
  path: string,
  options?: {
    query?: Filters;
    body?: unknown;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  },
): Promise<Answer<T>>;

export declare const Lead: EntityAPI<"Lead">;
export declare const Contact: EntityAPI<"Contact">;
export declare const Account: EntityAPI<"Account">;
export declare const Deal: EntityAPI<"Deal">;
export declare const Task: EntityAPI<"Task">;
export declare const Meeting: EntityAPI<"Meeting">;
export declare const Call: EntityAPI<"Call">;
export declare const Activity: EntityAPI<"Activity">;
export declare const Customer: EntityAPI<"Customer">;
export declare const Product: EntityAPI<"Product">;
export declare const Order: EntityAPI<"Order">;
export declare const Campaign: EntityAPI<"Campaign">;
export declare const Supplier: EntityAPI<"Supplier">;
export declare const Invoice: EntityAPI<"Invoice">;
export declare const Ticket: EntityAPI<"Ticket">;
export declare const LinkAnalytics: EntityAPI<"LinkAnalytics">;
export declare const Email: EntityAPI<"Email">;
export declare const Document: EntityAPI<"Document">;
export declare const Workflow: EntityAPI<"Workflow">;
export declare const User: UserAPI;

declare const client: { [Name in Exclude<EntityName, "User">]: EntityAPI<Name> } & {
  User: UserAPI;
  AnalyticsAPI: typeof AnalyticsAPI;
  ApiError: typeof ApiError;
  AuthAPI: typeof AuthAPI;
  EmailAPI: typeof EmailAPI;
  FileAPI: typeof FileAPI;
  configure: typeof configure;
  request: typeof request;
};
export default client;
