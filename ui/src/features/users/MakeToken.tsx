/** Makes a key of the API: its rights, its term, and the secret once. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Right } from "../../api/queries";
import { type ActionProps, CodeBlock, Dialog, Note, NumberField, TextField, useChange, useWords } from "../../kit";
import { RightsTable } from "./RightsTable";
import "./users.css";

const DAY_MS = 86_400_000;

export default function MakeToken({ onDone }: ActionProps) {
  const t = useWords();
  const [name, write] = useState("");
  const [scopes, setScopes] = useState<Right[]>([]);
  const [days, setDays] = useState<number | null>(365);
  const make = useChange(() =>
    got(
      api.POST("/api/{workspace}/tokens", {
        params: { path: here },
        body: { name: name.trim(), scopes, expires_at: days === null ? null : Date.now() + days * DAY_MS },
      }),
    ),
  );
  if (make.data) return <Secret secret={make.data.secret} name={make.data.token.name} onDone={() => onDone(true)} />;
  return (
    <Dialog
      title={t("users.token.title")} confirm={t("users.token.confirm")} onConfirm={() => make.mutate(undefined)} onClose={() => onDone(false)}
      isBusy={make.isPending} isDisabled={!name.trim() || scopes.length === 0} error={make.error} isWide
    >
      <div className="k-grid-2 k-grid-small">
        <TextField label={t("users.token.name")} hint={t("users.token.name_hint")} isRequired isFocused value={name} onChange={write} most={200} />
        <NumberField label={t("users.token.days")} hint={t("users.token.days_hint")} value={days} onChange={setDays} least={1} most={3650} />
      </div>
      <RightsTable chosen={scopes} onChange={setScopes} />
    </Dialog>
  );
}

function Secret({ secret, name, onDone }: { secret: string; name: string; onDone: () => void }) {
  const t = useWords();
  return (
    <Dialog title={t("users.token.secret", { name })} confirm={t("users.token.kept")} onConfirm={onDone} onClose={onDone}>
      <Note tone="warn" title={t("users.token.once")}>{t("users.token.once_text")}</Note>
      <CodeBlock text={secret} label={t("users.token.secret", { name })} />
    </Dialog>
  );
}
