/** What the dialog of marketing sources and the past asks of the server, and what it starts. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type Job = Answer<"/api/{workspace}/acquisition/past/jobs">[number];
export type Difference = NonNullable<Job["difference"]>;
export type Sample = Difference["samples"][number];

const OFTEN_MS = 1_500;
const SLOWLY_MS = 20_000;

export const JOBS = ["marketing-past"];

export function isOpen(job: Job): boolean {
  return job.state === "waiting" || job.state === "running";
}

/** The latest trials and applications; looked at often while one of them is under way. */
export const jobs = queryOptions({
  queryKey: JOBS,
  staleTime: 0,
  queryFn: ({ signal }): Promise<Job[]> => got(api.GET("/api/{workspace}/acquisition/past/jobs", { params: { path: here }, signal })),
  refetchInterval: (query) => ((query.state.data as Job[] | undefined)?.some(isOpen) ? OFTEN_MS : SLOWLY_MS),
});

export function tryOut() {
  return got(api.POST("/api/{workspace}/acquisition/past/preview", { params: { path: here } }));
}

export function applyToPast(version: number) {
  return got(api.POST("/api/{workspace}/acquisition/past/apply", { params: { path: here }, body: { version } }));
}

export function stop(job: string) {
  return got(api.POST("/api/{workspace}/acquisition/past/jobs/{job}/cancel", { params: { path: { ...here, job } } }));
}
