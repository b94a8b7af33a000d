/** What the texts of an interest weigh at an instant, the heaviest first. */
import { useFormat } from "./session";
import { useWords } from "./words";

export function Weights({ weights, currency }: { weights: { value: unknown; weight: unknown }[]; currency: string }) {
  const t = useWords();
  const format = useFormat();
  if (!weights.length) return null;
  const shown = (weight: unknown) => (currency ? format.money(String(weight), currency) : format.number(Math.round(Number(weight) * 100) / 100));
  return (
    <ol className="k-hint k-weights" aria-label={t("kit.weights")}>
      {weights.map((one) => <li key={String(one.value)}>{String(one.value)}: <span className="k-num">{shown(one.weight)}</span></li>)}
    </ol>
  );
}
