/** The people and orders that a user or a key may see: by region, store, brand, source of data. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

import { rowsOnce } from "../../api/queries";
import { Button, Dialog, Facts, Failure, Mark, Note, type Option, Panel, SelectMany, useChange, useMay, useSay, useSections, useWords, Waiting } from "../../kit";
import type { Rows } from "./api";

const DIMENSIONS = ["region", "store", "brand", "source"] as const;

interface RowLimitProps {
  asked: UseQueryResult<Rows>;
  /** Said of whom, as «this user». */
  whose: string;
  touches: string[][];
  save: (limit: Rows) => Promise<unknown>;
  /** Why there can be no limit. */
  barred?: string;
}

export function RowLimit({ asked, whose, touches, save, barred }: RowLimitProps) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const nameOf = useValueNames();
  const { data, error, refetch } = asked;
  const named = DIMENSIONS.filter((one) => data?.[one]);
  return (
    <Panel
      title={t("users.rows.title")}
      extra={data && !barred && <Button isSmall icon="edit" onClick={() => setOpen(true)}>{t("users.rows.change")}</Button>}
    >
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={2} /> : named.length === 0 ? (
        <p className="k-soft">{barred ?? t("users.rows.all")}</p>
      ) : (
        <Facts
          items={named.map((one) => ({
            key: one,
            name: t(`users.rows.${one}`),
            value: data[one]?.length ? <span className="k-row">{data[one].map((value) => <Mark key={value}>{nameOf(one, value)}</Mark>)}</span> : t("users.rows.nothing"),
          }))}
        />
      )}
      {isOpen && data && <Editing before={data} whose={whose} touches={touches} save={save} onDone={() => setOpen(false)} />}
    </Panel>
  );
}

function Editing(props: { before: Rows; whose: string; touches: string[][]; save: (limit: Rows) => Promise<unknown>; onDone: () => void }) {
  const { before, whose, touches, save, onDone } = props;
  const t = useWords();
  const say = useSay();
  const options = useOptions();
  const [limit, setLimit] = useState<Rows>(before);
  const change = useChange(() => save(limit), {
    touches,
    onDone: () => {
      say(t("users.rows.done"));
      onDone();
    },
  });
  const put = (name: string, values: string[]) => {
    const { [name]: _, ...others } = limit;
    setLimit(values.length ? { ...others, [name]: values } : others);
  };
  return (
    <Dialog title={t("users.rows.title")} confirm={t("users.rows.save")} onConfirm={() => change.mutate(undefined)} onClose={onDone} isBusy={change.isPending} error={change.error}>
      <Note>{t("users.rows.text", { whose })}</Note>
      {DIMENSIONS.map((one) => (
        <SelectMany key={one} label={t(`users.rows.${one}`)} hint={options[one] ? undefined : t("users.rows.write")} values={limit[one] ?? []} options={options[one]} onChange={(values) => put(one, values)} />
      ))}
    </Dialog>
  );
}

/** Stores and sources are chosen from their lists, where they may be seen; regions and brands are written. */
function useOptions(): Partial<Record<string, Option[]>> {
  const may = useMay();
  const there = new Set(useSections().map((one) => one.name));
  const stores = useQuery({ ...rowsOnce("stores", {}), enabled: may("catalogue.read") && there.has("stores") }).data;
  const sources = useQuery({ ...rowsOnce("sources", {}), enabled: may("sources.manage") && there.has("sources") }).data;
  return {
    store: stores && !stores.next ? stores.items.map((row) => ({ value: String(row.values["code"] ?? row.key), label: String(row.values["name"] || row.key) })) : undefined,
    source: sources?.items.map((row) => ({ value: row.key, label: String(row.values["name"] ?? row.key) })),
  };
}

function useValueNames(): (dimension: string, value: string) => string {
  const options = useOptions();
  return (dimension, value) => options[dimension]?.find((one) => one.value === value)?.label ?? value;
}
