import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "settings", name: "settings", title: "settings.title", load: () => import("./Settings"), right: "settings.manage" },
  { path: "sign-in-rules", name: "sign_in_rules", title: "settings.rules.title", load: () => import("./SignInRules"), right: "settings.manage" },
  { path: "menu-and-card", name: "console_settings", title: "settings.console.title", load: () => import("./MenuAndCard"), right: "settings.manage" },
];

export default pages;
