/** What the page of identity rules asks of the server, and the changes that it sends. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import type { Rules } from "./model";

export type Job = Answer<"/api/{workspace}/identity/rules/jobs">[number];
export type Difference = NonNullable<Job["difference"]>;
export type Version = Answer<"/api/{workspace}/identity/rules/history">[number];

const OFTEN_MS = 1_500;
const SLOWLY_MS = 20_000;
const WAIT_SECONDS = 10;

export const held = queryOptions({
  queryKey: ["identity-rules"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/identity/rules", { params: { path: here }, signal })),
});

export const versions = queryOptions({
  queryKey: ["identity-rules", "history"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/identity/rules/history", { params: { path: here }, signal })),
});

export function isOpen(job: Job): boolean {
  return job.state === "waiting" || job.state === "running";
}

/** The latest trials and applications; looked at often while one of them is under way. */
export const jobs = queryOptions({
  queryKey: ["identity-rules", "jobs"],
  queryFn: ({ signal }): Promise<Job[]> => got(api.GET("/api/{workspace}/identity/rules/jobs", { params: { path: here }, signal })),
  refetchInterval: (query) => ((query.state.data as Job[] | undefined)?.some(isOpen) ? OFTEN_MS : SLOWLY_MS),
});

const bodyOf = (rules: Rules) => ({ rules: { ...rules } });

/** What contradicts itself in a draft. */
export const checked = (rules: Rules, sign: string) =>
  queryOptions({
    queryKey: ["identity-rules", "check", sign],
    staleTime: Infinity,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/identity/rules/check", { params: { path: here }, body: bodyOf(rules), signal })),
  });

export function tryOut(rules: Rules) {
  return got(api.POST("/api/{workspace}/identity/rules/preview", { params: { path: here }, body: bodyOf(rules) }));
}

export function applyForward(rules: Rules) {
  return got(api.PUT("/api/{workspace}/identity/rules", { params: { path: here, query: { wait: WAIT_SECONDS } }, body: bodyOf(rules) }));
}

export function applyBackwards(rules: Rules) {
  return got(api.POST("/api/{workspace}/identity/rules/backwards", { params: { path: here }, body: bodyOf(rules) }));
}

export function stop(job: string) {
  return got(api.POST("/api/{workspace}/identity/rules/jobs/{job}/cancel", { params: { path: { ...here, job } } }));
}

/** The people of samples, for their names. */
export const people = (ids: string[]) =>
  queryOptions({
    queryKey: ["people-of", ids],
    enabled: ids.length > 0,
    staleTime: 60_000,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/profiles/lookup", { params: { path: here }, body: { ids, identifiers: [] }, signal })),
  });
