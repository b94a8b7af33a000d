/** The filters of a list as chips: those that hold, and a way to the others. */
import { useState } from "react";

import { useQuery } from "@tanstack/react-query";

import { type Filter, type Filters, type FilterValue, rowsOnce, type Section } from "../../api/queries";
import { Icon } from "../icons";
import { Popover } from "../overlay";
import { useFormat, useSection } from "../session";
import { said, useWords } from "../words";
import { isDays, isRange, withFilter } from "./asking";
import { FilterEditor, nameOf, useMovingName } from "./FilterEditor";

/** So many filters are in sight from the beginning. */
const IN_SIGHT = 4;

interface BarProps {
  section: Section;
  filters: Filters;
  /** Filters that the place itself asks and nobody may change. */
  fixed: Filters;
  onChange: (filters: Filters | undefined) => void;
  /** Name of the filter whose editor is open. */
  opened: string | null;
  onOpened: (name: string | null) => void;
}

export function FilterBar({ section, filters, fixed, onChange, opened, onOpened }: BarProps) {
  const t = useWords();
  const [isListing, setListing] = useState(false);
  const free = section.filters.filter((one) => !(one.name in fixed));
  const inSight = free.filter((one, index) => index < IN_SIGHT || one.name in filters || one.name === opened);
  const others = free.filter((one) => !inSight.includes(one));
  if (free.length === 0) return null;
  return (
    <div className="k-filters" role="group" aria-label={t("kit.list.filters")}>
      {inSight.map((one) => (
        <Chip
          key={one.name} filter={one} value={filters[one.name] ?? null} isOpen={opened === one.name}
          onOpen={(isOpen) => onOpened(isOpen ? one.name : null)}
          onChange={(value) => {
            onChange(withFilter(filters, one.name, value === one.default ? null : value));
            onOpened(null);
          }}
        />
      ))}
      {others.length > 0 && (
        <Popover
          isOpen={isListing} onOpen={setListing}
          content={
            <div className="k-offers">
              {others.map((one) => (
                <button
                  key={one.name} type="button"
                  onClick={() => {
                    setListing(false);
                    onOpened(one.name);
                  }}
                >
                  {said(one)}
                </button>
              ))}
            </div>
          }
        >
          <button type="button" className="k-chip">
            <Icon name="add" /> {t("kit.list.more_filters")}
          </button>
        </Popover>
      )}
      {Object.keys(filters).length > 0 && (
        <button type="button" className="k-chip k-chip-clear" onClick={() => onChange(undefined)}>
          {t("kit.list.clear")}
        </button>
      )}
    </div>
  );
}

interface ChipProps {
  filter: Filter;
  value: FilterValue | null;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onChange: (value: FilterValue | null) => void;
}

function Chip({ filter, value, isOpen, onOpen, onChange }: ChipProps) {
  const t = useWords();
  const holding = value ?? (filter.default || null);
  const isSet = value !== null;
  return (
    <span className={isSet ? "k-chip-pair k-chip-set" : "k-chip-pair"}>
      <Popover isOpen={isOpen} onOpen={onOpen} content={<FilterEditor filter={filter} value={value} onChange={onChange} />}>
        <button type="button" className="k-chip" aria-expanded={isOpen}>
          {said(filter)}
          {holding !== null && (
            <>
              : <b><ValueText filter={filter} value={holding} /></b>
            </>
          )}
          {!isSet && <Icon name="down" />}
        </button>
      </Popover>
      {isSet && (
        <button type="button" className="k-chip k-chip-off" aria-label={t("kit.list.take_off", { filter: said(filter) })} onClick={() => onChange(null)}>
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

function ValueText({ filter, value }: { filter: Filter; value: FilterValue }) {
  const movingName = useMovingName();
  const t = useWords();
  const format = useFormat();
  if (typeof value === "boolean") return value ? t("kit.yes") : t("kit.no");
  if (isDays(value)) return movingName(value);
  if (isRange(value)) {
    const end = (at: number) => (filter.kind === "period" ? format.day(at) : format.number(at));
    const last = value.to === undefined ? undefined : filter.kind === "period" ? value.to - 1 : value.to;
    if (value.from !== undefined && last !== undefined) {
      const [first, second] = [end(value.from), end(last)];
      return first === second ? first : `${first} – ${second}`;
    }
    return value.from !== undefined ? `${t("kit.list.from")} ${end(value.from)}` : `${t("kit.list.to")} ${end(last ?? 0)}`;
  }
  const choice = filter.choices.find((one) => one.value === value);
  if (choice) return said(choice);
  return filter.kind === "reference" ? <ReferenceText section={filter.refers} value={value} /> : value;
}

/** The name of a row of another section, where its first page holds it. */
function ReferenceText({ section: name, value }: { section: string; value: string }) {
  const section = useSection(name);
  const isShort = name !== "profiles" && section !== undefined;
  const found = useQuery({ ...rowsOnce(name, {}), enabled: isShort });
  const row = found.data?.items.find((one) => one.key === value);
  return section && row ? nameOf(section, row) : value.length > 24 ? `…${value.slice(-8)}` : value;
}
