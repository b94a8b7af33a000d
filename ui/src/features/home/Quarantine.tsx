/** Rejected events that wait for a person, by reason. */
import { Go, Panel, Table, useFormat, useWords } from "../../kit";
import type { HomeView } from "./Home";
import { Linked } from "./Linked";

const SHOWN = 5;

export function rejectedOf(flow: NonNullable<HomeView["flow"]>): number {
  return Object.values(flow.quarantine).reduce((sum, count) => sum + count, 0);
}

export function Quarantine({ flow }: { flow: HomeView["flow"] }) {
  const t = useWords();
  const format = useFormat();
  if (!flow || rejectedOf(flow) === 0) return null;
  const reasons = Object.entries(flow.quarantine).toSorted(([, one], [, other]) => other - one).slice(0, SHOWN);
  return (
    <Panel title={t("home.rejected")} extra={<Go to="/quarantine">{t("home.all")}</Go>}>
      <Table
        label={t("home.rejected")} items={reasons} keyOf={([reason]) => reason}
        columns={[
          { key: "reason", title: t("home.reason"), show: ([reason]) => <code>{reason}</code> },
          { key: "count", title: t("home.count"), isNumber: true, show: ([reason, count]) => <Linked to="quarantine" filters={{ state: "open", reason }}>{format.number(count)}</Linked> },
        ]}
      />
    </Panel>
  );
}
