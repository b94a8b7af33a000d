/** What the server says of a draft while it is edited: faults, words, how many people it holds of. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, got, here } from "../../api/client";
import type { Definition } from "./model";

const PAUSE_MS = 400;
/** So long a count is as good as new. */
const COUNTED_MS = 20_000;

/** A value once it has rested for a moment. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return rested;
}

/** What is to be said of a draft: faults, or what it means. A newer draft gives the question up. */
export function useChecked(definition: Definition, key: string, isWhole: boolean) {
  const written = JSON.stringify(definition);
  const asked = useRested(written);
  const found = useQuery({
    queryKey: ["segment-check", key, asked],
    placeholderData: keepPreviousData,
    enabled: isWhole,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/segments/check", { params: { path: here }, body: { definition: JSON.parse(asked) as Record<string, never>, key }, signal })),
  });
  const isStale = written !== asked || found.isPlaceholderData || found.isFetching || !isWhole;
  return { view: found.data, error: found.error, isStale, retry: () => void found.refetch() };
}

/** How many people a draft holds of, as a whole and row by row. A newer draft gives the question up. */
export function useCounted(definition: Definition, key: string, isWhole: boolean) {
  const written = JSON.stringify(definition);
  const asked = useRested(written);
  const found = useQuery({
    queryKey: ["segment-count", key, asked],
    placeholderData: keepPreviousData,
    enabled: isWhole && written === asked,
    staleTime: COUNTED_MS,
    retry: false,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/segments/count", { params: { path: here }, body: { definition: JSON.parse(asked) as Record<string, never>, key }, signal })),
  });
  const isStale = written !== asked || found.isPlaceholderData || found.isFetching || !isWhole;
  return { view: found.data, error: found.error, isStale, isCounting: found.isFetching, retry: () => void found.refetch() };
}

export type Counted = ReturnType<typeof useCounted>;
export type Count = NonNullable<Counted["view"]>;
