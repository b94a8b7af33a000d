/** Who is signed in, where and since when; each can be ended. */
import { Button, Mark, Table, Time, useWords } from "../../kit";
import type { Session } from "./api";

export function SessionTable({ items, onEnd }: { items: Session[]; onEnd: (id: string) => void }) {
  const t = useWords();
  return (
    <Table
      label={t("users.sessions.title")} items={items} keyOf={(one) => one.id} empty={t("users.sessions.none")}
      columns={[
        { key: "where", title: t("users.sessions.where"), show: (one) => <>{[one.browser, one.os].filter(Boolean).join(", ") || t("users.sessions.unknown")} {one.is_current && <Mark tone="good">{t("users.sessions.this")}</Mark>}</> },
        { key: "ip", title: t("users.sessions.address"), show: (one) => [one.ip, one.country].filter(Boolean).join(" · ") },
        { key: "since", title: t("users.sessions.since"), show: (one) => <Time at={one.created_at} /> },
        { key: "seen", title: t("users.sessions.seen"), show: (one) => <Time at={one.seen_at} isAgo /> },
        { key: "end", title: t("users.sessions.act"), show: (one) => !one.is_current && <Button isSmall onClick={() => onEnd(one.id)}>{t("users.sessions.end")}</Button> },
      ]}
    />
  );
}
