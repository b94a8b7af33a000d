/** Keeps what a list shows as a folder: a new one, or in place of the one that is open. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Section } from "../../api/queries";
import { useChange } from "../change";
import { Checkbox, Choice, TextField } from "../controls";
import { Dialog } from "../overlay";
import { useMay } from "../session";
import { said, useWords } from "../words";
import type { ListPlace } from "./asking";
import { type Folder, NAME_MOST } from "./folders";
import { type Layout, toKeep } from "./layout";
import { useWhole } from "./trees";

interface SaveProps {
  section: Section;
  place: ListPlace;
  layout: Layout;
  /** The folder that the list came from, if any. */
  open: Folder | undefined;
  onClose: () => void;
  onSaved: (folder: Folder) => void;
}

export function SaveFolder({ section, place, layout, open, onClose, onSaved }: SaveProps) {
  const t = useWords();
  const mayShare = useMay()("console.share");
  const canReplace = open !== undefined && (open.owner === "mine" || (open.owner === "shared" && mayShare));
  const [isNew, setNew] = useState(!canReplace);
  const [name, setName] = useState("");
  const [owner, setOwner] = useState<"mine" | "shared">("mine");
  const [hasColumns, setColumns] = useState(false);
  const isNaming = section.filters.some((one) => one.is_naming && one.name in (place.f ?? {}));
  const whole = useWhole(place.f ?? {});
  const question = { filters: whole ?? {}, order: place.o ?? "", columns: hasColumns ? toKeep(layout.places) : [] };
  const saving = useChange(
    async () => {
      if (!isNew && open) {
        const body = { ...question, name: said(open), owner: open.owner === "shared" ? ("shared" as const) : ("mine" as const) };
        return got(api.PUT("/api/{workspace}/console/folders/{folder}", { params: { path: { ...here, folder: open.id } }, body }));
      }
      const made = await makeFolder(section, { ...question, name: name.trim(), owner });
      await api.PUT("/api/{workspace}/console/folders/{folder}/place", {
        params: { path: { ...here, folder: made.id } },
        body: { is_pinned: true },
      });
      return made;
    },
    {
      touches: [["folders", section.name]],
      onDone: (folder) => {
        onSaved(folder);
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={t("kit.folders.save")} confirm={t("kit.folders.keep")} onClose={onClose} onConfirm={() => saving.mutate(undefined)}
      isBusy={saving.isPending} error={saving.error} isDisabled={!whole || (isNew && (!name.trim() || (owner === "shared" && isNaming)))}
    >
      {canReplace && open && (
        <Choice
          label={t("kit.folders.which")} value={isNew ? "new" : "open"} onChange={(value) => setNew(value === "new")}
          options={[
            { value: "open", label: t("kit.folders.replace", { name: said(open) }) },
            { value: "new", label: t("kit.folders.new") },
          ]}
        />
      )}
      {isNew && <TextField label={t("kit.folders.name")} value={name} onChange={setName} most={NAME_MOST} isFocused isRequired />}
      {isNew && mayShare && (
        <Choice
          isLabelShown label={t("kit.folders.for")} value={owner} onChange={setOwner}
          options={[
            { value: "mine", label: t("kit.folders.mine") },
            { value: "shared", label: t("kit.folders.shared") },
          ]}
        />
      )}
      {isNew && owner === "shared" && isNaming && <p className="k-error">{t("kit.folders.names_somebody")}</p>}
      <Checkbox label={t("kit.folders.columns")} value={hasColumns} onChange={setColumns} />
    </Dialog>
  );
}

type NewFolder = { filters: object; order: string; columns: ReturnType<typeof toKeep>; name: string; owner: "mine" | "shared" };

function makeFolder(section: Section, folder: NewFolder): Promise<Folder> {
  const body = { ...folder, filters: folder.filters as Record<string, unknown>, section: section.name };
  return got(api.POST("/api/{workspace}/console/folders", { params: { path: here }, body }) as Promise<{ data?: Folder }>);
}
