/** Joins the person of a card with somebody who is found by a search. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Dialog, useSay, useSection, useWords } from "../../kit";
import { type Profile, readCard } from "./api";
import Merge from "./Merge";
import { PersonPicker } from "./PersonPicker";

export function JoinCard({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const section = useSection("profiles");
  const [other, choose] = useState("");
  if (!other || !section) {
    return (
      <Dialog title={t("profiles.join.title")} confirm={t("profiles.pick.choose")} onConfirm={onDone} onClose={onDone} isDisabled isWide>
        <PersonPicker without={one.id} onChosen={({ id }) => choose(id)} />
      </Dialog>
    );
  }
  const end = (changed: boolean) => {
    onDone();
    if (!changed) return;
    say(t("profiles.join.done"));
    void readCard(client, undefined);
    void navigate({ to: ".", search: { tab: "identity" }, replace: true } as unknown as { to: "." });
  };
  return <Merge section={section} rows={[one.id, other].map((key) => ({ key, values: {} }))} onDone={end} />;
}
