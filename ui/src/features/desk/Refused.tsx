/** Why the desk refused, in the operator's words. */
import { Note, Refusal, useWords } from "../../kit";
import { refusalOf } from "./api";

export function Refused({ error }: { error: unknown }) {
  const t = useWords();
  const refused = refusalOf(error);
  if (!refused) return <Refusal error={error} />;
  return <div role="alert"><Note tone="bad" title={t(`desk.refused.${refused.key}`)}>{t(`desk.refused.${refused.key}_text`, { count: refused.seconds })}</Note></div>;
}
