import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "", name: "home", title: "home.title", load: () => import("./Home") },
];

export default pages;
