import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";

import { readAnew } from "./change";

it("a first reading that began before a change does not pass for one after it", async () => {
  const client = new QueryClient();
  let isChanged = false;
  const early: (() => void)[] = [];
  const queryFn = () => (isChanged ? Promise.resolve("after") : new Promise<string>((resolve) => early.push(() => resolve("before"))));
  const seen = new QueryObserver(client, { queryKey: ["card", "1"], queryFn });
  const leave = seen.subscribe(() => undefined);
  isChanged = true;
  await readAnew(client, [["card"]]);
  early.forEach((answer) => answer());
  await Promise.resolve();
  expect(early).toHaveLength(1);
  expect(seen.getCurrentResult().data).toBe("after");
  leave();
});
