/** «Ещё условия» on the rows of a list themselves: a way to put them together, to change them, to take them off. */
import { lazy, Suspense, useState } from "react";

import type { Filter, Filters, FilterValue, Section } from "../../api/queries";
import { Icon } from "../icons";
import { Go } from "../layout";
import type { Where } from "../rules/model";
import { useMay } from "../session";
import { said, useWords } from "../words";
import { conditionsOf, peopleOf } from "./wheres";

/** The editor is heavy, and comes when it is wanted. */
const WhereDrawer = lazy(async () => ({ default: (await import("./WhereDrawer")).WhereDrawer }));

interface ChipProps {
  section: Section;
  filter: Filter;
  filters: Filters;
  onChange: (value: FilterValue | null) => void;
}

export function WhereChip({ section, filter, filters, onChange }: ChipProps) {
  const t = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const where = (filters[filter.name] ?? null) as Where | null;
  const people = may("profiles.read") ? peopleOf(section.name, filters) : null;
  return (
    <>
      <span className={where === null ? "k-chip-pair" : "k-chip-pair k-chip-set"}>
        <button type="button" className="k-chip" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {where === null ? <><Icon name="segments" /> {said(filter)}</> : <>{said(filter)}: <b>{conditionsOf(where)}</b></>}
        </button>
        {where !== null && (
          <button type="button" className="k-chip k-chip-off" aria-label={t("kit.list.take_off", { filter: said(filter) })} onClick={() => onChange(null)}>
            <Icon name="close" />
          </button>
        )}
      </span>
      {people && <Go to="/profiles" search={{ f: { tree: people } }} className="k-chip">{t(`kit.where.people_${section.name}`)}</Go>}
      {isOpen && (
        <Suspense>
          <WhereDrawer
            section={section} filter={filter} filters={filters} onClose={() => setOpen(false)}
            onApply={(next) => {
              setOpen(false);
              onChange(next);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
