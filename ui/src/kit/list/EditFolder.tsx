/** Gives a folder another name, shows it to all or to oneself alone, or lets it ask what the list asks here. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Section } from "../../api/queries";
import { useChange } from "../change";
import { Checkbox, Choice, TextField } from "../controls";
import { Dialog } from "../overlay";
import { useMay } from "../session";
import { said, useWords } from "../words";
import type { ListPlace } from "./asking";
import { type Folder, isAsked, NAME_MOST } from "./folders";
import { type Layout, toKeep } from "./layout";
import { useWhole } from "./trees";

interface EditProps {
  section: Section;
  folder: Folder;
  place: ListPlace;
  layout: Layout;
  onClose: () => void;
}

export function EditFolder({ section, folder, place, layout, onClose }: EditProps) {
  const t = useWords();
  const mayShare = useMay()("console.share");
  const [name, setName] = useState(said(folder));
  const [owner, setOwner] = useState<"mine" | "shared">(folder.owner === "shared" ? "shared" : "mine");
  const [isAskedHere, askHere] = useState(false);
  const [hasColumns, setColumns] = useState(folder.columns.length > 0);
  const whole = useWhole(place.f ?? {});
  const filters = isAskedHere ? (whole ?? {}) : folder.filters;
  const isNaming = section.filters.some((one) => one.is_naming && one.name in filters);
  const kept = folder.columns.length > 0 && !isAskedHere ? folder.columns : toKeep(layout.places);
  const body = { name: name.trim(), owner, filters, order: isAskedHere ? (place.o ?? "") : folder.order, columns: hasColumns ? kept : [] };
  const changing = useChange(
    () => got(api.PUT("/api/{workspace}/console/folders/{folder}", { params: { path: { ...here, folder: folder.id } }, body })),
    { touches: [["folders", section.name]], onDone: onClose },
  );
  return (
    <Dialog
      title={t("kit.folders.edit", { name: said(folder) })} confirm={t("kit.folders.keep")} onClose={onClose} isBusy={changing.isPending}
      error={changing.error} isDisabled={!name.trim() || (isAskedHere && !whole) || (owner === "shared" && isNaming)} onConfirm={() => changing.mutate(undefined)}
    >
      <TextField label={t("kit.folders.name")} value={name} onChange={setName} most={NAME_MOST} isFocused isRequired />
      {mayShare && (
        <Choice
          isLabelShown label={t("kit.folders.for")} value={owner} onChange={setOwner}
          options={[
            { value: "mine", label: t("kit.folders.mine") },
            { value: "shared", label: t("kit.folders.shared") },
          ]}
        />
      )}
      {owner === "shared" && isNaming && <p className="k-error">{t("kit.folders.names_somebody")}</p>}
      {!isAsked(folder, place) && <Checkbox label={t("kit.folders.as_here")} value={isAskedHere} onChange={askHere} />}
      <Checkbox label={t("kit.folders.columns")} value={hasColumns} onChange={setColumns} />
    </Dialog>
  );
}
