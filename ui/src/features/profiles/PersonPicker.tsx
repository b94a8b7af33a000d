/** Finds another person as the search of the console does. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, Table, TextField, useWords } from "../../kit";

const LEAST = 2;
/** A search begins when the typing rests. */
const REST_MS = 200;

const people = (text: string) =>
  queryOptions({
    queryKey: ["pick-person", text],
    staleTime: 30_000,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/search", { params: { path: here, query: { text } }, signal })),
  });

export interface Picked {
  id: string;
  name: string;
}

export function PersonPicker({ without, onChosen }: { without: string; onChosen: (picked: Picked) => void }) {
  const t = useWords();
  const [text, write] = useState("");
  const sought = useRested(text.trim());
  const { data, isFetching } = useQuery({ ...people(sought), enabled: sought.length >= LEAST, placeholderData: keepPreviousData });
  const found = (sought.length >= LEAST ? (data?.people ?? []) : []).filter((one) => one.id !== without);
  return (
    <div className="k-stack">
      <TextField label={t("profiles.pick.text")} hint={t("profiles.pick.hint")} value={text} onChange={write} isFocused kind="search" most={200} />
      {sought.length >= LEAST && (
        <Table
          label={t("profiles.pick.found")} items={found} keyOf={(one) => one.id} empty={t(isFetching ? "profiles.pick.busy" : "profiles.pick.nobody")}
          columns={[
            { key: "name", title: t("profiles.merge.person"), show: (one) => one.name || t("profiles.unnamed") },
            { key: "ids", title: t("profiles.identity.identifiers"), show: (one) => one.identifiers.map(([, value]) => value).join(", ") },
            { key: "choose", title: "", show: (one) => <Button isSmall onClick={() => onChosen({ id: one.id, name: one.name || one.identifiers[0]?.[1] || one.id })}>{t("profiles.pick.choose")}</Button> },
          ]}
        />
      )}
    </div>
  );
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
