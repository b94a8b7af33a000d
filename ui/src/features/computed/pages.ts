import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "computed/new", title: "computed.new", load: () => import("./New"), right: "segments.manage" },
  { path: "computed/$computed", title: "computed.one", load: () => import("./One"), right: "segments.read" },
  { path: "computed/$computed/edit", title: "computed.edit", load: () => import("./Edit"), right: "segments.manage" },
];

export default pages;
