/** Gives a source a fresh write key; the present ones go on for as long as the person says. */
import { useState } from "react";

import { ActionDialog, type ActionProps, Select, useWords } from "../../kit";
import { rotate } from "./api";

const HOUR = 3_600;
const GRACES = { none: 0, hour: HOUR, day: 24 * HOUR, week: 168 * HOUR } as const;
type Grace = keyof typeof GRACES;

export default function Rotate(props: ActionProps) {
  const t = useWords();
  const [grace, setGrace] = useState<Grace>("day");
  const options = (Object.keys(GRACES) as Grace[]).map((one) => ({ value: one, label: t(`sources.rotate.graces.${one}`) }));
  return (
    <ActionDialog
      {...props} title={t("sources.rotate.title")} confirm={t("sources.rotate.confirm")} done={t("sources.rotate.done")}
      isDangerous={grace === "none"} change={() => rotate(props.rows[0]?.key ?? "", GRACES[grace])}
    >
      <p>{t("sources.rotate.text")}</p>
      <Select label={t("sources.rotate.grace")} value={grace} onChange={setGrace} options={options} />
    </ActionDialog>
  );
}
