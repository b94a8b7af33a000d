import type { Page } from "../../kit/page";

const pages: Page[] = [{ path: "me", name: "me", title: "me.title", load: () => import("./Me") }];

export default pages;
