/** The list of records: what the server declares as a section, with columns, filters, order and actions.

It fills the height it is given. Its state is kept by who shows it: a page keeps it in the address.
*/
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo, useState } from "react";

import { type Filters, type Row, rows as rowsQuery, type Section } from "../../api/queries";
import { Button, Select } from "../controls";
import { useExtra, useMay } from "../session";
import { Empty, Failure, NothingFound, Waiting } from "../states";
import { said, useWords } from "../words";
import { BulkBar, MakeButtons, offered, useActions, WholeButtons } from "./actions";
import { holding, known, type ListPlace, orderFor } from "./asking";
import { ColumnDrawer } from "./ColumnDrawer";
import { addedAmong, changed, shown } from "./columns";
import { ExportDialog } from "./ExportDialog";
import { FilterBar } from "./FilterBar";
import { foldersOf } from "./folders";
import { FolderStrip } from "./FolderStrip";
import { Grid } from "./Grid";
import { useListKeys } from "./keys";
import { type ColumnPlace, useLayout } from "./layout";
import { More } from "./More";
import { RowDrawer } from "./RowDrawer";
import { useTotal } from "./Total";
import { countOf } from "./work";

interface RecordListProps {
  section: Section;
  place: ListPlace;
  onPlace: (place: ListPlace) => void;
  /** Filters that the place asks itself, as the orders of one person. */
  fixed?: Filters;
  /** Draws the head around the buttons that make a row; without it they stand beside the filters. */
  head?: (buttons: ReactNode) => ReactNode;
  /** What stands in place of rows while there are none at all. */
  empty?: ReactNode;
}

const NO_FILTERS: Filters = {};
const NO_COLUMNS: ColumnPlace[] = [];

export function RecordList({ section, place, onPlace, fixed = NO_FILTERS, head, empty }: RecordListProps) {
  const t = useWords();
  const extra = useExtra(section.name);
  const folders = useQuery({ ...foldersOf(section.name), enabled: head !== undefined }).data;
  const layout = useLayout(section, folders?.find((one) => one.id === place.folder)?.columns ?? NO_COLUMNS);
  const [isArranging, setArranging] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isEvery, setEvery] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const may = useMay();

  const filters = known(section, place.f ?? NO_FILTERS);
  const order = orderFor(section, { ...filters, ...fixed }, place.o);
  const added = addedAmong(section, layout.places);
  const list = useInfiniteQuery(rowsQuery(section.name, { filters: { ...filters, ...fixed }, order, added }));
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const asked = { ...filters, ...fixed };
  const total = useTotal()(useQuery({ ...countOf(section.name, asked), enabled: list.data?.pages.length !== undefined && list.hasNextPage }).data);
  const clear = () => {
    setChosen(new Set());
    setEvery(false);
  };
  const { begin, dialog } = useActions(section, extra, () => {
    clear();
    void list.refetch();
  });

  const choose = useCallback((keys: string[], isChosen: boolean) => {
    setEvery(false);
    setChosen((before) => {
      const next = new Set(before);
      for (const key of keys) {
        if (isChosen) next.add(key);
        else next.delete(key);
      }
      return next;
    });
  }, []);
  const open = (row: Row) => onPlace({ ...place, open: row.key });
  const change = (f: Filters | undefined) => {
    clear();
    onPlace({ ...place, f, open: undefined });
  };
  const first = section.filters.find((one) => !(one.name in fixed));
  const canExport = may("exports.run");
  const canChoose = canExport || offered(section, extra, "many").length > 0;
  useListKeys({
    onFilter: () => setOpened(first?.name ?? null),
    onChoose: (key) => canChoose && choose([key], !chosen.has(key)),
  });

  const ofList = offered(section, extra, "none");
  const making = <MakeButtons actions={ofList.filter((one) => !extra.whole?.includes(one.name))} begin={begin} />;
  const buttons = <><WholeButtons actions={ofList.filter((one) => extra.whole?.includes(one.name))} begin={begin} />{making}</>;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <div className="k-list">
      {head?.(buttons)}
      {head && <FolderStrip section={section} place={place} layout={layout} onPlace={onPlace} />}
      <div className="k-bar">
        <FilterBar section={section} filters={filters} fixed={fixed} onChange={change} opened={opened} onOpened={setOpened} />
        <div className="k-row k-bar-tools">
          {!head && buttons}
          <OrderSelect section={section} order={order} onOrder={(o) => onPlace({ ...place, o })} />
          <Button kind="quiet" icon="reload" label={t("kit.list.refresh")} isBusy={list.isFetching && !list.isPending} onClick={() => void list.refetch()} />
          {canExport && (
            <Button kind="quiet" icon="download" onClick={() => setExporting(true)}>
              {t("kit.export.open")}
            </Button>
          )}
          <Button kind="quiet" icon="columns" onClick={() => setArranging(true)}>
            {t("kit.columns.title")}
          </Button>
        </div>
      </div>
      {list.isError && items.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting lines={12} />
      ) : items.length === 0 && !list.hasNextPage ? (
        isFiltered ? <NothingFound onClear={() => change(undefined)} /> : (empty ?? <Empty title={t("kit.list.empty")} action={making}>{said(section.about)}</Empty>)
      ) : (
        // The rows scroll, so the keyboard has to reach what scrolls.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="k-scroll k-fill" tabIndex={0} role="region" aria-label={said(section)}>
          <Grid
            section={section} extra={extra} places={shown(layout.places)} rows={items} order={holding(section, order)}
            onOrder={(o) => onPlace({ ...place, o })}
            onWidth={(name, width) => layout.arrange(changed(layout.places, name, { width }))}
            chosen={canChoose ? chosen : null} onChoose={choose} opened={place.open} onOpen={open}
          />
          <More list={list} count={items.length} total={total} at={list.data?.pages[0]?.at ?? null} />
        </div>
      )}
      <BulkBar
        section={section} extra={extra} rows={items.filter((one) => chosen.has(one.key))} begin={begin} total={total}
        every={isEvery ? { filters: asked, order, total } : null}
        onEvery={list.hasNextPage && chosen.size >= items.length ? () => setEvery(true) : null}
        onExport={canExport ? () => setExporting(true) : null} onClear={clear}
      />
      <ColumnDrawer section={section} layout={layout} isOpen={isArranging} onClose={() => setArranging(false)} />
      <RowDrawer section={section} extra={extra} row={items.find((one) => one.key === place.open)} begin={begin} onClose={() => onPlace({ ...place, open: undefined })} />
      {isExporting && (
        <ExportDialog
          section={section} filters={asked} order={order} keys={isEvery ? [] : [...chosen]}
          columns={shown(layout.places).map((one) => one.name)} onClose={() => setExporting(false)}
          total={chosen.size > 0 && !isEvery ? String(chosen.size) : list.hasNextPage ? total : String(items.length)}
        />
      )}
      {dialog}
    </div>
  );
}

/** Shown where some order has no column in the list whose head could ask for it. */
function OrderSelect({ section, order, onOrder }: { section: Section; order: string; onOrder: (order: string) => void }) {
  const t = useWords();
  const columns = new Set(section.columns.map((one) => one.name));
  if (section.orders.every((one) => columns.has(one.name.replace(/^-/, "")))) return null;
  const options = section.orders.map((one) => ({
    value: one.name,
    label: `${said(one)} ${one.name.startsWith("-") ? "↓" : "↑"}`,
  }));
  return (
    <div className="k-order">
      <Select label={t("kit.list.order")} isLabelHidden value={holding(section, order)} options={options} onChange={onOrder} />
    </div>
  );
}

/** A list inside of a page, which keeps its state to itself. */
export function InnerList(props: Omit<RecordListProps, "place" | "onPlace">) {
  const [place, setPlace] = useState<ListPlace>({});
  return <RecordList {...props} place={place} onPlace={setPlace} />;
}
