/** Every statement about one attribute, whichever of them holds. */
import { useQuery } from "@tanstack/react-query";

import { Drawer, Failure, Mark, Table, Time, useWords, Waiting } from "../../kit";
import { attributeHistory, type Profile } from "./api";
import { useAttributeNames } from "./names";
import { AttributeValue } from "./AttributeValue";

export function AttributeHistory({ one, name, onClose }: { one: Profile; name: string; onClose: () => void }) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const { data, error, refetch } = useQuery(attributeHistory(one.id, name));
  const title = t("profiles.history.title", { name: nameOf(name) });
  return (
    <Drawer title={title} isOpen onClose={onClose}>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting /> : (
        <Table
          label={title} items={data.items} keyOf={(said) => String(said.position)} empty={t("profiles.history.empty")}
          columns={[
            { key: "value", title: t("profiles.attributes.value"), show: (said) => (said.value === null ? <Mark tone="warn">{t("profiles.history.cleared")}</Mark> : <AttributeValue value={said.value} />) },
            { key: "origin", title: t("profiles.attributes.origin"), show: (said) => t(`profiles.origins.${said.origin}`) },
            { key: "by", title: t("profiles.history.by"), show: (said) => [t(`profiles.doors.${said.door}`), said.by].filter(Boolean).join(", ") },
            { key: "time", title: t("profiles.consents.time"), show: (said) => <Time at={said.time} /> },
          ]}
        />
      )}
    </Drawer>
  );
}
