/** A draft tried on one person: which of its conditions hold of them, and why. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Failure, Panel, useWords, Waiting } from "../../kit";
import { useRested } from "../../kit/rules/checking";
import type { Definition } from "../../kit/rules/model";
import { draftExplanationOf } from "./api";
import { Explained, PersonPicker } from "./Why";

export function TryOn({ definition, segment, isWhole }: { definition: Definition; segment: string; isWhole: boolean }) {
  const t = useWords();
  const [profile, setProfile] = useState("");
  const written = JSON.stringify(definition);
  const asked = useRested(written);
  const { data, error, refetch, isFetching } = useQuery(draftExplanationOf(isWhole && written === asked ? asked : "", segment, profile));
  const isStale = written !== asked || isFetching;
  return (
    <Panel title={t("segments.try.title")}>
      <div className="k-stack">
        <PersonPicker value={profile} shown={data?.person.name ?? ""} onChange={setProfile} />
        {profile === "" ? <p className="k-soft">{t("segments.try.choose")}</p> : error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={4} /> : (
          <div className={isStale ? "s-stale" : undefined} aria-live="polite" aria-busy={isStale}><Explained one={data} /></div>
        )}
      </div>
    </Panel>
  );
}
