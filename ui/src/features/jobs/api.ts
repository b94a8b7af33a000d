/** What the pages of jobs and schedules ask of the server, and the changes that they send. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type Job = Answer<"/api/{workspace}/jobs/{job}">;
export type Schedule = Answer<"/api/{workspace}/schedules">[number];

const OFTEN_MS = 1_500;
const SLOWLY_MS = 30_000;

export function isOpen(job: { state: string } | undefined): boolean {
  return job?.state === "waiting" || job?.state === "running";
}

export const jobOf = (id: string) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/jobs/{job}", { params: { path: { ...here, job: id } }, signal })),
    refetchInterval: (query) => (isOpen(query.state.data as Job | undefined) ? OFTEN_MS : false),
  });

export const schedules = queryOptions({
  queryKey: ["schedules"],
  refetchInterval: SLOWLY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/schedules", { params: { path: here }, signal })),
});

/** Kinds of jobs that can come by themselves. */
export const kinds = queryOptions({
  queryKey: ["schedule-kinds"],
  staleTime: Infinity,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/schedules/kinds", { params: { path: here }, signal })),
});

/** When a pattern comes next; a wrong one is refused with the reason. */
export const times = (cron: string) =>
  queryOptions({
    queryKey: ["schedule-times", cron],
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/schedules/times", { params: { path: here, query: { cron } }, signal })),
  });

export function put(one: Pick<Schedule, "kind" | "key" | "cron" | "is_on" | "arguments">) {
  return got(api.PUT("/api/{workspace}/schedules", { params: { path: here }, body: one }));
}

export function remove(one: Schedule) {
  return got(api.DELETE("/api/{workspace}/schedules", { params: { path: here, query: { kind: one.kind, key: one.key } } }));
}

export function runNow(one: Schedule) {
  return got(api.POST("/api/{workspace}/schedules/run", { params: { path: here }, body: { kind: one.kind, key: one.key } }));
}

export function cancel(id: string) {
  return got(api.POST("/api/{workspace}/jobs/{job}/cancel", { params: { path: { ...here, job: id } } }));
}

export function retry(id: string) {
  return got(api.POST("/api/{workspace}/jobs/{job}/retry", { params: { path: { ...here, job: id } } }));
}
