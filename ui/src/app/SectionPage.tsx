/** The page of a section that the server declares: the list, with its state in the address. */
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { PageHead } from "../kit/layout";
import { type ListPlace, placeOf } from "../kit/list/asking";
import { RecordList } from "../kit/list/RecordList";
import { useSection } from "../kit/session";
import { said } from "../kit/words";
import { NotHere } from "./Broken";

export default function SectionPage() {
  const { section: name = "" } = useParams({ strict: false }) as { section?: string };
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const section = useSection(name);
  if (!section) return <NotHere />;
  const place = placeOf(search);
  const go = (next: ListPlace) => {
    const isPreview = next.open !== place.open;
    // A preview is no place to come back to; another question is.
    void navigate({ to: ".", search: () => without(next), replace: isPreview } as unknown as { to: "." });
  };
  return (
    <RecordList
      key={name} section={section} place={place} onPlace={go}
      head={(buttons) => <PageHead title={said(section)} actions={buttons} />}
    />
  );
}

/** The address without what says nothing. */
function without(place: ListPlace): Record<string, unknown> {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined && value !== ""));
}
