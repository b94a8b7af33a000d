import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "record-kinds", name: "record_kinds", title: "records.title", load: () => import("./Kinds"), right: "related.read" },
];

export default pages;
