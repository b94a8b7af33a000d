import type { Lists } from "../../kit";

const lists: Lists = {
  quarantine: {
    every: ["replay", "discard"],
    actions: {
      replay: () => import("./Replay"),
      discard: () => import("./Discard"),
    },
  },
};

export default lists;
