import type { Lists } from "../../kit/page";

const lists: Lists = {
  jobs: {
    page: (row) => `/jobs/${row.key}`,
    actions: {
      cancel: () => import("./Cancel"),
      retry: () => import("./Retry"),
    },
  },
  problems: { record: () => import("./Problem") },
};

export default lists;
