/** «Ещё условия»: what a tree of conditions says, and a way to change it or take it off. */
import { lazy, Suspense, useState } from "react";

import type { Filter, FilterValue, Section } from "../../api/queries";
import { Icon } from "../icons";
import type { Rule } from "../rules/model";
import { said, useWords } from "../words";
import { useTree } from "./trees";

/** The editor is heavy, and comes when it is wanted. */
const TreeDrawer = lazy(async () => ({ default: (await import("./TreeDrawer")).TreeDrawer }));

interface ChipProps {
  section: Section;
  filter: Filter;
  value: FilterValue | null;
  onChange: (value: FilterValue | null) => void;
  /** A condition that is to join the others: its editor opens. */
  begun: Rule | null;
  onClose: () => void;
}

export function TreeChip({ section, filter, value, onChange, begun, onClose }: ChipProps) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    onClose();
  };
  return (
    <>
      <span className={value === null ? "k-chip-pair" : "k-chip-pair k-chip-set"}>
        <button type="button" className="k-chip k-chip-tree" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {value === null ? <><Icon name="segments" /> {said(filter)}</> : <Words value={value} />}
        </button>
        {value !== null && (
          <button type="button" className="k-chip k-chip-off" aria-label={t("kit.list.take_off", { filter: said(filter) })} onClick={() => onChange(null)}>
            <Icon name="close" />
          </button>
        )}
      </span>
      {(isOpen || begun) && (
        <Suspense>
          <TreeDrawer
            section={section} title={said(filter)} value={value} begun={begun} onClose={close}
            onApply={(next) => {
              close();
              onChange(next);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Words({ value }: { value: FilterValue }) {
  const t = useWords();
  const { data, isError } = useTree(value);
  const text = data ? said(data.summary) : t(isError ? "kit.tree.lost" : "kit.tree.reading");
  return (
    <>
      {t("kit.tree.conditions")}: <b title={text}>{text.replace(/\.$/, "")}</b>
    </>
  );
}
