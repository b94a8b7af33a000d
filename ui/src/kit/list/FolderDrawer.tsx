/** Every folder of a section: one's own, shared ones, those of the product; pinned or not; changed and deleted here. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, here } from "../../api/client";
import type { Section } from "../../api/queries";
import { useChange } from "../change";
import { Icon } from "../icons";
import { Dialog, Drawer } from "../overlay";
import { useMay } from "../session";
import { Empty, Refusal } from "../states";
import { said, useWords } from "../words";
import type { ListPlace } from "./asking";
import { EditFolder } from "./EditFolder";
import type { Folder } from "./folders";
import type { Layout } from "./layout";

const OWNERS = ["mine", "shared", "system"] as const;

interface DrawerProps {
  section: Section;
  folders: Folder[];
  place: ListPlace;
  layout: Layout;
  isOpen: boolean;
  onClose: () => void;
  onOpen: (folder: Folder) => void;
}

export function FolderDrawer({ section, folders, place, layout, isOpen, onClose, onOpen }: DrawerProps) {
  const t = useWords();
  const client = useQueryClient();
  const [edited, edit] = useState<Folder | null>(null);
  const [leaving, leave] = useState<Folder | null>(null);
  const mayShare = useMay()("console.share");
  const touches = [["folders", section.name]];
  const pin = useChange(
    (one: Folder) =>
      api.PUT("/api/{workspace}/console/folders/{folder}/place", {
        params: { path: { ...here, folder: one.id } },
        body: { is_pinned: !one.is_pinned, position: one.position },
      }),
    { touches },
  );
  return (
    <Drawer title={t("kit.folders.all")} isOpen={isOpen} onClose={onClose}>
      <Refusal error={pin.error} />
      {OWNERS.map((owner) => {
        const held = folders.filter((one) => one.owner === owner);
        if (held.length === 0) return null;
        return (
          <section key={owner} className="k-folder-group">
            <h2>{t(`kit.folders.of_${owner}`)}</h2>
            <ul>
              {held.map((one) => (
                <li key={one.id}>
                  <button
                    type="button" className="k-folder-name"
                    onClick={() => {
                      onOpen(one);
                      onClose();
                    }}
                  >
                    {said(one)}
                    {one.fault && <span className="k-error">{one.fault}</span>}
                  </button>
                  <button
                    type="button" className="k-tool" aria-pressed={one.is_pinned} onClick={() => pin.mutate(one)}
                    aria-label={t(one.is_pinned ? "kit.folders.unpin" : "kit.folders.pin", { name: said(one) })}
                  >
                    <Icon name={one.is_pinned ? "pinned" : "pin"} />
                  </button>
                  {(owner === "mine" || (owner === "shared" && mayShare)) && (
                    <>
                      <button type="button" className="k-tool" aria-label={t("kit.folders.edit", { name: said(one) })} onClick={() => edit(one)}>
                        <Icon name="edit" />
                      </button>
                      <button type="button" className="k-tool" aria-label={t("kit.folders.delete", { name: said(one) })} onClick={() => leave(one)}>
                        <Icon name="delete" />
                      </button>
                    </>
                  )}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {folders.length === 0 && <Empty title={t("kit.folders.none")} />}
      {edited && <EditFolder section={section} folder={edited} place={place} layout={layout} onClose={() => edit(null)} />}
      {leaving && (
        <DeleteFolder
          folder={leaving} onClose={() => leave(null)}
          onDone={() => {
            leave(null);
            void client.invalidateQueries({ queryKey: ["folders", section.name] });
          }}
        />
      )}
    </Drawer>
  );
}

function DeleteFolder({ folder, onClose, onDone }: { folder: Folder; onClose: () => void; onDone: () => void }) {
  const t = useWords();
  const path = { ...here, folder: folder.id };
  const deleting = useChange(() => api.DELETE("/api/{workspace}/console/folders/{folder}", { params: { path } }), { onDone });
  return (
    <Dialog
      title={t("kit.folders.delete", { name: said(folder) })} confirm={t("kit.folders.delete_it")} isDangerous onClose={onClose}
      isBusy={deleting.isPending} error={deleting.error} onConfirm={() => deleting.mutate(undefined)}
    >
      <p>{t(folder.owner === "shared" ? "kit.folders.delete_shared" : "kit.folders.delete_mine")}</p>
    </Dialog>
  );
}
