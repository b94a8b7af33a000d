/** How many people a draft holds of, who they are, and what the change would do; grey while a newer answer is awaited. */
import { Problem } from "../../api/problem";
import { Button, Go, Money, Note, Num, Panel, Time, useFormat, useWords, Waiting } from "../../kit";
import { digitsOf, majorOf } from "../../kit/rules/numbers";
import type { Count, Counted } from "../../kit/rules/checking";
import { Reach } from "./Reach";

export function CountPanel({ counted, isHeld, isEdit }: { counted: Counted; isHeld: boolean; isEdit: boolean }) {
  const t = useWords();
  const { view, error, isStale, isCounting, retry } = counted;
  return (
    <Panel title={t("segments.count.title")} extra={isCounting && view && <span className="k-hint">{t("segments.count.counting")}</span>}>
      {isHeld && <p className="k-soft">{t("segments.count.hold")}</p>}
      {!isHeld && error && <Refused error={error} retry={retry} />}
      {!isHeld && !error && !view && <Waiting lines={2} />}
      {!isHeld && !error && view && <div className={isStale ? "s-stale" : undefined} aria-live="polite" aria-busy={isCounting}><Found view={view} isEdit={isEdit} /></div>}
    </Panel>
  );
}

function Refused({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useWords();
  const problem = error instanceof Problem ? error : null;
  return (
    <Note tone="warn" title={t("segments.count.failed")}>
      {problem?.said.detail && <p>{problem.said.detail}</p>}
      <Button isSmall icon="reload" onClick={retry}>{t("segments.count.again")}</Button>
    </Note>
  );
}

function Found({ view, isEdit }: { view: Count; isEdit: boolean }) {
  const t = useWords();
  const format = useFormat();
  return (
    <>
      <div className="s-count">
        <b>{format.number(view.people)}</b>
        {view.share !== null && <span>{t("segments.count.share", { share: format.percent(view.share), base: format.number(view.base) })}</span>}
        {view.anonymous > 0 && <span>{t("segments.count.anonymous", { known: format.number(view.known), anonymous: format.number(view.anonymous) })}</span>}
        {view.money.map((each) => (
          <span key={each.currency}>
            {t("segments.count.revenue")} <Money amount={majorOf(each.revenue, digitsOf(each.currency))} currency={each.currency} />
            {each.share !== null && ` (${format.percent(each.share)})`}
            {each.average !== null && <>, {t("segments.count.average")} <Money amount={majorOf(each.average, digitsOf(each.currency))} currency={each.currency} /></>}
          </span>
        ))}
        {view.reach && <Reach channels={view.reach} />}
        <span className="k-soft">{t("segments.count.at")} <Time at={view.instant} /></span>
      </div>
      <Sample label={t("segments.count.sample")} people={view.sample} />
      {isEdit && view.change && (
        <div className="s-sample">
          {t("segments.count.change")} <Num value={view.change.entering} /> {t("segments.count.enter")}, <Num value={view.change.leaving} /> {t("segments.count.leave")}
          <Sample label={t("segments.count.entering")} people={view.change.entering_sample} />
          <Sample label={t("segments.count.leaving")} people={view.change.leaving_sample} />
        </div>
      )}
    </>
  );
}

function Sample({ label, people }: { label: string; people: Count["sample"] }) {
  if (!people.length) return null;
  return (
    <div className="s-sample k-row">
      <span className="k-soft">{label}</span>
      {people.map((one) => <Go key={one.id} to={`/profiles/${one.id}`}>{one.name || `…${one.id.slice(-8)}`}</Go>)}
    </div>
  );
}
