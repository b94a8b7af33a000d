/** What a draft gives: for one person, and for a sample of everybody. */
import { useState } from "react";

import { Failure, Note, Panel, Table, Time, TypedValue, Waiting, Weights, said, useFormat, useWords } from "../../kit";
import { PersonField } from "../../kit/rules/Person";
import { useTrial } from "./api";
import { type Draft, formulaOf, isWhole } from "./formula";

export function Trial({ draft, of }: { draft: Draft; of: string }) {
  const t = useWords();
  const format = useFormat();
  const [profile, choose] = useState("");
  const whole = isWhole(draft);
  const { view, error, isStale, retry } = useTrial(formulaOf(draft), of, profile, whole);
  const shown = view && { type: view.type, currency: view.currency, unit: draft.unit };
  return (
    <Panel title={t("computed.trial.title")} extra={view && !error && <span className="k-soft"><Time at={view.instant} /></span>}>
      {!whole ? <Note tone="warn">{t("computed.gaps")}</Note> : error ? <Failure error={error} onRetry={retry} /> : !view || !shown ? <Waiting lines={3} /> : (
        <div className="k-stack" aria-live="polite" aria-busy={isStale} style={isStale ? { opacity: 0.6 } : undefined}>
          <p><b>{t("computed.words")}:</b> {said(view.summary)}</p>
          <div className="k-grid-2">
            <div className="k-stack">
              <PersonField label={t("computed.trial.person")} placeholder={t("computed.trial.type")} value={profile} onChange={choose} />
              {profile && <p>{t("computed.trial.value")} <b><TypedValue value={view.value} {...shown} /></b></p>}
              {profile && <Weights weights={view.weights} currency={view.weights_in} />}
            </div>
            <div className="k-stack">
              <p className="k-soft">{t("computed.trial.sample", { people: format.number(view.people), without: format.number(view.without) })}</p>
              {view.quarters.length > 0 && (
                <Table
                  label={t("computed.trial.quarters")} items={view.quarters.map((value, part) => ({ value, part }))} keyOf={(one) => String(one.part)}
                  columns={[
                    { key: "part", title: t("computed.trial.quarters"), show: (one) => t(`computed.trial.part${one.part}`) },
                    { key: "value", title: t("computed.trial.worth"), isNumber: true, show: (one) => <TypedValue value={one.value} {...shown} /> },
                  ]}
                />
              )}
              {view.shares.length > 0 && (
                <Table
                  label={t("computed.trial.shares")} items={view.shares} keyOf={(one) => String(one.value)}
                  columns={[
                    { key: "value", title: t("computed.trial.worth"), show: (one) => <TypedValue value={one.value} {...shown} /> },
                    { key: "people", title: t("computed.trial.people"), isNumber: true, show: (one) => format.number(one.people) },
                  ]}
                />
              )}
            </div>
          </div>
        </div>
      )}
    </Panel>
  );
}
