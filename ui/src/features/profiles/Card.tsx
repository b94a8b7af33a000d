/** The card of one person: who it is, what they come to, and everything that is known of them. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { Failure, Mark, Note, PageBody, PageHead, Tabs, useMay, useWords, Waiting } from "../../kit";
import type { Right } from "../../api/queries";
import { Attributes } from "./Attributes";
import { type Profile, profile as profileQuery } from "./api";
import { ConsentsTab } from "./Consents";
import "./card.css";
import { Actions, Header } from "./Header";
import { Identity } from "./Identity";
import { Lists } from "./Lists";
import { personName } from "./names";
import { Orders } from "./Orders";
import { Records } from "./Records";
import { Timeline } from "./Timeline";

const TABS = {
  timeline: { Shown: Timeline, right: "events.read" },
  attributes: { Shown: Attributes, right: "profiles.read" },
  orders: { Shown: Orders, right: "orders.read" },
  lists: { Shown: Lists, right: "profiles.read" },
  records: { Shown: Records, right: "related.read" },
  consents: { Shown: ConsentsTab, right: "profiles.read" },
  identity: { Shown: Identity, right: "identity.read" },
} satisfies Record<string, { Shown: (props: { one: Profile }) => React.ReactNode; right: Right }>;

export default function Card() {
  const { profile: id = "" } = useParams({ strict: false }) as { profile?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(profileQuery(id));
  if (error && !data) {
    return (
      <PageBody>
        <PageHead title={t("profiles.card")} back={{ to: "/profiles", title: t("profiles.all") }} />
        <Failure error={error} onRetry={() => void refetch()} />
      </PageBody>
    );
  }
  if (!data) return <PageBody><Waiting lines={10} /></PageBody>;
  return <Shown one={data} />;
}

function Shown({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const search = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const offered = Object.entries(TABS).filter(([, tab]) => may(tab.right as Right));
  const shown = offered.some(([key]) => key === search.tab) ? search.tab : offered[0]?.[0];
  const choose = (tab: string) => void navigate({ to: ".", search: { tab }, replace: true } as unknown as { to: "." });
  return (
    <PageBody>
      <PageHead
        title={personName(one) || t("profiles.unnamed")}
        back={{ to: one.known ? "/people" : "/visitors", title: one.known ? t("profiles.all") : t("profiles.visitors") }}
        actions={<Actions one={one} />}
        mark={<Mark tone={one.known ? "good" : "plain"}>{one.known ? t("profiles.known") : t("profiles.anonymous")}</Mark>}
      />
      {one.is_cutting && <Note tone="warn" title={t("profiles.cutting.title")}>{t("profiles.cutting.text")}</Note>}
      <Header one={one} />
      <Tabs
        value={shown ?? ""} onChange={choose}
        items={offered.map(([key, { Shown: Tab }]) => ({ key, label: t(`profiles.tabs.${key}`), content: <div className="k-tab"><Tab one={one} /></div> }))}
      />
    </PageBody>
  );
}
