/** How a segment was changed: who, when, why, and what it said before and after. */
import { useInfiniteQuery } from "@tanstack/react-query";

import { Button, Failure, Mark, Panel, said, Time, useWords, Waiting } from "../../kit";
import { type Edit, editsOf } from "./api";
import { differences } from "./diff";

export function Edits({ segment }: { segment: string }) {
  const t = useWords();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(editsOf(segment));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting lines={6} />;
  return (
    <Panel title={t("segments.tabs.edits")}>
      <ol className="s-edits">{data.pages.flatMap((page) => page.items).map((one) => <li key={one.position} className="s-edit"><OneEdit one={one} /></li>)}</ol>
      {hasNextPage && <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("segments.earlier")}</Button>}
    </Panel>
  );
}

function OneEdit({ one }: { one: Edit }) {
  const t = useWords();
  return (
    <>
      <div className="k-row">
        <b>{t(`segments.acts.${one.act}`)}</b>
        {one.version > 0 && one.summary && <Mark>{t("segments.version_number", { number: one.version })}</Mark>}
        <span className="k-soft"><Time at={one.at} />{one.author && ` · ${one.author}`}</span>
      </div>
      {one.note && <p>{one.note}</p>}
      {one.summary && <Words before={one.was_summary ? said(one.was_summary) : ""} after={said(one.summary)} />}
      {!one.summary && one.name && <p className="k-hint">{t("segments.only_about", { name: one.name })}</p>}
    </>
  );
}

/** The new words with what went and what came; all of them where there were none before. */
export function Words({ before, after }: { before: string; after: string }) {
  if (!before) return <p>{after}</p>;
  return (
    <p>
      {differences(before, after).map((run, index) => {
        // A run of words has nothing of its own but its place.
        const key = `${index} ${run.text}`;
        if (run.kind === "gone") return <del key={key} className="s-gone">{run.text}</del>;
        return run.kind === "come" ? <ins key={key} className="s-come">{run.text}</ins> : <span key={key}>{run.text}</span>;
      })}
    </p>
  );
}
