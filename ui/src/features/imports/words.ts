/** Words of the wizard that several of its parts say. */
import { useWords } from "../../kit";

/** The names of the steps, in order. */
export function useStepTitles(): string[] {
  const t = useWords();
  return [t("imports.steps.file"), t("imports.steps.columns"), t("imports.steps.check"), t("imports.steps.run")];
}
