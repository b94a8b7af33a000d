/** Makes a schedule, or changes when one comes. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Dialog, said, Select, Switch, useChange, useSay, useWords } from "../../kit";
import { kinds, put, type Schedule } from "./api";
import { cronOf, patternOf, USUAL } from "./cron";
import { WhenFields } from "./When";

export function ScheduleDialog({ schedule, taken, onClose }: { schedule: Schedule | null; taken: Schedule[]; onClose: () => void }) {
  const t = useWords();
  const say = useSay();
  const { data } = useQuery(kinds);
  const [kind, choose] = useState(schedule?.kind ?? "");
  const [pattern, change] = useState(schedule ? patternOf(schedule.cron) : USUAL);
  const [isOn, turn] = useState(schedule?.is_on ?? true);
  const cron = cronOf(pattern);
  const saving = useChange(() => put({ kind, key: schedule?.key ?? "", cron, is_on: isOn, arguments: schedule?.arguments ?? {} }), {
    touches: [["schedules"]],
    onDone: () => {
      say(t("jobs.schedules.saved"));
      onClose();
    },
  });
  // What needs to be told more has a page of its own, where its schedule is made.
  const free = (data ?? []).filter((one) => one.is_allowed && one.needs.length === 0 && !taken.some((each) => each.kind === one.kind && each.key === ""));
  const isWhole = kind !== "" && cron !== "" && (pattern.every !== "week" || pattern.days.length > 0);
  return (
    <Dialog
      title={schedule ? said(schedule.title) : t("jobs.schedules.new")} confirm={t("jobs.schedules.save")} isBusy={saving.isPending} isDisabled={!isWhole}
      error={saving.error} onClose={onClose} onConfirm={() => saving.mutate(undefined)}
    >
      {!schedule && (
        <Select label={t("jobs.schedules.what")} hint={t("jobs.form.what_hint")} value={kind || null} onChange={choose} isBusy={!data} options={free.map((one) => ({ value: one.kind, label: said(one.title) }))} />
      )}
      <WhenFields value={pattern} onChange={change} />
      <Switch label={t("jobs.form.is_on")} value={isOn} onChange={turn} />
    </Dialog>
  );
}
