import type { Page } from "../../kit/page";

const pages: Page[] = [{ path: "status", name: "status", title: "system.title", load: () => import("./System"), right: "events.read" }];

export default pages;
