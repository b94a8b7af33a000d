import type { Lists } from "../../kit/page";

const lists: Lists = {
  dictionary_events: { record: () => import("./EventRecord"), actions: { describe: () => import("./Describe") } },
  dictionary_attributes: { actions: { describe: () => import("./Describe"), count: () => import("./Count") } },
  tracking_plan: {
    record: () => import("./PlanRecord"),
    actions: { put: () => import("./PlanDialog"), change: () => import("./PlanDialog"), withdraw: () => import("./Withdraw") },
  },
};

export default lists;
