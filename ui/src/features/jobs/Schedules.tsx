/** Jobs that come by themselves: when, how it went, and a change of either. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Dialog, Empty, Failure, Mark, MenuButton, PageBody, PageHead, Panel, said, Table, Time, useChange, useMay, useSay, useWords, Waiting } from "../../kit";
import { kinds, put, remove, runNow, type Schedule, schedules } from "./api";
import { ScheduleDialog } from "./ScheduleDialog";
import { useWhen } from "./When";

const TOUCHES = [["schedules"], ["rows", "jobs"]];

export default function Schedules() {
  const t = useWords();
  const may = useMay();
  const { data, error, refetch } = useQuery(schedules);
  const [edited, edit] = useState<Schedule | "new" | null>(null);
  const [removed, askToRemove] = useState<Schedule | null>(null);
  const add = may("jobs.manage") && <Button kind="main" icon="add" onClick={() => edit("new")}>{t("jobs.schedules.add")}</Button>;
  return (
    <PageBody>
      <PageHead title={t("jobs.schedules.title")} note={t("jobs.schedules.note")} actions={add} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={6} /> : data.length === 0 ? (
        <Empty title={t("jobs.schedules.none")} action={add}>{t("jobs.schedules.none_text")}</Empty>
      ) : (
        <Panel><Found items={data} onEdit={edit} onRemove={askToRemove} /></Panel>
      )}
      {edited && <ScheduleDialog schedule={edited === "new" ? null : edited} taken={data ?? []} onClose={() => edit(null)} />}
      {removed && <Removing one={removed} onClose={() => askToRemove(null)} />}
    </PageBody>
  );
}

function Found({ items, onEdit, onRemove }: { items: Schedule[]; onEdit: (one: Schedule) => void; onRemove: (one: Schedule) => void }) {
  const t = useWords();
  const when = useWhen();
  return (
    <Table
      label={t("jobs.schedules.title")} items={items} keyOf={(one) => `${one.kind} ${one.key}`}
      columns={[
        { key: "title", title: t("jobs.schedules.what"), show: (one) => <>{said(one.title)}{one.key && <div className="k-hint">{one.key}</div>}</> },
        { key: "when", title: t("jobs.schedules.when"), show: (one) => when(one.cron) },
        { key: "next", title: t("jobs.schedules.next"), width: 150, show: (one) => (one.is_on ? <Time at={one.next_at} /> : <Mark tone="warn">{t("jobs.schedules.off")}</Mark>) },
        { key: "last", title: t("jobs.schedules.last"), width: 150, show: (one) => <Time at={one.last_at} isAgo /> },
        { key: "acts", title: "", width: 60, show: (one) => <Acts one={one} onEdit={onEdit} onRemove={onRemove} /> },
      ]}
    />
  );
}

function Acts({ one, onEdit, onRemove }: { one: Schedule; onEdit: (one: Schedule) => void; onRemove: (one: Schedule) => void }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const { data } = useQuery(kinds);
  const running = useChange(runNow, { touches: TOUCHES, onDone: () => say(t("jobs.schedules.begun")) });
  const switching = useChange((isOn: boolean) => put({ ...one, is_on: isOn }), { touches: TOUCHES, onDone: (_, isOn) => say(t(isOn ? "jobs.schedules.switched_on" : "jobs.schedules.switched_off")) });
  const kind = data?.find((each) => each.kind === one.kind);
  if (!may("jobs.manage") || !kind?.is_allowed) return null;
  return (
    <MenuButton
      icon="more" label={t("jobs.schedules.acts", { what: said(one.title) })} isSmall isBusy={running.isPending || switching.isPending}
      items={[
        { key: "edit", label: t("jobs.schedules.edit"), icon: "edit", onClick: () => onEdit(one) },
        { key: "run", label: t("jobs.schedules.run"), icon: "jobs", onClick: () => running.mutate(one) },
        { key: "switch", label: t(one.is_on ? "jobs.schedules.switch_off" : "jobs.schedules.switch_on"), onClick: () => switching.mutate(!one.is_on) },
        { key: "remove", label: t("jobs.schedules.remove"), icon: "delete", isDangerous: true, onClick: () => onRemove(one) },
      ]}
    />
  );
}

function Removing({ one, onClose }: { one: Schedule; onClose: () => void }) {
  const t = useWords();
  const removing = useChange(() => remove(one).then(() => null), { touches: TOUCHES, onDone: onClose });
  return (
    <Dialog title={t("jobs.schedules.remove_title")} confirm={t("jobs.schedules.remove_confirm")} isDangerous isBusy={removing.isPending} error={removing.error} onClose={onClose} onConfirm={() => removing.mutate(undefined)}>
      <p><b>{said(one.title)}</b>. {t("jobs.schedules.remove_text")}</p>
    </Dialog>
  );
}
