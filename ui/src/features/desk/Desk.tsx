/** The operator's desk: who calls is found, verified, and served; by the keyboard from the first key to the last. */
import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { Button, Note, PageBody, PageHead, Panel, TextField, useFormat, useWords } from "../../kit";
import { find, type Opened } from "./api";
import { Candidates } from "./Candidates";
import "./desk.css";
import { Refused } from "./Refused";
import { Serving } from "./Serving";

export default function Desk() {
  const t = useWords();
  const [text, write] = useState("");
  const [opened, open] = useState<Opened | null>(null);
  const [isOver, setOver] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const found = useMutation({ mutationFn: find, onMutate: () => setOver(false) });
  const { reset } = found;
  const begin = useCallback(() => {
    open(null);
    setOver(false);
    write("");
    reset();
    place.current?.querySelector("input")?.focus();
  }, [reset]);
  const end = useCallback(() => {
    begin();
    setOver(true);
  }, [begin]);
  // On arrival, and when a customer is closed: the head of the page takes the focus first.
  useEffect(() => {
    if (!opened) place.current?.querySelector("input")?.focus();
  }, [opened]);
  useShortcut("KeyN", begin);
  const seek = () => text.trim() && found.mutate(text.trim());
  if (opened) return <Serving key={opened.opening} opened={opened} onNext={begin} onOver={end} />;
  return (
    <PageBody isNarrow>
      <PageHead title={t("desk.title")} note={t("desk.note")} />
      {isOver && <Note tone="warn" title={t("desk.time_over")}>{t("desk.time_over_text")}</Note>}
      <Panel>
        <div ref={place} className="k-desk-find">
          <TextField label={t("desk.text")} hint={t("desk.hint")} value={text} onChange={write} most={200} onEnter={seek} />
          <Button kind="main" icon="search" onClick={seek} isBusy={found.isPending} isDisabled={!text.trim()}>{t("desk.find")}</Button>
        </div>
      </Panel>
      <div aria-live="polite" className="k-desk-said">
        {found.error && <Refused error={found.error} />}
        {found.data && <Said count={found.data.count} />}
      </div>
      {found.data && found.data.count > 0 && <Candidates key={found.data.people[0]?.key} people={found.data.people} onOpened={open} onOver={begin} />}
    </PageBody>
  );
}

function Said({ count }: { count: number }) {
  const t = useWords();
  const format = useFormat();
  if (count === 0) return <Note tone="warn" title={t("desk.nobody")}>{t("desk.nobody_text")}</Note>;
  return <p className="k-soft">{t("desk.count", { count, number: format.number(count) })}</p>;
}

/** Alt and a key, by its place on the keyboard, whatever the layout. */
function useShortcut(code: string, act: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.altKey || event.code !== code) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [code, act]);
}
