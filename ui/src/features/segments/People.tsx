/** The people of a segment, as the list of people shows them: with its columns, filters and exports. */
import { InnerList, Need, useSection, useWords } from "../../kit";
import type { Segment } from "./api";

export function People({ one }: { one: Segment }) {
  const t = useWords();
  const section = useSection(one.definition?.["people"] === "all" ? "profiles" : "people");
  return (
    <Need right="profiles.read">
      <div className="s-people">
        {section && <InnerList key={one.key} section={section} fixed={{ segment: one.key }} empty={<p className="k-soft k-pad">{t(one.current ? "segments.nobody" : "segments.being_built")}</p>} />}
      </div>
    </Need>
  );
}
