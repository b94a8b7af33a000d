/** Code that sends an event, with the address and the key of a source in it. The SDKs are those of the Segment wire format. */
import type { Kind } from "./api";

export interface Snippet {
  name: string;
  title: string;
  code: string;
}

const CLIENTS = new Set<Kind>(["web", "form", "partner"]);
const APPS = new Set<Kind>(["mobile", "desktop"]);

/** Ways to send, the likeliest for the kind first. */
export function snippetsOf(kind: Kind, url: string, key: string): Snippet[] {
  const all = [...browser(url, key), ...servers(url, key), ...apps(url, key)];
  const first = CLIENTS.has(kind) ? "npm" : APPS.has(kind) ? "ios" : kind === "server" ? "python" : "curl";
  return all.toSorted((one, other) => Number(other.name === first) - Number(one.name === first));
}

function browser(url: string, key: string): Snippet[] {
  return [
    {
      name: "npm", title: "JavaScript (npm)",
      code: `// npm install @segment/analytics-next
import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({ writeKey: "${key}", cdnURL: "${url}" });
analytics.page();
analytics.identify("user-1", { email: "anna@example.com" });
analytics.track("Product Viewed", { product_id: "tea-1" });`,
    },
  ];
}

function servers(url: string, key: string): Snippet[] {
  return [
    {
      name: "python", title: "Python",
      code: `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${url}"
analytics.identify("user-1", {"email": "anna@example.com"})
analytics.track("user-1", "Order Completed", {"order_id": "A-1", "total": 4990, "currency": "RUB"})
analytics.flush()`,
    },
    {
      name: "node", title: "Node",
      code: `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${url}" });
analytics.track({ userId: "user-1", event: "Order Completed", properties: { order_id: "A-1", total: 4990, currency: "RUB" } });
await analytics.closeAndFlush();`,
    },
    {
      name: "curl", title: "HTTP (curl)",
      code: `curl ${url}/v1/track -u ${key}: -d '{"userId": "user-1", "event": "Purchase", "properties": {"total": 990}}'`,
    },
  ];
}

function apps(url: string, key: string): Snippet[] {
  // The apps' SDKs add the scheme and the end of the path themselves.
  const host = `${url.replace(/^https?:\/\//, "")}/v1`;
  return [
    {
      name: "ios", title: "iOS",
      code: `// Analytics-Swift
let analytics = Analytics(configuration: Configuration(writeKey: "${key}")
    .apiHost("${host}")
    .cdnHost("${host}"))
analytics.track(name: "App Opened")`,
    },
    {
      name: "android", title: "Android",
      code: `// Analytics-Kotlin
val analytics = Analytics("${key}", applicationContext) {
    apiHost = "${host}"
    cdnHost = "${host}"
}
analytics.track("App Opened")`,
    },
  ];
}
