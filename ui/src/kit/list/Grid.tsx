/** The rows of a list as a table: pinned columns and the head stay in sight, heads order and resize. */
import { memo, type PointerEvent as ReactPointerEvent, type ReactNode } from "react";

import type { Column, Row, Section } from "../../api/queries";
import { Checkbox } from "../controls";
import { Icon } from "../icons";
import { Go } from "../layout";
import type { ListExtra } from "../page";
import { said, useWords } from "../words";
import { nextOrder } from "./asking";
import { Cell, isRight } from "./Cell";
import { bounded, type Place } from "./columns";

const TICK_WIDTH = 40;

interface GridProps {
  section: Section;
  extra: ListExtra;
  places: Place[];
  rows: Row[];
  order: string;
  onOrder: (order: string) => void;
  onWidth: (name: string, width: number) => void;
  chosen: ReadonlySet<string> | null;
  onChoose: (keys: string[], isChosen: boolean) => void;
  opened: string | undefined;
  onOpen: (row: Row) => void;
  children?: ReactNode;
}

export function Grid(props: GridProps) {
  const { section, places, rows, chosen, onChoose, opened, onOpen, extra } = props;
  const t = useWords();
  const columns = new Map(section.columns.map((one) => [one.name, one]));
  const width = places.reduce((sum, one) => sum + one.width, chosen ? TICK_WIDTH : 0);
  const lefts = leftsOf(places, chosen ? TICK_WIDTH : 0);
  const isAll = rows.length > 0 && rows.every((one) => chosen?.has(one.key));
  return (
    <table className="k-grid" style={{ minWidth: width }} aria-label={said(section)}>
      <colgroup>
        {chosen && <col style={{ width: TICK_WIDTH }} />}
        {places.map((one) => (
          <col key={one.name} style={{ width: one.width }} />
        ))}
        <col />
      </colgroup>
      <thead>
        <tr>
          {chosen && (
            <th scope="col" className="k-tick k-pinned" style={{ left: 0 }}>
              <Checkbox
                label={t("kit.list.choose_all")} isLabelHidden value={isAll} isPartly={chosen.size > 0 && !isAll}
                onChange={(isChosen) => onChoose(rows.map((one) => one.key), isChosen)}
              />
            </th>
          )}
          {places.map((one) => {
            const column = columns.get(one.name);
            return column && <Head key={one.name} {...props} column={column} place={one} left={lefts.get(one.name)} />;
          })}
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Line
            key={row.key} section={section} extra={extra} row={row} places={places} lefts={lefts} columns={columns}
            isChosen={chosen ? chosen.has(row.key) : null} onChoose={onChoose} isOpen={opened === row.key} onOpen={onOpen}
          />
        ))}
      </tbody>
    </table>
  );
}

/** How far from the left edge each pinned column stays. */
function leftsOf(places: Place[], from: number): Map<string, number> {
  const lefts = new Map<string, number>();
  let left = from;
  for (const one of places) {
    if (!one.isPinned) continue;
    lefts.set(one.name, left);
    left += one.width;
  }
  return lefts;
}

function Head({ section, column, place, left, order, onOrder, onWidth }: GridProps & { column: Column; place: Place; left: number | undefined }) {
  const t = useWords();
  const next = nextOrder(section, column.name, order);
  const isOrdered = order.replace(/^-/, "") === column.name;
  const isFalling = order.startsWith("-");
  const sort = isOrdered ? (isFalling ? "descending" : "ascending") : undefined;
  return (
    <th
      scope="col" aria-sort={sort} className={classes(isRight(column) && "k-right", left !== undefined && "k-pinned")}
      style={{ left }} title={column.is_added ? t("kit.list.unordered", { column: said(column) }) : said(column)}
    >
      {next === null ? (
        <span className="k-head-text"><span>{said(column)}</span></span>
      ) : (
        <button type="button" className="k-head-text" onClick={() => onOrder(next)}>
          <span>{said(column)}</span>
          {isOrdered && <Icon name={isFalling ? "sort-down" : "sort-up"} />}
        </button>
      )}
      <span
        className="k-grip" title={t("kit.list.width")} aria-hidden="true"
        onPointerDown={(event) => resize(event, place.width, (width) => onWidth(column.name, width))}
      />
    </th>
  );
}

/** Follow the pointer until it is let go. */
function resize(event: ReactPointerEvent, from: number, onWidth: (width: number) => void): void {
  event.preventDefault();
  const started = event.clientX;
  const move = (moved: PointerEvent) => onWidth(bounded(from + moved.clientX - started));
  const stop = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", stop);
}

interface LineProps {
  section: Section;
  extra: ListExtra;
  row: Row;
  places: Place[];
  lefts: Map<string, number>;
  columns: Map<string, Column>;
  isChosen: boolean | null;
  onChoose: (keys: string[], isChosen: boolean) => void;
  isOpen: boolean;
  onOpen: (row: Row) => void;
}

const Line = memo(function Line({ section, extra, row, places, lefts, columns, isChosen, onChoose, isOpen, onOpen }: LineProps) {
  const t = useWords();
  return (
    <tr
      className={classes(isOpen && "k-open", isChosen === true && "k-chosen")}
      onClick={(event) => {
        if (isPlainClick(event.target)) onOpen(row);
      }}
    >
      {isChosen !== null && (
        <td className="k-tick k-pinned" style={{ left: 0 }}>
          <Checkbox label={t("kit.list.choose_row")} isLabelHidden value={isChosen} onChange={(value) => onChoose([row.key], value)} />
        </td>
      )}
      {places.map((place, index) => {
        const column = columns.get(place.name);
        if (!column) return null;
        const cell = <Cell section={section} column={column} row={row} />;
        const left = lefts.get(place.name);
        return (
          <td key={place.name} className={classes(isRight(column) && "k-right", left !== undefined && "k-pinned")} style={{ left }}>
            <div className="k-cell">{index === 0 ? <Opener row={row} extra={extra} onOpen={onOpen}>{column.refers && !extra.cells?.[column.name] ? <Bare row={row} column={column} /> : cell}</Opener> : cell}</div>
          </td>
        );
      })}
      <td />
    </tr>
  );
});

/** The first cell opens the row, by mouse and by keyboard; with Ctrl or the middle button in another tab. */
function Opener({ row, extra, onOpen, children }: { row: Row; extra: ListExtra; onOpen: (row: Row) => void; children: ReactNode }) {
  if (extra.page) {
    return (
      <span data-row={row.key}>
        <Go to={extra.page(row)} className="k-opener">
          {children}
        </Go>
      </span>
    );
  }
  return (
    <span data-row={row.key}>
      <button type="button" className="k-opener" onClick={() => onOpen(row)}>
        {children}
      </button>
    </span>
  );
}

/** A link inside of a link is none: the key alone. */
function Bare({ row, column }: { row: Row; column: Column }) {
  const value = String(row.values[column.name] ?? row.key);
  return <span title={value}>{value.length > 24 ? `…${value.slice(-8)}` : value}</span>;
}

/** Whether a click is meant for the row: not for a control in it, and not the end of marking text. */
function isPlainClick(target: EventTarget): boolean {
  const isControl = target instanceof Element && target.closest("a, button, input, label") !== null;
  return !isControl && (window.getSelection()?.toString() ?? "") === "";
}

function classes(...names: (string | false)[]): string | undefined {
  return names.filter(Boolean).join(" ") || undefined;
}
