import type { Lists } from "../../kit";

const lists: Lists = {
  sources: {
    page: (row) => `/sources/${row.key}`,
    pages: { create: "/sources/new" },
    actions: { change: () => import("./Change"), rotate: () => import("./Rotate") },
  },
};

export default lists;
