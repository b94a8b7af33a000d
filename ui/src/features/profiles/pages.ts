import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "profiles/$profile", title: "profiles.card", load: () => import("./Card"), right: "profiles.read" },
];

export default pages;
