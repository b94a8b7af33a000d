/** The foot of a list: brings the next page when it comes into sight, and says where the list ends. */
import { useEffect, useRef } from "react";

import { Button } from "../controls";
import { useFormat } from "../session";
import { Failure } from "../states";
import { useWords } from "../words";

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => Promise<unknown>;
}

/** Pixels before the end at which the next page is asked for. */
const AHEAD = "600px";

export function More({ list, count, total, at }: { list: Pages; count: number; total: string; at: number | null }) {
  const t = useWords();
  const format = useFormat();
  const foot = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const canAsk = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!canAsk || !foot.current) return undefined;
    // The last of the changes that gathered while the page was busy is what stands.
    const watch = new IntersectionObserver((told) => told.at(-1)?.isIntersecting && void fetchNextPage(), { rootMargin: AHEAD });
    watch.observe(foot.current);
    return () => watch.disconnect();
  }, [canAsk, fetchNextPage]);
  return (
    <div ref={foot} className="k-foot">
      {isFetchNextPageError ? (
        <Failure error={list.error} onRetry={() => void fetchNextPage()} />
      ) : hasNextPage ? (
        <Button kind="quiet" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("kit.list.more")}
        </Button>
      ) : null}
      <span className="k-soft" aria-live="polite">
        {t(hasNextPage ? "kit.list.so_far" : "kit.list.all", { count })}{hasNextPage && total && ` ${t("kit.list.of", { total })}`}{at !== null && ` ${t("kit.list.as_of", { time: format.moment(at) })}`}
      </span>
    </div>
  );
}
