/** The filters of a list as chips: those that hold, and a way to the others. */
import { useState } from "react";

import { useQuery } from "@tanstack/react-query";

import { type Column, type Filter, type Filters, type FilterValue, rowsOnce, type Section, type Ways } from "../../api/queries";
import { isTree } from "../../api/trees";
import { TextField } from "../controls";
import { Icon } from "../icons";
import { Popover } from "../overlay";
import type { Rule } from "../rules/model";
import { useFormat, useSection } from "../session";
import { said, useWords } from "../words";
import { isBetween, isDays, isRange, isWay, withFilter } from "./asking";
import { FilterEditor, nameOf, useMovingName } from "./FilterEditor";
import { RuleOffers } from "./RuleOffers";
import { TreeChip } from "./TreeChip";
import { WhereChip } from "./WhereChip";

/** So many filters are in sight from the beginning; beside conditions, which take room, fewer. */
const IN_SIGHT = 4;
const IN_SIGHT_BESIDE = 2;

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
  const [begun, begin] = useState<Rule | null>(null);
  const free = section.filters.filter((one) => !(one.name in fixed) && one.kind !== "tree");
  const tree = section.filters.find((one) => one.kind === "tree" && !(one.name in fixed));
  const room = tree && tree.name in filters ? IN_SIGHT_BESIDE : IN_SIGHT;
  const inSight = free.filter((one, index) => index < room || one.name in filters || one.name === opened);
  const others = free.filter((one) => !inSight.includes(one));
  if (free.length === 0 && !tree) return null;
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
            <OtherFilters
              section={section} filters={others}
              onRule={tree && !tree.of ? (rule) => {
                setListing(false);
                begin(rule);
              } : undefined}
              onPick={(name) => {
                setListing(false);
                onOpened(name);
              }}
            />
          }
        >
          <button type="button" className="k-chip">
            <Icon name="add" /> {t("kit.list.more_filters")}
          </button>
        </Popover>
      )}
      {tree?.of && <WhereChip section={section} filter={tree} filters={filters} onChange={(value) => onChange(withFilter(filters, tree.name, value))} />}
      {tree && !tree.of && (
        <TreeChip
          section={section} filter={tree} value={filters[tree.name] ?? null} begun={begun} onClose={() => begin(null)}
          onChange={(value) => onChange(withFilter(filters, tree.name, value))}
        />
      )}
      {Object.keys(filters).length > 0 && (
        <button type="button" className="k-chip k-chip-clear" onClick={() => onChange(undefined)}>
          {t("kit.list.clear")}
        </button>
      )}
    </div>
  );
}

const FEW = 8;

interface OthersProps {
  section: Section;
  filters: Filter[];
  onPick: (name: string) => void;
  /** Given where a tree of conditions can ask for the workspace's own columns. */
  onRule: ((rule: Rule) => void) | undefined;
}

/** The filters that are not in sight; sought by name where there are many. */
function OtherFilters({ section, filters, onPick, onRule }: OthersProps) {
  const t = useWords();
  const [sought, seek] = useState("");
  const isSought = (one: Filter | Column) => said(one).toLocaleLowerCase().includes(sought.trim().toLocaleLowerCase());
  return (
    <div className="k-stack">
      {filters.length > FEW && <TextField label={t("kit.list.find_filter")} isLabelHidden kind="search" placeholder={t("kit.list.find_filter")} value={sought} onChange={seek} />}
      <div className="k-offers">
        {filters.filter(isSought).map((one) => (
          <button key={one.name} type="button" onClick={() => onPick(one.name)}>
            {said(one)}
          </button>
        ))}
      </div>
      {onRule && <RuleOffers section={section} isSought={isSought} onPick={onRule} />}
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
  if (isWay(value)) return <WayText filter={filter} value={value} />;
  if (isRange(value)) {
    const end = (at: number) => (filter.kind === "period" ? format.day(at) : format.number(at));
    return <Ends from={value.from} to={filter.kind === "period" && value.to !== undefined ? value.to - 1 : value.to} show={end} />;
  }
  // A tree stands on a chip of its own.
  if (isTree(value)) return null;
  if (isBetween(value)) {
    const { currency } = value;
    if (currency && value.from === undefined && value.to === undefined) return currency;
    return <Ends from={value.from} to={value.to} show={(end) => (currency ? format.money(end, currency) : format.date(end))} />;
  }
  const choice = filter.choices.find((one) => one.value === value);
  if (choice) return said(choice);
  return filter.kind === "reference" ? <ReferenceText section={filter.refers} value={value} /> : value;
}

function Ends<End>({ from, to, show }: { from: End | undefined; to: End | undefined; show: (end: End) => string }) {
  const t = useWords();
  if (from === undefined) return to === undefined ? null : `${t("kit.list.to")} ${show(to)}`;
  if (to === undefined) return `${t("kit.list.from")} ${show(from)}`;
  const [first, last] = [show(from), show(to)];
  return first === last ? first : `${first} – ${last}`;
}

function WayText({ filter, value }: { filter: Filter; value: Ways }) {
  const t = useWords();
  if ("empty" in value) return t(value.empty ? "kit.ways.empty" : "kit.ways.filled");
  if ("begins" in value) return t("kit.ways.begins_text", { text: value.begins });
  if ("contains" in value) return t("kit.ways.contains_text", { text: value.contains });
  if (filter.kind === "reference" && value.any.length > 1) return t("kit.ways.any_text", { count: value.any.length });
  const names = value.any.map((one) => filter.choices.find((choice) => choice.value === one));
  return names.map((one, at) => (one ? said(one) : value.any[at])).join(", ");
}

/** The name of a row of another section, where its first page holds it. */
function ReferenceText({ section: name, value }: { section: string; value: string }) {
  const section = useSection(name);
  const isShort = name !== "profiles" && section !== undefined;
  const found = useQuery({ ...rowsOnce(name, {}), enabled: isShort });
  const row = found.data?.items.find((one) => one.key === value);
  return section && row ? nameOf(section, row) : value.length > 24 ? `…${value.slice(-8)}` : value;
}
