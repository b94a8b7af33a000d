import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "", title: "home.title", load: () => import("./Home"), menu: { group: "home", order: 0 } },
];

export default pages;
