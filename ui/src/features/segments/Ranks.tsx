/** The order over everybody that a segment asks for: as of when it is, and how many are at the top. */
import { Facts, Panel, said, useFormat, useWords } from "../../kit";
import type { Segment } from "./api";

export function Ranks({ ranks }: { ranks: Segment["ranks"] }) {
  const t = useWords();
  const format = useFormat();
  if (!ranks.length) return null;
  return (
    <Panel title={t("segments.ranks.title")}>
      <p className="k-soft">{t("segments.ranks.about")}</p>
      <Facts
        items={ranks.map((one) => ({
          name: said(one.text),
          value: <>{said(one.as_of)}{one.at !== null && <> · {t("segments.ranks.inside", { inside: format.number(one.inside), placed: format.number(one.placed) })}</>}</>,
        }))}
      />
    </Panel>
  );
}
