/** Who is here and what they may do, for every component below. */
import { createContext, type ReactNode, use, useCallback, useMemo } from "react";

import type { Me, Right, Section } from "../api/queries";
import { language } from "../app/place";
import { type Format, makeFormat } from "./format";
import type { ListExtra, Lists, Page } from "./page";

interface Session {
  me: Me;
  sections: Section[];
  lists: Lists;
  pages: Page[];
  format: Format;
}

const SessionContext = createContext<Session | null>(null);

const NOTHING: ListExtra = {};

interface SessionProviderProps {
  me: Me;
  sections: Section[];
  /** What features add to the lists. */
  lists: Lists;
  /** Every page that features give. */
  pages: Page[];
  children: ReactNode;
}

export function SessionProvider({ me, sections, lists, pages, children }: SessionProviderProps) {
  const value = useMemo(
    () => ({ me, sections, lists, pages, format: makeFormat(language, me.timezone) }),
    [me, sections, lists, pages],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error("This component stands outside of the session.");
  return session;
}

export function useMe(): Me {
  return useSession().me;
}

export function useFormat(): Format {
  return useSession().format;
}

/** Every section that the caller may see. */
export function useSections(): Section[] {
  return useSession().sections;
}

export function useSection(name: string): Section | undefined {
  return useSession().sections.find((one) => one.name === name);
}

/** Whether the caller holds a right; for what a page offers. The server decides again. */
export function useMay(): (right: Right) => boolean {
  const { me } = useSession();
  return (right) => me.rights.includes(right);
}

/** What a feature adds to the list of a section. */
export function useExtra(section: string): ListExtra {
  return useSession().lists[section] ?? NOTHING;
}

/** The address of a list or page by the server's name for it; null where the console or the caller has none. */
export function useAddressOf(): (name: string) => string | null {
  const { sections, pages } = useSession();
  return useCallback(
    (name) => {
      const page = pages.find((one) => one.name === name);
      if (page) return `/${page.path}`;
      return sections.some((one) => one.name === name) ? `/${name}` : null;
    },
    [sections, pages],
  );
}
