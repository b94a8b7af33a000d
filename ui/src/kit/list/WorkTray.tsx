/** What the person asked of lists: how far it is, the file when it is ready. Stands in the line above. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, here } from "../../api/client";
import { useChange } from "../change";
import { Icon } from "../icons";
import { Popover } from "../overlay";
import { useFormat, useSections } from "../session";
import { Time } from "../show";
import { Refusal } from "../states";
import { said, useWords } from "../words";
import { isOpen, type ListWork, listWork } from "./work";

export function WorkTray() {
  const t = useWords();
  const [isListing, setListing] = useState(false);
  const found = useQuery(listWork).data ?? [];
  if (found.length === 0) return null;
  const running = found.filter(isOpen).length;
  const label = running ? t("kit.work.running", { count: running }) : t("kit.work.done");
  return (
    <Popover isOpen={isListing} onOpen={setListing} content={<ul className="k-work">{found.map((one) => <Line key={one.id} work={one} />)}</ul>}>
      <button type="button" className="k-top-link" aria-expanded={isListing}>
        <Icon name={running ? "busy" : "download"} spin={running > 0} /> {label}
      </button>
    </Popover>
  );
}

function Line({ work }: { work: ListWork }) {
  const t = useWords();
  const format = useFormat();
  const section = useSections().find((one) => one.name === work.section);
  const path = { ...here, work: work.id };
  const forget = useChange(() => api.DELETE("/api/{workspace}/lists/asked/{work}", { params: { path } }), { touches: [["list-work"]] });
  const isReady = work.state === "done" && work.size >= 0;
  return (
    <li>
      <div>
        <b>{section ? said(section) : work.section}</b>
        <div className="k-hint">{said(work.title)}{work.form && ` · ${work.form.toUpperCase()}`} · <Time at={work.created_at} /></div>
        <div className={work.state === "failed" ? "k-error" : "k-soft"}>
          {t(`kit.work.states.${work.state}`)}{work.done > 0 && `: ${format.number(work.done)}`} {work.state === "failed" && work.error}
        </div>
        {work.gone && <div className="k-soft">{t("kit.work.gone")}</div>}
        <Refusal error={forget.error} />
      </div>
      {isReady && (
        <a href={`/api/${here.workspace}/lists/asked/${work.id}/file`} download>
          {t("kit.work.download", { size: format.bytes(work.size) })}
        </a>
      )}
      <button type="button" className="k-tool" aria-label={t(isOpen(work) ? "kit.work.cancel" : "kit.work.forget")} onClick={() => forget.mutate(undefined)}>
        <Icon name="close" />
      </button>
    </li>
  );
}
