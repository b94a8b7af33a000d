import type { Page } from "../../kit/page";

const pages: Page[] = [
  { path: "schedules", name: "schedules", title: "jobs.schedules.title", load: () => import("./Schedules"), right: "jobs.read" },
  { path: "jobs/$job", title: "jobs.one", load: () => import("./JobPage"), right: "jobs.read" },
];

export default pages;
