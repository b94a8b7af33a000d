/** Puts conditions together for a list: the builder of segments beside the list, with how many people each row holds for. */
import { useMemo } from "react";

import type { FilterValue, Section } from "../../api/queries";
import { inAddress, keepTree } from "../../api/trees";
import { useChange } from "../change";
import { Button } from "../controls";
import { Drawer } from "../overlay";
import { useChecked, useCounted } from "../rules/checking";
import { byRow, faultsByRow } from "../rules/faults";
import { gapsOf } from "../rules/gaps";
import { useHistory } from "../rules/history";
import type { Rule } from "../rules/model";
import { RuleEditor } from "../rules/RuleEditor";
import { ruleOf, treeOf } from "../rules/tree";
import { useCountsByRow } from "../rules/useCountsByRow";
import { useUndoKeys } from "../rules/undoKeys";
import { useFormat } from "../session";
import { Failure, Refusal, Waiting } from "../states";
import { said, useWords } from "../words";
import { useTree } from "./trees";

interface DrawerProps {
  section: Section;
  title: string;
  value: FilterValue | null;
  /** A condition that joins those that hold. */
  begun: Rule | null;
  onApply: (value: FilterValue | null) => void;
  onClose: () => void;
}

const NEW: Rule = { is: "all", rules: [] };

export function TreeDrawer(props: DrawerProps) {
  const { value, title, onClose } = props;
  if (value === null) return <Editing {...props} first={NEW} />;
  return <Kept {...props} value={value} title={title} onClose={onClose} />;
}

/** What the address holds is read first: it may be a key alone. */
function Kept({ value, ...props }: DrawerProps & { value: FilterValue }) {
  const found = useTree(value);
  if (found.data) return <Editing {...props} value={value} first={found.data.tree as unknown as Rule} />;
  return (
    <Drawer title={props.title} isOpen isWide onClose={props.onClose}>
      {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting lines={4} />}
    </Drawer>
  );
}

function Editing({ section, title, first, begun, onApply, onClose }: DrawerProps & { first: Rule }) {
  const t = useWords();
  const { present: tree, change, undo, redo } = useHistory(useMemo(() => treeOf(begun ? joined(first, begun) : first), [first, begun]));
  useUndoKeys(undo, redo);
  const rule = useMemo(() => ruleOf(tree), [tree]);
  const people = section.name === "people" ? ("known" as const) : ("all" as const);
  const definition = useMemo(() => ({ entry: rule, people }), [rule, people]);
  const isWhole = gapsOf(tree).size === 0;
  const isEmpty = tree.root.body.items.length === 0;
  const checked = useChecked(definition, "", isWhole);
  const isRight = isWhole && !checked.isStale && checked.view?.faults.length === 0;
  const counted = useCounted(definition, "", isRight && !isEmpty);
  const isKnown = isWhole && !checked.isStale;
  const faults = faultsByRow(tree, "entry", isKnown ? (checked.view?.faults ?? []) : [], t);
  const leaves = isKnown ? (checked.view?.leaves ?? []) : [];
  const notes = new Map([...byRow(tree, "entry", leaves.map((one) => [one.place, said(one.empties)]))].map(([key, [text]]) => [key, text]));
  const counts = useCountsByRow(tree, "entry", isEmpty ? null : (counted.view ?? null), counted.isStale);
  const applying = useChange(() => keepTree(rule), { onDone: (kept) => onApply(inAddress(kept)) });
  return (
    <Drawer
      title={title} isOpen isWide onClose={onClose}
      footer={
        <div className="k-row k-foot-row">
          <span className="k-soft" aria-live="polite">{!isEmpty && <Counted counted={counted} />}</span>
          <span className="k-row">
            <Button onClick={onClose}>{t("kit.cancel")}</Button>
            <Button
              kind="main" isBusy={applying.isPending} isDisabled={!isEmpty && !isRight}
              onClick={() => (isEmpty ? onApply(null) : applying.mutate(undefined))}
            >
              {t("kit.list.apply")}
            </Button>
          </span>
        </div>
      }
    >
      <div className="k-stack">
        <p className="k-soft">{t("kit.tree.about")}</p>
        <RuleEditor label={title} tree={tree} onChange={change} faults={faults} notes={notes} counts={counts} />
        <Refusal error={applying.error ?? checked.error} />
      </div>
    </Drawer>
  );
}

function joined(first: Rule, rule: Rule): Rule {
  return first.is === "all" ? { ...first, rules: [...(first.rules ?? []), rule] } : { is: "all", rules: [first, rule] };
}

function Counted({ counted }: { counted: ReturnType<typeof useCounted> }) {
  const t = useWords();
  const format = useFormat();
  const { view, error, isStale } = counted;
  if (error) return <>{t("kit.tree.uncounted")}</>;
  if (!view) return null;
  const share = view.share === null ? "" : format.percent(view.share);
  return <span className={isStale ? "r-stale" : undefined}>{t("kit.tree.counted", { count: view.people, number: format.number(view.people), share, time: format.moment(view.instant) })}</span>;
}
