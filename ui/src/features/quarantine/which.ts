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
  if (typeof at !== "object" || Object.keys(at).some((end) => end !== "from" && end !== "to")) return null;
  const { from, to } = at as Range;
  return { reason, ...(from !== undefined && { since: from }), ...(to !== undefined && { until: to }) };
}
