/** The search of Ctrl+K: pages and lists by their names, people by what identifies them. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Modal, Input } from "../kit/palette";
import { useDeferredValue, useState } from "react";

import { rowsOnce } from "../api/queries";
import { nameOf } from "../kit/list/FilterEditor";
import { useExtra, useSection } from "../kit/session";
import { useWords } from "../kit/words";
import { useMenu } from "./Menu";

interface Hit {
  key: string;
  title: string;
  note: string;
  to: string;
  search?: Record<string, unknown>;
}

const MOST = 8;
/** Shorter texts identify nobody. */
const LEAST = 4;

export function Search({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const sought = useDeferredValue(text.trim());
  const places = usePlaces(sought);
  const people = usePeople(sought);
  const hits = [...people.hits, ...places];
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    void navigate({ to: hit.to, search: hit.search ?? {} } as unknown as { to: "/" });
  };
  const press = (code: string) => {
    if (code === "ArrowDown") setAt((at + 1) % Math.max(1, hits.length));
    else if (code === "ArrowUp") setAt((at - 1 + hits.length) % Math.max(1, hits.length));
    else if (code === "Enter" || code === "NumpadEnter") go(hits[at]);
    else return false;
    return true;
  };
  return (
    <Modal title={t("shell.search.title")} onClose={onClose}>
      <Input
        label={t("shell.search.title")} placeholder={t("shell.search.hint")} value={text} onPress={press}
        controls="found" active={hits[at] && `hit-${at}`}
        onChange={(value) => {
          setText(value);
          setAt(0);
        }}
      />
      <div id="found" role="listbox" aria-label={t("shell.search.found")} className="k-hits">
        {hits.map((hit, index) => (
          <div
            key={hit.key} id={`hit-${index}`} role="option" tabIndex={-1} aria-selected={index === at} className="k-hit"
            onMouseMove={() => setAt(index)} onClick={() => go(hit)} onKeyDown={() => undefined}
          >
            <span>{hit.title}</span>
            <span className="k-soft">{hit.note}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className="k-soft k-pad">{people.isBusy ? t("shell.search.busy") : t("shell.search.nothing")}</p>}
    </Modal>
  );
}

function usePlaces(sought: string): Hit[] {
  const t = useWords();
  const wanted = sought.toLocaleLowerCase();
  return useMenu()
    .flatMap((group) => group.entries.map((one) => ({ ...one, note: t(`shell.groups.${group.name}`) })))
    .filter((one) => `${one.title} ${one.note}`.toLocaleLowerCase().includes(wanted))
    .slice(0, MOST)
    .map((one) => ({ key: one.to, title: one.title, note: one.note, to: one.to }));
}

/** People by a phone, an e-mail, a card or another identifier, as it is written. */
function usePeople(sought: string): { hits: Hit[]; isBusy: boolean } {
  const section = useSection("profiles");
  const { page } = useExtra("profiles");
  const isAsked = section !== undefined && sought.length >= LEAST && /[\d@]/.test(sought);
  const found = useQuery({ ...rowsOnce("profiles", { identifier: sought }), enabled: isAsked });
  if (!section || !isAsked) return { hits: [], isBusy: false };
  const hits = (found.data?.items ?? []).slice(0, MOST).map((row) => ({
    key: row.key,
    title: nameOf(section, row),
    note: [row.values["phone"], row.values["email"]].filter(Boolean).join(" · "),
    ...(page ? { to: page(row) } : { to: "/profiles", search: { f: { identifier: sought }, open: row.key } }),
  }));
  return { hits, isBusy: found.isFetching };
}
