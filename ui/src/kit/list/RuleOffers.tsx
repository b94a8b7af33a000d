/** Columns of the workspace by which a condition of the tree can ask, each with the condition to begin with. */
import type { Column, Section } from "../../api/queries";
import type { Rule } from "../rules/model";
import { startOf } from "../rules/verbs";
import { said, useWords } from "../words";

interface OffersProps {
  section: Section;
  isSought: (one: Column) => boolean;
  onPick: (rule: Rule) => void;
}

export function RuleOffers({ section, isSought, onPick }: OffersProps) {
  const t = useWords();
  const offered = section.columns.filter((one) => one.asked_as !== "" && isSought(one));
  if (offered.length === 0) return null;
  return (
    <div className="k-filter-more">
      <p className="k-soft">{t("kit.list.computed")}</p>
      <div className="k-offers">
        {offered.map((one) => (
          <button key={one.name} type="button" onClick={() => onPick(conditionOf(one))}>
            {said(one)}
          </button>
        ))}
      </div>
    </div>
  );
}

function conditionOf(column: Column): Rule {
  const test = startOf(column.asked_as);
  return { is: "attribute", name: column.name, test: test.is === "money" ? { ...test, currency: column.currency } : test };
}
