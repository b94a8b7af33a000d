import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "sources/new", title: "sources.new", load: () => import("./New"), right: "sources.manage" },
  { path: "sources/$source", title: "sources.one", load: () => import("./SourcePage"), right: "sources.manage" },
];

export default pages;
