import type { Lists } from "../../kit/page";

const lists: Lists = {
  marketing_sources: { actions: { apply_to_past: () => import("./Past") }, whole: ["apply_to_past"] },
};

export default lists;
