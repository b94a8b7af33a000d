/** Somebody else has changed the segment while it was edited here: shows what stands now, and what would be saved over it. */
import { useQuery } from "@tanstack/react-query";

import { Dialog, useFormat, useWords, Waiting } from "../../kit";
import { said } from "../../kit/words";
import { type Segment, segmentOf } from "./api";
import { Words } from "./Edits";

interface MeanwhileProps {
  segment: Segment;
  /** The definition here in words. */
  mine: string;
  isBusy: boolean;
  onSave: (position: number) => void;
  onClose: () => void;
}

export function Meanwhile({ segment, mine, isBusy, onSave, onClose }: MeanwhileProps) {
  const t = useWords();
  const format = useFormat();
  // What is held was read before the change.
  const { data, isFetching, error } = useQuery({ ...segmentOf(segment.key), refetchOnMount: "always" });
  const now = isFetching ? undefined : data;
  return (
    <Dialog
      title={t("segments.meanwhile.title")} confirm={t("segments.meanwhile.over")} isWide isBusy={isBusy} isDisabled={!now} error={error}
      onClose={onClose} onConfirm={() => now && onSave(now.position)}
    >
      {now ? (
        <>
          <p>{t("segments.meanwhile.text", { who: now.changed_by, time: format.time(now.changed_at) })}</p>
          {now.name !== segment.name && <p>{t("segments.meanwhile.name", { name: now.name })}</p>}
          <Changed title={t("segments.meanwhile.theirs")} before={said(segment.summary)} after={said(now.summary)} />
          <Changed title={t("segments.meanwhile.yours")} before={said(now.summary)} after={mine} />
        </>
      ) : (
        !error && <Waiting lines={3} />
      )}
    </Dialog>
  );
}

function Changed({ title, before, after }: { title: string; before: string; after: string }) {
  return (
    <div>
      <b>{title}</b>
      {before === after ? <p>{after}</p> : <Words before={before} after={after} />}
    </div>
  );
}
