/** Picks a person as the search of the console finds them: by a name, by what identifies them, or how one of these begins. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type Answer, api, got, here } from "../../api/client";
import { Select } from "../controls";
import { useRested } from "./checking";

type Hit = Pick<NonNullable<Answer<"/api/{workspace}/search">["people"]>[number], "id" | "name"> & { identifiers: readonly string[][] };

const MOST = 20;
const LEAST = 2;

const peopleFor = (text: string) =>
  queryOptions({
    queryKey: ["search", "people", text, MOST],
    enabled: text.length >= LEAST,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await got(api.GET("/api/{workspace}/search", { params: { path: here, query: { text, limit: MOST } }, signal }))).people ?? [],
  });

interface Props {
  label: string;
  placeholder: string;
  /** Id of the profile; empty for nobody. */
  value: string;
  /** What the person is called whose id is the value, where that is known. */
  shown?: string;
  onChange: (profile: string) => void;
}

export function PersonField({ label, placeholder, value, shown, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const asked = useRested(typed.trim());
  const found = useQuery(peopleFor(asked));
  const options = (asked.length >= LEAST ? (found.data ?? []) : []).map((one) => ({ value: one.id, label: nameOf(one) }));
  if (value && !options.some((one) => one.value === value)) options.unshift({ value, label: shown || `…${value.slice(-8)}` });
  return <Select label={label} value={value || null} options={options} placeholder={placeholder} onSearch={setTyped} isBusy={found.isFetching} onChange={onChange} />;
}

function nameOf({ id, name, identifiers }: Hit): string {
  return [name || `…${id.slice(-8)}`, ...identifiers.map(([, value]) => value)].join(" · ");
}
