/** The search of Ctrl+K: people, orders, products, lists and pages. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Input, Modal } from "../kit/palette";
import { useFormat } from "../kit/session";
import { useWords } from "../kit/words";
import { LISTS, PAGES } from "./registry";
import { grouped, type Hit, type HitGroup, searchFor } from "./search";

/** A search begins when the typing rests. */
const REST_MS = 150;

export function Search({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const sought = useRested(text.trim());
  const { data, isFetching } = useQuery({ ...searchFor(sought), enabled: sought !== "", placeholderData: keepPreviousData });
  const groups = sought && data ? grouped(data, LISTS, PAGES, t, format) : [];
  const hits = groups.flatMap((one) => one.hits);
  const isLate = sought !== "" && data !== undefined && [data.people, data.orders, data.products].includes(null);
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
        {groups.map((group) => (
          <Group key={group.name} group={group} from={hits.indexOf(group.hits[0] as Hit)} at={at} onAt={setAt} onGo={go} />
        ))}
      </div>
      <p className="k-soft k-pad" role="status">
        {!sought ? t("shell.search.begin") : hits.length > 0 ? (isLate ? t("shell.search.late") : "") : t(isFetching ? "shell.search.busy" : "shell.search.nothing")}
      </p>
    </Modal>
  );
}

interface GroupProps {
  group: HitGroup;
  /** Place of its first hit among all. */
  from: number;
  at: number;
  onAt: (at: number) => void;
  onGo: (hit: Hit) => void;
}

function Group({ group, from, at, onAt, onGo }: GroupProps) {
  const t = useWords();
  return (
    <div role="group" aria-label={t(`shell.search.${group.name}`)}>
      <div className="k-hit-group" aria-hidden="true">
        {t(`shell.search.${group.name}`)}
      </div>
      {group.hits.map((hit, index) => (
        <div
          key={hit.key} id={`hit-${from + index}`} role="option" tabIndex={-1} aria-selected={from + index === at} className="k-hit"
          onMouseMove={() => onAt(from + index)} onClick={() => onGo(hit)} onKeyDown={() => undefined}
        >
          <span>{hit.title}</span>
          <span className="k-soft">{hit.note}</span>
        </div>
      ))}
    </div>
  );
}

/** The text once it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, rest] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => rest(text), REST_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}
