import type { Row } from "../../api/queries";
import type { ListExtra, Lists } from "../../kit/page";

const people: ListExtra = {
  cells: { id: (_, row) => rowName(row) },
  page: (row) => `/profiles/${row.key}`,
  every: ["tag"],
  actions: {
    make: () => import("./Make"),
    edit: () => import("./EditRow"),
    tag: () => import("./TagRow"),
    merge: () => import("./Merge"),
  },
};

/** Who a row is: the name, else what there is to reach them by, else the end of the number. */
function rowName({ values, key }: Row): string {
  const whole = [values["last_name"], values["first_name"]].filter(Boolean).join(" ");
  return whole || String(values["email"] || values["phone"] || `…${key.slice(-8)}`);
}

const lists: Lists = {
  profiles: people,
  people,
  visitors: people,
  merges: { record: () => import("./Explain"), actions: { cut: () => import("./CutRow") } },
  identity_refusals: {
    record: () => import("./Explain"),
    actions: { merge: () => import("./JoinRow"), separate: () => import("./SeparateRow") },
  },
};

export default lists;
