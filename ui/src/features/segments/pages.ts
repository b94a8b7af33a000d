import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "segments/new", title: "segments.new", load: () => import("./New"), right: "segments.manage" },
  { path: "segments/$segment", title: "segments.one", load: () => import("./SegmentPage"), right: "segments.read" },
  { path: "segments/$segment/edit", title: "segments.edit", load: () => import("./EditPage"), right: "segments.manage" },
];

export default pages;
