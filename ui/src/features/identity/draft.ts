/** The draft of identity rules: it lives as long as the browser's tab, so that looking elsewhere loses nothing. */
import { useState } from "react";

import { workspace } from "../../app/place";
import { type Rules, signOf } from "./model";

const KEY = `konnektu-identity-draft-${workspace}`;

function kept(): Rules | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Rules | null;
  } catch {
    return null;
  }
}

/** The draft, which is what is in force until it is changed. */
export function useDraft(inForce: Rules) {
  const [changed, set] = useState<Rules | null>(kept);
  const change = (rules: Rules) => {
    sessionStorage.setItem(KEY, JSON.stringify(rules));
    set(rules);
  };
  const drop = () => {
    sessionStorage.removeItem(KEY);
    set(null);
  };
  const draft = changed && signOf(changed) !== signOf(inForce) ? changed : inForce;
  return { draft, change, drop };
}
