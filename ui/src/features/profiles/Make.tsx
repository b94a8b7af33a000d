/** Makes a person, or adds to the one whom an identifier names already. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { type ActionProps, Dialog, Note, TextField, useWords } from "../../kit";
import { WAIT } from "./api";
import { useAttributeNames } from "./names";

const KINDS = ["phone", "email"] as const;
const NAMES = ["last_name", "first_name", "middle_name"] as const;

export default function Make({ onDone }: ActionProps) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const [written, write] = useState<Record<string, string>>({});
  const held = (name: string) => written[name]?.trim() ?? "";
  const make = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/{workspace}/profiles", {
          params: { path: here, query: { wait: WAIT } },
          body: {
            identifiers: KINDS.filter(held).map((kind) => ({ kind, value: held(kind) })),
            attributes: Object.fromEntries(NAMES.filter(held).map((name) => [name, held(name)])),
          },
        }),
      ),
    onSuccess: () => onDone(true),
  });
  const field = (name: string) => <TextField key={name} label={nameOf(name)} value={written[name] ?? ""} onChange={(value) => write((before) => ({ ...before, [name]: value }))} />;
  return (
    <Dialog title={t("profiles.make.title")} confirm={t("profiles.make.confirm")} onConfirm={() => make.mutate()} onClose={() => onDone(false)} isBusy={make.isPending} isDisabled={!KINDS.some(held)} error={make.error}>
      <Note>{t("profiles.make.text")}</Note>
      {[...KINDS, ...NAMES].map(field)}
    </Dialog>
  );
}
