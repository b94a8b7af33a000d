/** Which rejected events a whole question of the list means, as the server takes it. */
import type { Filters, Range } from "../../api/queries";

export interface Which {
  reason: string;
  since?: number;
  until?: number;
}

/** Null where the question asks more than can be told: by source, of closed ones, or a period that moves. */
export function whichOf({ state = "open", reason = "", at, ...others }: Filters): Which | null {
  if (state !== "open" || typeof reason !== "string" || Object.keys(others).length > 0) return null;
  if (at === undefined) return { reason };
  if (typeof at !== "object" || "days" in at || !isRange(at)) return null;
  return { reason, ...(at.from !== undefined && { since: at.from }), ...(at.to !== undefined && { until: at.to }) };
}

function isRange(at: object): at is Range {
  return Object.values(at).every((end) => typeof end === "number");
}
