/** Events one after another, with gaps, and with what does not happen after them. */
import { Button } from "../controls";
import { useWords } from "../words";
import { Drop, Word } from "./bits";
import type { LeafProps } from "./Leaf";
import type { Absence, Step } from "./model";
import { SpanEdit, WindowEdit } from "./Spans";
import { What } from "./What";

type Part = Step | Absence;
const MOST = 16;

export function SequenceEdit({ leaf, onChange }: LeafProps<"sequence">) {
  const t = useWords();
  const { steps } = leaf;
  const put = (next: Part[]) => onChange({ ...leaf, steps: next });
  return (
    <span className="r-sequence">
      <span className="r-row">
        <Word>{t("rules.leaves.sequence")}</Word>
        <WindowEdit value={leaf.window ?? { is: "ever" }} of="plain" onChange={(window) => onChange({ ...leaf, window })} />
      </span>
      <ol>
        {steps.map((step, index) => (
          // A step has nothing of its own but its place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} aria-label={t("rules.step", { number: index + 1 })}>
            <StepEdit step={step} isFirst={index === 0} isLast={index === steps.length - 1} onChange={(next) => put(steps.with(index, next))} />
            <span className="r-tools">
              <Button kind="quiet" isSmall icon="up" label={t("rules.step_up", { number: index + 1 })} isDisabled={index === 0} onClick={() => put(swapped(steps, index))} />
              <Button kind="quiet" isSmall icon="close" label={t("rules.step_drop", { number: index + 1 })} isDisabled={steps.length === 1} onClick={() => put(settled(steps.toSpliced(index, 1)))} />
            </span>
          </li>
        ))}
      </ol>
      {steps.length < MOST && (
        <span className="r-row">
          <Button kind="quiet" isSmall icon="add" onClick={() => put([...steps, { is: "step", what: {}, within: { amount: 1 } }])}>{t("rules.add_step")}</Button>
          <Button kind="quiet" isSmall icon="add" onClick={() => put([...steps, { is: "absence", what: {}, span: { amount: 1 } }])}>{t("rules.add_absence")}</Button>
        </span>
      )}
    </span>
  );
}

function swapped(steps: Part[], index: number): Part[] {
  const [step, before] = [steps[index], steps[index - 1]];
  return step && before ? settled(steps.with(index - 1, step).with(index, before)) : steps;
}

/** Only the first step has no span, for the window binds it. */
function settled(steps: Part[]): Part[] {
  return steps.map((step, index) => {
    if (step.is === "absence") return step;
    const { within, ...rest } = step;
    return index === 0 ? rest : { ...rest, within: within ?? { amount: 1 } };
  });
}

function StepEdit({ step, isFirst, isLast, onChange }: { step: Part; isFirst: boolean; isLast: boolean; onChange: (step: Part) => void }) {
  const t = useWords();
  if (step.is === "step") {
    return (
      <span className="r-row">
        <Word>{t(isFirst ? "rules.first_step" : "rules.then")}</Word>
        <What what={step.what} onChange={(what) => onChange({ ...step, what })} />
        {!isFirst && <Word>{t("rules.not_later")}</Word>}
        {(!isFirst || step.within) && <SpanEdit label={t("rules.within")} value={step.within ?? { amount: 1 }} onChange={(within) => onChange({ ...step, within })} />}
      </span>
    );
  }
  const { span, ...rest } = step;
  const kinds = isLast && span ? (["span"] as const) : (["span", "next"] as const);
  return (
    <span className="r-row">
      <Word>{t("rules.and_no")}</Word>
      <What what={step.what} onChange={(what) => onChange({ ...step, what })} />
      <Drop
        label={t("rules.how_long")} value={span ? "span" : "next"} options={kinds.map((one) => ({ value: one, label: t(`rules.lasts.${one}`) }))}
        onChange={(kind) => onChange(kind === "next" ? rest : { ...rest, span: { amount: 1 } })}
      />
      {span && <SpanEdit label={t("rules.lasting")} value={span} onChange={(next) => onChange({ ...step, span: next })} />}
    </span>
  );
}
