/** Decides that the person of a card is never one with somebody else; and takes that back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Dialog, Note, useSay, useWords } from "../../kit";
import { type Profile, readCard, WAIT } from "./api";
import { PersonPicker, type Picked } from "./PersonPicker";

const params = { path: here, query: { wait: WAIT } };
const both = (ids: string[]) => ({ people: ids.map((profile) => ({ profile })) });

/** Asks for whom, then decides. */
export function KeepApart({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const client = useQueryClient();
  const [other, choose] = useState<Picked | null>(null);
  const separate = useMutation({
    mutationFn: () => got(api.POST("/api/{workspace}/identity/separations", { params, body: both([one.id, other?.id ?? ""]) })),
    onSuccess: () => {
      say(t("profiles.separate.done"));
      onDone();
    },
    onSettled: (answer) => readCard(client, answer),
  });
  return (
    <Dialog title={t("profiles.separate.title")} confirm={t("profiles.separate.confirm")} onConfirm={() => separate.mutate()} onClose={onDone} isBusy={separate.isPending} isDisabled={!other} error={separate.error} isWide>
      <p>{t("profiles.separate.text")}</p>
      {other ? <Note title={t("profiles.separate.chosen")}>{other.name}</Note> : <PersonPicker without={one.id} onChosen={choose} />}
    </Dialog>
  );
}

/** Takes a separation back. */
export function Permit({ people, onDone }: { people: string[]; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const client = useQueryClient();
  const permit = useMutation({
    mutationFn: () => got(api.POST("/api/{workspace}/identity/permissions", { params, body: both(people) })),
    onSuccess: () => {
      say(t("profiles.permit.done"));
      onDone();
    },
    onSettled: (answer) => readCard(client, answer),
  });
  return (
    <Dialog title={t("profiles.permit.title")} confirm={t("profiles.permit.confirm")} onConfirm={() => permit.mutate()} onClose={onDone} isBusy={permit.isPending} error={permit.error}>
      <p>{t("profiles.permit.text")}</p>
    </Dialog>
  );
}
