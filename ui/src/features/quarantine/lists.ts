import type { Lists } from "../../kit";

const lists: Lists = {
  quarantine: {
    actions: {
      replay: () => import("./Replay"),
      discard: () => import("./Discard"),
    },
  },
};

export default lists;
