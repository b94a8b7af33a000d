import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "users/$user", title: "users.one", load: () => import("./User"), right: "users.manage" },
  { path: "roles", name: "roles", title: "users.roles.title", load: () => import("./Roles"), right: "users.manage" },
];

export default pages;
