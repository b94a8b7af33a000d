/** What rules may ask for in this workspace, as the server knows it. In: a part and a search. Out: terms. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { type Answer, api, got, here } from "../../api/client";
import { said } from "../words";

export type Terms = Answer<"/api/{workspace}/segments/vocabulary">;
export type Term = Terms["terms"][number];
export type Part = Terms["part"];

const LIMIT = 100;
const FRESH_MS = 60_000;
const PAUSE_MS = 250;
const NONE: Term[] = [];

const termsOf = (part: Part, of: string, search: string) =>
  queryOptions({
    queryKey: ["vocabulary", part, of, search],
    staleTime: FRESH_MS,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/vocabulary", { params: { path: here, query: { part, of, search, limit: LIMIT } }, signal })),
  });

export interface Found {
  terms: Term[];
  isBusy: boolean;
  error: unknown;
}

/** Terms that hold what is typed: looked for here where all of them are known, else by the server. */
export function useTerms(part: Part, of = "", typed = "", isAsked = true): Found {
  const wanted = typed.trim();
  const search = usePaused(wanted);
  const first = useQuery({ ...termsOf(part, of, ""), enabled: isAsked });
  const isHere = wanted === "" || first.data?.is_all === true;
  const more = useQuery({ ...termsOf(part, of, search), enabled: isAsked && !isHere && search === wanted && first.data !== undefined });
  // What was found for other letters is no answer to these: Enter would take it.
  const terms = (isHere ? first.data?.terms.filter((one) => fits(one, wanted)) : search === wanted ? more.data?.terms : NONE) ?? NONE;
  return { terms, isBusy: first.isLoading || more.isLoading || (!isHere && search !== wanted), error: first.error ?? more.error };
}

/** The term of a name, once it is known. */
export function useTerm(part: Part, name: string, of = ""): Term | undefined {
  const first = useQuery({ ...termsOf(part, of, ""), enabled: name !== "" });
  const there = first.data?.terms.find((one) => one.name === name);
  const sought = useQuery({ ...termsOf(part, of, name), enabled: name !== "" && first.data?.is_all === false && !there });
  return there ?? sought.data?.terms.find((one) => one.name === name);
}

export function fits(term: Term, search: string): boolean {
  const wanted = fold(search);
  return wanted === "" || fold(`${term.name}\n${term.title.en}\n${term.title.ru}`).includes(wanted);
}

function fold(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е");
}

export function titleOf(term: Term): string {
  return said(term.title) || term.name;
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(text), text === "" ? 0 : PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return paused;
}
