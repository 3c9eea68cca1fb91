import { both } from "./answers.js";
import { request } from "./request.js";

const dashboard = numbers("dashboard");
const revenue = numbers("revenue");
const pipeline = numbers("pipeline");
const leadSources = numbers("lead-sources");
const conversionFunnel = numbers("conversion-funnel");

/**
 * Numbers across all records that one may see. Each method takes a range (7d, 30d, 90d, 365d,
 * all) or the parameters of the API, such as `{from: "2026-03-01", interval: "week"}`.
 */
export const AnalyticsAPI = {
  dashboard,
  revenue,
  pipeline,
  leadSources,
  conversionFunnel,
  activity: numbers("activity"),
  leaderboard: numbers("leaderboard"),
  receivables: numbers("receivables"),

  // as older pages may call them
  getDashboard: dashboard,
  getRevenue: revenue,
  getPipeline: pipeline,
  getLeadSources: leadSources,
  getConversionFunnel: conversionFunnel,
};

function numbers(name) {
  return async (asked = {}) => {
    const query = typeof asked === "string" ? { range: asked } : asked;
    return both(await request("GET", `/analytics/${name}`, { query }));
  };
}
