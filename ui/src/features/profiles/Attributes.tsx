/** What is known of a person: every value with its origin, its source and since when it stands; and what was counted. */
import { useState } from "react";

import { Button, Empty, Mark, Num, Panel, Table, Time, type Tone, useWords } from "../../kit";
import type { Profile } from "./api";
import { AttributeHistory } from "./AttributeHistory";
import { AttributeValue } from "./AttributeValue";
import { Computed } from "./Computed";
import { useAttributeNames } from "./names";

const TONES: Record<string, Tone> = { confirmed: "good", stated: "plain", guessed: "warn" };

export function Attributes({ one }: { one: Profile }) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const [looked, look] = useState<string | null>(null);
  const held = Object.entries(one.attributes);
  return (
    <>
      {held.length === 0 ? (
        <Empty title={t("profiles.attributes.empty")}>{t("profiles.attributes.empty_text")}</Empty>
      ) : (
        <Table
          label={t("profiles.tabs.attributes")} items={held} keyOf={([name]) => name}
          columns={[
            { key: "name", title: t("profiles.attributes.name"), show: ([name]) => <>{nameOf(name)} <span className="k-hint">{nameOf(name) === name ? "" : name}</span></> },
            { key: "value", title: t("profiles.attributes.value"), show: ([, value]) => <AttributeValue value={value.value} /> },
            { key: "origin", title: t("profiles.attributes.origin"), show: ([, value]) => <Mark tone={TONES[value.origin] ?? "plain"}>{t(`profiles.origins.${value.origin}`)}</Mark> },
            { key: "time", title: t("profiles.attributes.since"), show: ([, value]) => <Time at={value.time} /> },
            { key: "history", title: "", show: ([name]) => <Button kind="link" isSmall onClick={() => look(name)}>{t("profiles.history.button")}</Button> },
          ]}
        />
      )}
      {looked !== null && <AttributeHistory one={one} name={looked} onClose={() => look(null)} />}
      <Computed one={one} />
      <Counted one={one} />
      <Devices one={one} />
    </>
  );
}

function Counted({ one }: { one: Profile }) {
  const t = useWords();
  return (
    <Panel title={t("profiles.counted.title")}>
      <Table
        label={t("profiles.counted.title")} items={one.basics.by_name} keyOf={(event) => event.name} empty={t("profiles.counted.empty")}
        columns={[
          { key: "name", title: t("profiles.counted.name"), show: (event) => spoken(t, event.name) },
          { key: "count", title: t("profiles.counted.count"), isNumber: true, show: (event) => <Num value={event.count} /> },
          { key: "first", title: t("profiles.counted.first"), show: (event) => <Time at={event.first} /> },
          { key: "last", title: t("profiles.counted.last"), show: (event) => <Time at={event.last} /> },
        ]}
      />
    </Panel>
  );
}

function Devices({ one }: { one: Profile }) {
  const t = useWords();
  const { devices, places } = one.basics;
  return (
    <div className="k-grid-2">
      <Panel title={t("profiles.devices.title")}>
        <Table
          label={t("profiles.devices.title")} items={devices} keyOf={(device) => `${device.device_type} ${device.os} ${device.browser}`} empty={t("profiles.devices.empty")}
          columns={[
            { key: "device", title: t("profiles.devices.device"), show: (device) => [device.browser, device.os, device.device_type].filter(Boolean).join(", ") },
            { key: "last", title: t("profiles.counted.last"), show: (device) => <Time at={device.last_seen} isAgo /> },
          ]}
        />
      </Panel>
      <Panel title={t("profiles.places.title")}>
        <Table
          label={t("profiles.places.title")} items={places} keyOf={(place) => `${place.country} ${place.city}`} empty={t("profiles.places.empty")}
          columns={[
            { key: "place", title: t("profiles.places.place"), show: (place) => [place.city, place.country].filter(Boolean).join(", ") },
            { key: "last", title: t("profiles.counted.last"), show: (place) => <Time at={place.last_seen} isAgo /> },
          ]}
        />
      </Panel>
    </div>
  );
}

/** Name of a track event; what is not one is counted under its type behind a dollar sign. */
function spoken(t: (key: string) => string, name: string): string {
  return name.startsWith("$") ? t(`profiles.facts.${name.slice(1)}`) : name;
}
