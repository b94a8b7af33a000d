/** How often a person came, with which devices, from which places. */
import { Figure, Num, Panel, Table, Time, useWords } from "../../kit";
import type { Profile } from "./api";

export function Visits({ one }: { one: Profile }) {
  const t = useWords();
  const { basics } = one;
  return (
    <>
      <div className="k-figures">
        <Figure name={t("profiles.visits.count")} value={<Num value={basics.visits} />} />
        <Figure name={t("profiles.figures.first_seen")} value={<Time at={basics.first_seen} isAgo />} />
        <Figure name={t("profiles.figures.last_seen")} value={<Time at={basics.last_seen} isAgo />} />
      </div>
      <Panel title={t("profiles.visits.devices")}>
        <Table
          label={t("profiles.visits.devices")} items={basics.devices} keyOf={(device) => JSON.stringify(device)} empty={t("profiles.visits.no_devices")}
          columns={[
            { key: "device", title: t("profiles.visits.device"), show: (device) => device.device_type || "—" },
            { key: "os", title: t("profiles.visits.os"), show: (device) => device.os || "—" },
            { key: "browser", title: t("profiles.visits.browser"), show: (device) => device.browser || "—" },
            { key: "seen", title: t("profiles.visits.seen"), show: (device) => <Time at={device.last_seen} isAgo /> },
          ]}
        />
      </Panel>
      <Panel title={t("profiles.visits.places")}>
        <Table
          label={t("profiles.visits.places")} items={basics.places} keyOf={(place) => JSON.stringify(place)} empty={t("profiles.visits.no_places")}
          columns={[
            { key: "country", title: t("profiles.visits.country"), show: (place) => place.country || "—" },
            { key: "city", title: t("profiles.visits.city"), show: (place) => place.city || "—" },
            { key: "seen", title: t("profiles.visits.seen"), show: (place) => <Time at={place.last_seen} isAgo /> },
          ]}
        />
      </Panel>
    </>
  );
}
