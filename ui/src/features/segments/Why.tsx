/** Why a person is in a segment, or why not: condition by condition, with values and the very facts. */
import { useQuery } from "@tanstack/react-query";

import { Button, Failure, Go, Icon, Mark, Note, Panel, Time, useFormat, useWords, Waiting } from "../../kit";
import { digitsOf, majorOf } from "../../kit/rules/numbers";
import { PersonField } from "../../kit/rules/Person";
import { said } from "../../kit/words";
import { type Explanation, explanationOf } from "./api";

type Part = Explanation["parts"][number];

export function Why({ segment, profile, onProfile }: { segment: string; profile: string; onProfile: (profile: string) => void }) {
  const t = useWords();
  const { data, error, refetch, isFetching } = useQuery(explanationOf(segment, profile));
  return (
    <>
      <Panel>
        <div className="k-row k-bottom">
          <div className="k-wide"><PersonPicker value={profile} shown={data?.person.name ?? ""} onChange={onProfile} /></div>
          {profile && <Button icon="reload" isBusy={isFetching} onClick={() => void refetch()}>{t("segments.why.again")}</Button>}
        </div>
      </Panel>
      {profile === "" ? <p className="k-soft">{t("segments.why.choose")}</p> : error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={6} /> : <Explained one={data} />}
    </>
  );
}

/** Finds a person to ask about. */
export function PersonPicker({ value, shown, onChange }: { value: string; shown: string; onChange: (profile: string) => void }) {
  const t = useWords();
  return <PersonField label={t("segments.why.person")} placeholder={t("segments.why.type")} value={value} shown={shown} onChange={onChange} />;
}

export function Explained({ one }: { one: Explanation }) {
  const t = useWords();
  return (
    <Panel title={t(one.is_in ? "segments.why.is_in" : "segments.why.is_out", { name: one.person.name || `…${one.person.id.slice(-8)}` })} extra={<Go to={`/profiles/${one.person.id}`}>{t("segments.why.card")}</Go>}>
      <div className="k-stack">
        {one.difference && <Note tone="bad">{said(one.difference)}</Note>}
        {one.why_not && <Note tone="warn">{said(one.why_not)}</Note>}
        <p className="k-soft">
          {t("segments.why.at")} <Time at={one.at} />.{" "}
          {one.changes_at === null ? t("segments.why.stays") : <>{t(one.is_in ? "segments.why.leaves" : "segments.why.enters")} <Time at={one.changes_at} />.</>}{" "}
          {one.since !== null && <>{t("segments.why.since")} <Time at={one.since} />.</>}
        </p>
        <ul className="s-parts">{one.parts.map((part) => <li key={part.place} style={{ paddingLeft: part.depth * 24 }}><OnePart part={part} /></li>)}</ul>
      </div>
    </Panel>
  );
}

function OnePart({ part }: { part: Part }) {
  const t = useWords();
  const [left, right] = part.values;
  return (
    <div className="s-part">
      <Mark tone={part.holds ? "good" : "bad"}><Icon name={part.holds ? "check" : "close"} /> {t(part.holds ? "segments.why.yes" : "segments.why.no")}</Mark>
      <div className="k-wide">
        <div className={part.kind === "leaf" ? undefined : "k-soft"}>{said(part.text)}</div>
        {part.kind === "leaf" && (
          <div className="k-hint">
            {part.as_of && <>{said(part.as_of)}. </>}
            {left && <>{t("segments.why.value")} <b><Value value={left} />{right && <> / <Value value={right} /></>}</b>. </>}
            {part.changes_at !== null && <>{t("segments.why.turns")} <Time at={part.changes_at} />.</>}
          </div>
        )}
        {part.evidence.length > 0 && <Evidence part={part} />}
      </div>
    </div>
  );
}

function Value({ value }: { value: Part["values"][number] }) {
  const t = useWords();
  const format = useFormat();
  const { value: plain, currency = "" } = value;
  if (value.type === "missing") return <>{t("segments.why.missing")}</>;
  if (value.type === "yes_no") return <>{t(plain ? "kit.yes" : "kit.no")}</>;
  if (value.type === "instant") return <Time at={Number(plain)} />;
  if (value.type === "date") return <>{format.date(String(plain))}</>;
  if (value.type === "number") return <>{format.number(String(plain))}</>;
  if (value.type === "list") return <>{(plain as unknown[]).map(String).join(", ")}</>;
  if (value.type === "money") {
    const isWhole = /^-?\d+$/.test(String(plain));
    return <>{isWhole ? format.money(majorOf(Number(plain), digitsOf(currency)), currency) : `${String(plain)} ${currency}`}</>;
  }
  return <>{typeof plain === "string" ? plain : JSON.stringify(plain)}</>;
}

function Evidence({ part }: { part: Part }) {
  const t = useWords();
  return (
    <details>
      <summary>{t("segments.why.evidence", { count: part.evidence_count })}</summary>
      <ul className="s-evidence">
        {part.evidence.toReversed().map((each, index) => (
          // What somebody may not see has no key of its own.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${each.kind} ${each.key.join(" ")} ${index}`}>
            <span>{t(`segments.evidence.${each.kind}`)}</span> <b>{each.name || each.key.slice(each.kind === "event" ? 1 : 0).join(" ")}</b>{" "}
            {each.time !== null && <span className="k-soft"><Time at={each.time} /></span>} {each.message_id && <code className="k-faint">{each.message_id}</code>}
          </li>
        ))}
      </ul>
      {part.evidence_count > part.evidence.length && <p className="k-hint">{t("segments.why.latest", { count: part.evidence.length })}</p>}
    </details>
  );
}
