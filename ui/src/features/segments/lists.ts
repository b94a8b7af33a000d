import type { Lists } from "../../kit";

const lists: Lists = {
  segments: {
    page: (row) => `/segments/${row.key}`,
    pages: { make: "/segments/new" },
    actions: { switch: () => import("./SwitchRow"), delete: () => import("./DeleteRow") },
  },
};

export default lists;
