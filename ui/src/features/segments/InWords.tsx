/** What the draft means in words, and what becomes of people of whom nothing is known; or what is still wrong. */
import { Failure, Note, Panel, said, useWords, Waiting } from "../../kit";
import { faultText } from "../../kit/rules/faults";
import type { Fault } from "../../kit/rules/model";
import type { useChecked } from "../../kit/rules/checking";

interface InWordsProps {
  checked: ReturnType<typeof useChecked>;
  /** How many rows are still to be filled in. */
  gaps: number;
  faults: Fault[];
}

export function InWords({ checked, gaps, faults }: InWordsProps) {
  const t = useWords();
  const { view, error, isStale, retry } = checked;
  if (gaps > 0) return <Note tone="warn">{t("segments.gaps", { count: gaps })}</Note>;
  if (error && !view) return <Failure error={error} onRetry={retry} />;
  return (
    <Panel title={t("segments.words")}>
      {faults.length > 0 && (
        <Note tone="bad" title={t("segments.faults")}>
          <ul>{faults.map((one) => <li key={`${one.place} ${one.message}`}>{faultText(one, t)}</li>)}</ul>
        </Note>
      )}
      {!view && <Waiting lines={2} />}
      {view?.summary && faults.length === 0 && (
        <div className={isStale ? "s-words s-stale" : "s-words"} aria-live="polite">
          <p>{said(view.summary)}</p>
          {view.empties && <p className="k-soft">{said(view.empties)}</p>}
        </div>
      )}
    </Panel>
  );
}
