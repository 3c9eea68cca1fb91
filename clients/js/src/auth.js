import { both } from "./answers.js";
import { call } from "./calls.js";
import { ApiError } from "./errors.js";
import { renew } from "./refreshing.js";
import { request } from "./request.js";
import { accessToken, forgetTokens, keepTokens, refreshToken } from "./tokens.js";

/** Signing in and out, and one's own account. Each method returns the whole answer. */
export const AuthAPI = {
  /** Sign in by `{email, password, otp?}` and keep the tokens. */
  async login(credentials, password) {
    const body = typeof credentials === "string" ? { email: credentials, password } : credentials;
    return signIn("/auth/login", body);
  },

  /** Make an account, where the operator allows that, and sign in. */
  async register(values) {
    return signIn("/auth/register", values);
  },

  /** End the session. The tokens are forgotten, whatever the server says. */
  async logout() {
    try {
      return accessToken() ? await request("POST", "/auth/logout") : { success: true };
    } catch (error) {
      return { success: error.status === 401, message: error.message };
    } finally {
      forgetTokens();
    }
  },

  /** Who is signed in: the fields stand at the top and in `data`. */
  async me() {
    return both(await request("GET", "/auth/me"));
  },

  /** Whether somebody is signed in and the server agrees. */
  async isAuthenticated() {
    if (!accessToken()) return false;
    try {
      await request("GET", "/auth/me");
      return true;
    } catch (error) {
      if (error.status === 401) return false;
      throw error;
    }
  },

  async updateProfile(values) {
    return both(await request("PUT", "/auth/update-profile", { body: values }));
  },

  /** Replace one's password; all other sessions end. */
  updatePassword(currentPassword, newPassword) {
    const body =
      typeof currentPassword === "object" ? currentPassword : { currentPassword, newPassword };
    return request("PUT", "/auth/update-password", { body });
  },

  /** Ask for a mail with a link; the answer never says whether the account exists. */
  forgotPassword(email) {
    const body = typeof email === "object" ? email : { email };
    return call("POST", "/auth/forgot-password", { body });
  },

  /** Set a new password with the token of such a mail. */
  resetPassword(token, password) {
    const path = `/auth/reset-password/${encodeURIComponent(token)}`;
    return call("POST", path, { body: { password } });
  },

  /** Exchange the refresh token now; calls do that by themselves when it is time. */
  async refresh() {
    if (await renew(accessToken())) {
      return { success: true, data: { token: accessToken(), refreshToken: refreshToken() } };
    }
    const message = "The session is over. Sign in again.";
    throw new ApiError(message, { status: 401, code: "not_authenticated" });
  },

  /** The access token; "" where nobody is signed in. */
  getToken: accessToken,

  /** Use tokens that came some other way. */
  setToken(token, refreshToken = "") {
    keepTokens({ token, refreshToken });
  },
};

async function signIn(path, body) {
  const answer = await call("POST", path, { body });
  keepTokens(answer.data);
  return answer;
}
