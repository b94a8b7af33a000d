import type { Page } from "../../kit/page";

const pages: Page[] = [{ path: "events/$event", title: "events.one", load: () => import("./EventPage"), right: "events.read" }];

export default pages;
