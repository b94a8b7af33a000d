/** Makes the columns, as they stand here, those that a role sees until its people arrange their own; or takes that back. */
import { useState } from "react";

import { api, here } from "../../api/client";
import type { Section } from "../../api/queries";
import { useChange } from "../change";
import { Button, Select } from "../controls";
import { Dialog, useSay } from "../overlay";
import { useRoleNames, useRoles } from "../roles";
import { Refusal } from "../states";
import { useWords } from "../words";
import { type Layout, toKeep } from "./layout";

const EVERYBODY = "everybody";

export function RoleColumns({ section, layout, onClose }: { section: Section; layout: Layout; onClose: () => void }) {
  const t = useWords();
  const say = useSay();
  const nameOf = useRoleNames();
  const [role, setRole] = useState(EVERYBODY);
  const options = [{ value: EVERYBODY, label: t("kit.columns.everybody") }, ...useRoles().map((one) => ({ value: one.name, label: nameOf(one.name) }))];
  const params = { path: { ...here, section: section.name, role } };
  const done = (text: string) => ({
    touches: [["columns", section.name]],
    onDone: () => {
      say(text);
      onClose();
    },
  });
  const making = useChange(
    () => api.PUT("/api/{workspace}/console/columns/{section}/roles/{role}", { params, body: { columns: toKeep(layout.places) } }),
    done(t("kit.columns.made_for_role")),
  );
  const dropping = useChange(() => api.DELETE("/api/{workspace}/console/columns/{section}/roles/{role}", { params }), done(t("kit.columns.dropped_for_role")));
  return (
    <Dialog
      title={t("kit.columns.for_role")} confirm={t("kit.columns.make_for_role")} onClose={onClose} isBusy={making.isPending}
      error={making.error} onConfirm={() => making.mutate(undefined)}
    >
      <p>{t("kit.columns.for_role_text")}</p>
      <Select label={t("kit.columns.role")} value={role} options={options} onChange={setRole} />
      <Button kind="quiet" isBusy={dropping.isPending} onClick={() => dropping.mutate(undefined)}>{t("kit.columns.drop_for_role")}</Button>
      <Refusal error={dropping.error} />
    </Dialog>
  );
}
