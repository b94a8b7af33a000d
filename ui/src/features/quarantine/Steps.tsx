/** Steps that correct every rejected event in the same way. */
import { Button, type Option, Select, TextField, useWords } from "../../kit";
import "./quarantine.css";

export type Step =
  | { do: "rename"; path: string; to: string }
  | { do: "set"; path: string; value: unknown }
  | { do: "cast"; path: string; to: "number" | "text" | "boolean" }
  | { do: "name"; name: string }
  | { do: "drop"; path: string };

const ACTS = ["rename", "set", "cast", "name", "drop"] as const;
const TYPES = ["number", "text", "boolean"] as const;

function fresh(act: Step["do"], path = ""): Step {
  switch (act) {
    case "rename":
      return { do: act, path, to: "" };
    case "set":
      return { do: act, path, value: "" };
    case "cast":
      return { do: act, path, to: "number" };
    case "name":
      return { do: act, name: "" };
    case "drop":
      return { do: act, path };
  }
}

/** Whether a step says all that it has to. */
export function isWhole(step: Step): boolean {
  if (step.do === "name") return step.name.trim() !== "";
  return step.path.trim() !== "" && (step.do !== "rename" || step.to.trim() !== "");
}

export function Steps({ steps, onChange }: { steps: Step[]; onChange: (steps: Step[]) => void }) {
  const t = useWords();
  return (
    <>
      {steps.map((step, index) => (
        // A step is known by its place alone: two may be the same.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={index} className="k-mending">
          <legend className="k-unseen">{t("quarantine.steps.one", { number: index + 1 })}</legend>
          <StepFields step={step} onChange={(changed) => onChange(steps.map((one, place) => (place === index ? changed : one)))} />
          <Button kind="quiet" icon="delete" isSmall label={t("quarantine.steps.remove", { number: index + 1 })} onClick={() => onChange(steps.filter((_, place) => place !== index))} />
        </fieldset>
      ))}
      <div><Button icon="add" isSmall onClick={() => onChange([...steps, fresh("set")])}>{t("quarantine.steps.add")}</Button></div>
    </>
  );
}

function StepFields({ step, onChange }: { step: Step; onChange: (step: Step) => void }) {
  const t = useWords();
  const path = step.do === "name" ? "" : step.path;
  return (
    <>
      <Select label={t("quarantine.steps.act")} value={step.do} onChange={(act) => onChange(fresh(act, path))} options={ACTS.map((one): Option<Step["do"]> => ({ value: one, label: t(`quarantine.acts.${one}`) }))} />
      {step.do !== "name" && <TextField label={t("quarantine.steps.path")} value={step.path} placeholder="properties.price" onChange={(text) => onChange({ ...step, path: text })} most={200} />}
      {step.do === "name" && <TextField label={t("quarantine.steps.name")} value={step.name} onChange={(name) => onChange({ ...step, name })} most={200} />}
      {step.do === "rename" && <TextField label={t("quarantine.steps.to")} value={step.to} onChange={(to) => onChange({ ...step, to })} most={200} />}
      {step.do === "set" && <TextField label={t("quarantine.steps.value")} value={String(step.value ?? "")} onChange={(value) => onChange({ ...step, value })} />}
      {step.do === "cast" && <Select label={t("quarantine.steps.type")} value={step.to} onChange={(to) => onChange({ ...step, to })} options={TYPES.map((one): Option<(typeof TYPES)[number]> => ({ value: one, label: t(`quarantine.types.${one}`) }))} />}
    </>
  );
}
