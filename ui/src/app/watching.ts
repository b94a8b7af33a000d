/** What the line above looks at again and again while the page is in sight. */
import { queryOptions } from "@tanstack/react-query";

import { api, got, here } from "../api/client";

const EVERY_MS = 15_000;

export const runningJobs = queryOptions({
  queryKey: ["running-jobs"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) =>
    got(api.GET("/api/{workspace}/jobs", { params: { path: here, query: { state: "running" } }, signal })),
});

export const openProblems = queryOptions({
  queryKey: ["open-problems"],
  refetchInterval: EVERY_MS * 2,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/problems", { params: { path: here }, signal })),
});
