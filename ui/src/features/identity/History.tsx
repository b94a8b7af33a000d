/** All rules that were ever in force: since when, by whom, and what each changed. */
import { useQuery } from "@tanstack/react-query";

import { Button, Failure, Mark, Panel, Time, useWords, Waiting } from "../../kit";
import { type Version, versions } from "./api";
import { changes, type Rules, rulesOf } from "./model";
import { useChangeWords } from "./words";

export function History({ inForce, onTake }: { inForce: number; onTake: (rules: Rules) => void }) {
  const t = useWords();
  const { data, error, refetch } = useQuery(versions);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (data.length === 0) return <p className="k-soft">{t("identity.history.none")}</p>;
  return (
    <>
      {data.map((one, index) => <OneVersion key={one.version} one={one} before={data[index + 1]} isInForce={one.version === inForce} onTake={onTake} />)}
    </>
  );
}

function OneVersion({ one, before, isInForce, onTake }: { one: Version; before: Version | undefined; isInForce: boolean; onTake: (rules: Rules) => void }) {
  const t = useWords();
  const changeWords = useChangeWords();
  const found = before ? changes(rulesOf(before.rules), rulesOf(one.rules)) : [];
  return (
    <Panel
      title={t("identity.history.version", { version: one.version })}
      extra={isInForce ? <Mark tone="good">{t("identity.history.now")}</Mark> : <Button isSmall onClick={() => onTake(rulesOf(one.rules))}>{t("identity.history.take")}</Button>}
    >
      <p className="k-soft">
        {one.at === null ? t("identity.history.long_ago") : <Time at={one.at} />} · {one.by || t("identity.history.by_system")}
      </p>
      {before ? <ul className="k-changes">{found.map((change) => <li key={`${change.kind} ${change.what}`}>{changeWords(change)}</li>)}</ul> : <p className="k-soft">{t("identity.history.first")}</p>}
    </Panel>
  );
}
