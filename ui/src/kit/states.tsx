/** What stands where there is nothing to show: nothing yet, nothing found, not allowed, went wrong, on its way. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { Problem } from "../api/problem";
import { grantors, type Right } from "../api/queries";
import { Button } from "./controls";
import { CopyText } from "./show";
import { Icon, type IconName } from "./icons";
import { useMay } from "./session";
import { useWords } from "./words";

const SLOW_MS = 200;

function State({ icon, title, children, actions }: { icon: IconName; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="k-state">
      <span className="k-state-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children && <div className="k-state-text">{children}</div>}
      {actions && <div className="k-row k-center">{actions}</div>}
    </div>
  );
}

/** Nothing yet: what it will be, and the one thing to do first. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <State icon="empty" title={title} actions={action}>
      {children}
    </State>
  );
}

/** A filter left nothing. */
export function NothingFound({ onClear }: { onClear: () => void }) {
  const t = useWords();
  return (
    <State icon="filter" title={t("kit.nothing.title")} actions={<Button onClick={onClear}>{t("kit.nothing.clear")}</Button>}>
      {t("kit.nothing.text")}
    </State>
  );
}

export function NoRight({ right }: { right?: string }) {
  const t = useWords();
  return (
    <State icon="lock" title={t("kit.no_right.title")}>
      {right ? t("kit.no_right.which", { right }) : t("kit.no_right.text")}
      {right && <Grantors right={right} />}
    </State>
  );
}

/** Whom to ask for a right. */
function Grantors({ right }: { right: string }) {
  const t = useWords();
  const { data } = useQuery(grantors(right));
  if (!data?.length) return null;
  return <p>{t("kit.no_right.who", { who: data.map((one) => one.name || one.login).join(", ") })}</p>;
}

/** Shows its content to holders of a right alone. */
export function Need({ right, children }: { right: Right; children: ReactNode }) {
  return useMay()(right) ? children : <NoRight right={right} />;
}

/** Kinds of problems that have words of their own. */
const OWN: ReadonlySet<string> = new Set(["too_many_people", "no_tree"]);

/** What went wrong, what to do, and another try where it may help. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useWords();
  const problem = error instanceof Problem ? error : null;
  if (problem?.status === 403) return <NoRight />;
  const kind = !problem ? "broken" : problem.status === 0 ? "no_answer" : problem.status === 404 ? "not_found" : problem.isPassing ? "passing" : "refused";
  const own = problem && OWN.has(problem.said.kind) ? problem.said.kind : null;
  return (
    <div role="alert">
      <State
        icon="problem"
        title={t(`kit.failure.${kind}.title`)}
        actions={onRetry && <Button icon="reload" onClick={onRetry}>{t("kit.failure.retry")}</Button>}
      >
        <p>{own ? t(`kit.failure.own.${own}`) : t(`kit.failure.${kind}.text`)}</p>
        {problem?.said.detail && problem.status !== 404 && !own && <p className="k-soft">{problem.said.detail}</p>}
        {problem?.said.id && (
          <p className="k-soft">
            {t("kit.failure.number")} <CopyText text={problem.said.id} />
          </p>
        )}
      </State>
    </div>
  );
}

/** A short form of `Failure`, for forms and dialogs; each fault on a line of its own. */
export function Refusal({ error }: { error: unknown }) {
  const t = useWords();
  if (!error) return null;
  const problem = error instanceof Problem ? error : null;
  return (
    <div role="alert" className="k-note k-note-bad">
      <Icon name="problem" />
      <div>
        <div>{problem?.said.detail || (problem?.status === 0 ? t("kit.failure.no_answer.text") : t("kit.failure.broken.text"))}</div>
        {problem?.said.faults.map((one) => (
          <div key={`${one.field} ${one.message}`}>
            <b>{one.field}</b>: {one.message}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Whether so much time has passed that a wait should be seen; quick answers do not flicker. */
export function useIsSlow(): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return isSlow;
}

/** Grey lines in the shape of what is coming. */
export function Waiting({ lines = 6 }: { lines?: number }) {
  const isSlow = useIsSlow();
  const t = useWords();
  return (
    <div className="k-waiting" role="status" aria-label={t("kit.waiting")}>
      {isSlow && Array.from({ length: lines }, (_, line) => <span key={line} style={{ width: `${92 - ((line * 17) % 45)}%` }} />)}
    </div>
  );
}
