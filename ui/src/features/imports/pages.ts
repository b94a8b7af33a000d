import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "imports/new", name: "import_wizard", title: "imports.new", load: () => import("./Upload"), right: "imports.run" },
  { path: "imports/$import", title: "imports.one", load: () => import("./Import"), right: "imports.run" },
];

export default pages;
