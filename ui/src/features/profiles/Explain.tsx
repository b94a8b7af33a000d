/** One decision about who is one person, in words: what happened, by which value, and why. */
import { Everything, Note, type RecordProps, useWords } from "../../kit";
import { useReasons } from "./names";

export default function Explain({ section, row }: RecordProps) {
  const t = useWords();
  const reasonOf = useReasons();
  const isMerge = section.name === "merges";
  const reason = String(row.values["reason"] ?? "");
  const title = isMerge && !reason ? t("profiles.explain.merge") : reasonOf(reason);
  return (
    <>
      <Note tone={isMerge ? "plain" : "warn"} title={title}>{t(isMerge ? "profiles.explain.merged" : "profiles.explain.refused")}</Note>
      <Everything section={section} row={row} />
    </>
  );
}
