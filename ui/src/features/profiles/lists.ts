import type { ListExtra, Lists } from "../../kit/page";

const people: ListExtra = {
  page: (row) => `/profiles/${row.key}`,
  actions: {
    make: () => import("./Make"),
    edit: () => import("./EditRow"),
    tag: () => import("./TagRow"),
    merge: () => import("./Merge"),
  },
};

const lists: Lists = { profiles: people, people, visitors: people };

export default lists;
