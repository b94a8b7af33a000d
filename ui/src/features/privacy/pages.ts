import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "erasures", name: "erasures", title: "privacy.erasures.title", load: () => import("./Erasures"), right: "privacy.erase" },
  { path: "retention", name: "retention", title: "privacy.retention.title", load: () => import("./Retention"), right: "privacy.retention" },
];

export default pages;
