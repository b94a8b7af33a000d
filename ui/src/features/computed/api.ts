/** What the pages of computed attributes ask of the server, and the changes that they send. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { type Answer, api, got, here } from "../../api/client";
import { useChange } from "../../kit";
import type { Formula } from "./formula";

export type Computed = Answer<"/api/{workspace}/computed/{computed}">;
export type ReadyMade = Answer<"/api/{workspace}/computed/ready-made">[number];
export type Version = Answer<"/api/{workspace}/computed/{computed}/versions">[number];

const BUILDING_MS = 1_500;
const PAUSE_MS = 600;
/** Seconds that a change may take to be applied before its page goes on without it. */
const WAIT_SECONDS = 8;

export const computedOf = (key: string) =>
  queryOptions<Computed>({
    queryKey: ["computed", key],
    staleTime: 0,
    // While a formula is being built its end is waited for.
    refetchInterval: ({ state }) => (state.data?.building ? BUILDING_MS : false),
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/computed/{computed}", { params: { path: { ...here, computed: key } }, signal })),
  });

export const versionsOf = (key: string) =>
  queryOptions({
    queryKey: ["computed-versions", key],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/computed/{computed}/versions", { params: { path: { ...here, computed: key } }, signal })),
  });

export const readyMade = (language: "en" | "ru") =>
  queryOptions({
    queryKey: ["computed-ready-made", language],
    staleTime: 300_000,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/computed/ready-made", { params: { path: here, query: { language } }, signal })),
  });

/** A value once it has rested for a moment. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return rested;
}

/** What a formula would give for a person and for a sample; a newer draft gives the question up. */
export function useTrial(formula: Formula, key: string, profile: string, isWhole: boolean) {
  const written = JSON.stringify(formula);
  const asked = useRested(written);
  const found = useQuery({
    queryKey: ["computed-try", key, profile, asked],
    placeholderData: keepPreviousData,
    enabled: isWhole && written === asked,
    retry: false,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/computed/try", { params: { path: here }, body: { formula: JSON.parse(asked) as Record<string, never>, key, profile }, signal })),
  });
  return { view: found.data, error: found.error, isStale: written !== asked || found.isPlaceholderData || found.isFetching, retry: () => void found.refetch() };
}

export interface Saved {
  title: string;
  description: string;
  unit: string;
  formula: Formula;
  note: string;
  position: number;
}

const wait = { wait: WAIT_SECONDS };
const sent = (saved: Saved) => ({ ...saved, formula: saved.formula as unknown as Record<string, never> });

function save(key: string, saved: Saved) {
  if (!key) return got(api.POST("/api/{workspace}/computed", { params: { path: here, query: wait }, body: sent(saved) })) as Promise<{ key: string }>;
  return got(api.PUT("/api/{workspace}/computed/{computed}", { params: { path: { ...here, computed: key }, query: wait }, body: sent(saved) })) as Promise<{ key: string }>;
}

/** What shows computed attributes beside their own pages. */
export const elsewhere = [["rows", "computed"], ["vocabulary", "attributes"], ["rows", "segments"], ["sections"]];
export const touched = (key: string) => [["computed", key], ["computed-versions", key], ...elsewhere];

export function useSaving(key: string, onDone: (key: string) => void) {
  return useChange((saved: Saved) => save(key, saved), { touches: touched(key), onDone: (made) => onDone(made.key) });
}

export function remove(key: string) {
  return got(api.DELETE("/api/{workspace}/computed/{computed}", { params: { path: { ...here, computed: key }, query: wait } }));
}
