import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "identity-rules", name: "identity_rules", title: "identity.title", load: () => import("./RulesPage"), right: "identity.rules" },
];

export default pages;
