/** The marketing sources that brought a person, the first one first. */
import { Mark, Num, Panel, Table, Time, useWords } from "../../kit";
import type { Profile } from "./api";

export function Sources({ one }: { one: Profile }) {
  const t = useWords();
  const { marketing, first_marketing: first, last_marketing: last } = one.sources;
  return (
    <Panel title={t("profiles.sources.title")}>
      <Table
        label={t("profiles.sources.title")} items={marketing} keyOf={(from) => from.key} empty={t("profiles.sources.none")}
        columns={[
          { key: "name", title: t("profiles.sources.name"), show: (from) => <span className="k-row">{from.name || from.key} {first.includes(from.key) && <Mark>{t("profiles.sources.first")}</Mark>} {last.includes(from.key) && <Mark tone="accent">{t("profiles.sources.last")}</Mark>}</span> },
          { key: "from", title: t("profiles.sources.since"), show: (from) => <Time at={from.first} /> },
          { key: "to", title: t("profiles.sources.until"), show: (from) => <Time at={from.last} /> },
          { key: "events", title: t("profiles.figures.events"), isNumber: true, show: (from) => <Num value={from.events} /> },
        ]}
      />
    </Panel>
  );
}
