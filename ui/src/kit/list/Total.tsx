/** How many rows there are: exactly, about, or more than. */
import { useFormat } from "../session";
import { useWords } from "../words";
import type { ListCount } from "./work";

export function useTotal(): (count: ListCount | undefined) => string {
  const format = useFormat();
  const t = useWords();
  return (count) => {
    if (!count) return "";
    if (count.is_about) return `~${format.short(count.rows)}`;
    const number = format.number(count.rows);
    return count.is_more ? t("kit.folders.more_than", { number }) : number;
  };
}
