/** The folders of a list in its head: pinned ones with their counts, a way to all of them, and to keep another. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Section } from "../../api/queries";
import { Icon } from "../icons";
import { useFormat, useMay } from "../session";
import { said, useWords } from "../words";
import { known, type ListPlace } from "./asking";
import { FolderDrawer } from "./FolderDrawer";
import { countsOf, type Folder, foldersOf, isAsked, placeOfFolder } from "./folders";
import { SaveFolder } from "./SaveFolder";
import { SaveSegment } from "./SaveSegment";
import { definitionOf } from "./saying";
import { useWhole } from "./trees";
import type { Layout } from "./layout";

interface StripProps {
  section: Section;
  place: ListPlace;
  layout: Layout;
  onPlace: (place: ListPlace) => void;
}

const NO_FILTERS = {};

export function FolderStrip({ section, place, layout, onPlace }: StripProps) {
  const t = useWords();
  const [isListing, setListing] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [isSegment, setSegment] = useState(false);
  const mayMake = useMay()("segments.manage");
  const whole = useWhole(known(section, place.f ?? NO_FILTERS));
  const definition = mayMake && whole ? definitionOf(section, whole) : null;
  const { data: folders = [] } = useQuery(foldersOf(section.name));
  const pinned = folders.filter((one) => one.is_pinned);
  const counts = useQuery({ ...countsOf(section.name), enabled: pinned.length > 0 }).data;
  const open = folders.find((one) => one.id === place.folder);
  const shown = open && !open.is_pinned ? [...pinned, open] : pinned;
  const isPlain = !place.f && !place.o;
  const canSave = !isPlain && !(open && isAsked(open, place));
  if (folders.length === 0 && !canSave && !definition) return null;
  return (
    <div className="k-folders" role="group" aria-label={t("kit.folders.title")}>
      <button type="button" className="k-folder" aria-pressed={!open && isPlain} onClick={() => onPlace({})}>
        {t("kit.folders.everything")}
      </button>
      {shown.map((one) => (
        <button
          key={one.id} type="button" className="k-folder" aria-pressed={one === open} title={one.fault || undefined}
          onClick={() => onPlace(placeOfFolder(one))}
        >
          {said(one)}
          {one.fault ? <Icon name="warning" /> : <Count count={counts?.get(one.id)} />}
        </button>
      ))}
      {folders.length > 0 && (
        <button type="button" className="k-folder k-soft" onClick={() => setListing(true)}>
          <Icon name="folder" /> {t("kit.folders.all")}
        </button>
      )}
      {canSave && (
        <button type="button" className="k-folder k-tone-accent" onClick={() => setSaving(true)}>
          <Icon name="add" /> {t("kit.folders.save")}
        </button>
      )}
      {definition && (
        <button type="button" className="k-folder k-tone-accent" onClick={() => setSegment(true)}>
          <Icon name="segments" /> {t("kit.segment.save")}
        </button>
      )}
      {isSegment && definition && <SaveSegment definition={definition} onClose={() => setSegment(false)} />}
      <FolderDrawer section={section} folders={folders} place={place} layout={layout} isOpen={isListing} onClose={() => setListing(false)} onOpen={(one) => onPlace(placeOfFolder(one))} />
      {isSaving && (
        <SaveFolder
          section={section} place={place} layout={layout} open={open} onClose={() => setSaving(false)}
          onSaved={(one: Folder) => onPlace(placeOfFolder(one))}
        />
      )}
    </div>
  );
}

function Count({ count }: { count: Folder["count"] | undefined }) {
  const format = useFormat();
  const t = useWords();
  if (!count) return null;
  const number = format.number(count.rows);
  return (
    <span className="k-count" title={t("kit.folders.counted", { time: format.clock(count.at) })}>
      {count.is_more ? t("kit.folders.more_than", { number }) : number}
    </span>
  );
}
