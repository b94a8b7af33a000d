import type { Lists } from "../../kit";

const lists: Lists = {
  jobs: {
    actions: {
      cancel: () => import("./Cancel"),
      retry: () => import("./Retry"),
    },
  },
};

export default lists;
