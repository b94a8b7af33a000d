import type { Lists } from "../../kit";

const lists: Lists = {
  computed: {
    page: (row) => `/computed/${row.key}`,
    pages: { make: "/computed/new" },
    actions: { delete: () => import("./DeleteRow") },
  },
};

export default lists;
