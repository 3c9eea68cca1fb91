import { AuthAPI } from "./auth.js";
import { EntityAPI } from "./entity.js";
import { request } from "./request.js";

class UserAPI extends EntityAPI {
  /** Return whoever is signed in, with `permissions` and `team`. */
  async me() {
    return (await request("GET", "/auth/me")).data;
  }

  /** Change one's own profile and return it. */
  async updateMe(values) {
    return (await request("PUT", "/auth/update-profile", { body: values })).data;
  }

  logout() {
    return AuthAPI.logout();
  }
}

export const Lead = new EntityAPI("Lead", "leads");
export const Contact = new EntityAPI("Contact", "contacts");
export const Account = new EntityAPI("Account", "accounts");
export const Deal = new EntityAPI("Deal", "deals");
export const Task = new EntityAPI("Task", "tasks");
export const Meeting = new EntityAPI("Meeting", "meetings");
export const Call = new EntityAPI("Call", "calls");
export const Activity = new EntityAPI("Activity", "activities");
export const Customer = new EntityAPI("Customer", "customers");
export const Product = new EntityAPI("Product", "products");
export const Order = new EntityAPI("Order", "orders");
export const Campaign = new EntityAPI("Campaign", "campaigns");
export const Supplier = new EntityAPI("Supplier", "suppliers");
export const Invoice = new EntityAPI("Invoice", "invoices");
export const Ticket = new EntityAPI("Ticket", "tickets");
export const LinkAnalytics = new EntityAPI("LinkAnalytics", "link-analytics");
export const Email = new EntityAPI("Email", "emails");
export const Document = new EntityAPI("Document", "documents");
export const Workflow = new EntityAPI("Workflow", "workflows");
export const User = new UserAPI("User", "users");
