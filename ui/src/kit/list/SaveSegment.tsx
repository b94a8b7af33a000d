/** Keeps whom a list shows as a segment, which holds them as they change from then on. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { useChange } from "../change";
import { TextField } from "../controls";
import { Dialog } from "../overlay";
import type { Definition } from "../rules/model";
import { useWords } from "../words";

const NAME_MOST = 200;
/** Seconds that its page may wait until the segment is there. */
const WAIT_SECONDS = 8;

export function SaveSegment({ definition, onClose }: { definition: Definition; onClose: () => void }) {
  const t = useWords();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const making = useChange(
    () =>
      got(
        api.POST("/api/{workspace}/segments", {
          params: { path: here, query: { wait: WAIT_SECONDS } },
          body: { name: name.trim(), definition: definition as unknown as Record<string, never> },
        }),
      ),
    {
      touches: [["rows", "segments"]],
      onDone: (made) => {
        onClose();
        void navigate({ to: `/segments/${made.key}` } as unknown as { to: "/" });
      },
    },
  );
  return (
    <Dialog
      title={t("kit.segment.save")} confirm={t("kit.segment.make")} onClose={onClose} onConfirm={() => making.mutate(undefined)}
      isBusy={making.isPending} error={making.error} isDisabled={!name.trim()}
    >
      <p>{t("kit.segment.text")}</p>
      <TextField label={t("kit.segment.name")} value={name} onChange={setName} most={NAME_MOST} isFocused isRequired />
    </Dialog>
  );
}
