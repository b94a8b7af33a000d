/** What is left to set up, until the first value: shown as long as something is. */
import { Go, Icon, Panel, said, useAddressOf, useWords } from "../../kit";
import type { HomeView } from "./Home";

export function Steps({ steps }: { steps: HomeView["steps"] }) {
  const t = useWords();
  const addressOf = useAddressOf();
  const left = steps.filter((one) => !one.is_done);
  if (left.length === 0) return null;
  const [next] = left;
  return (
    <div className="k-steps">
      <Panel title={t("home.set_up")} extra={<span className="k-soft">{t("home.done_of", { done: steps.length - left.length, all: steps.length })}</span>}>
        <ol>
          {steps.map((one) => (
            <li key={one.name} className={one.is_done ? "k-done" : undefined}>
              <span className="k-step-mark">{one.is_done && <Icon name="check" />}</span>
              <StepName name={said(one)} to={one.is_done ? null : addressOf(one.goes_to)} />
              {one.is_done && <span className="k-unseen">{t("home.done")}</span>}
              {one === next && <span className="k-soft">{t("home.next")}</span>}
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}

function StepName({ name, to }: { name: string; to: string | null }) {
  return to === null ? <span>{name}</span> : <Go to={to}>{name}</Go>;
}
