import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "desk", name: "desk", title: "desk.title", load: () => import("./Desk"), right: "desk.use", isFirstWithout: "profiles.read" },
];

export default pages;
