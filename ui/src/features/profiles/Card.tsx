/** The card of one person: who it is, what they come to, and everything that is known of them. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { Failure, Mark, Note, PageBody, PageHead, Tabs, useWords, Waiting } from "../../kit";
import { Attributes } from "./Attributes";
import { cardBlocks, type Profile, profile as profileQuery } from "./api";
import { ConsentsTab } from "./Consents";
import "./card.css";
import { Actions, Header } from "./Header";
import { Identity } from "./Identity";
import { Lists } from "./Lists";
import { personName } from "./names";
import { Orders } from "./Orders";
import { Records } from "./Records";
import { Segments } from "./Segments";
import { Sources } from "./Sources";
import { Timeline } from "./Timeline";
import { Visits } from "./Visits";

/** By the name of the block that the server arranges. The summary stands above. */
const TABS: Record<string, { key: string; Shown: (props: { one: Profile }) => React.ReactNode }> = {
  timeline: { key: "timeline", Shown: Timeline },
  attributes: { key: "attributes", Shown: Attributes },
  orders: { key: "orders", Shown: Orders },
  product_lists: { key: "lists", Shown: Lists },
  records: { key: "records", Shown: Records },
  consents: { key: "consents", Shown: ConsentsTab },
  segments: { key: "segments", Shown: Segments },
  visits: { key: "visits", Shown: Visits },
  sources: { key: "sources", Shown: Sources },
  identity: { key: "identity", Shown: Identity },
};

export default function Card() {
  const { profile: id = "" } = useParams({ strict: false }) as { profile?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(profileQuery(id));
  const arranged = useQuery(cardBlocks);
  if (error && !data) {
    return (
      <PageBody>
        <PageHead title={t("profiles.card")} back={{ to: "/profiles", title: t("profiles.all") }} />
        <Failure error={error} onRetry={() => void refetch()} />
      </PageBody>
    );
  }
  if (arranged.error && !arranged.data) return <PageBody><Failure error={arranged.error} onRetry={() => void arranged.refetch()} /></PageBody>;
  if (!data || !arranged.data) return <PageBody><Waiting lines={10} /></PageBody>;
  return <Shown one={data} blocks={arranged.data.blocks.map((block) => block.name)} />;
}

/** The blocks that hold for the caller's role, in their order. */
function Shown({ one, blocks }: { one: Profile; blocks: string[] }) {
  const t = useWords();
  const search = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const offered = blocks.flatMap((block) => TABS[block] ?? []);
  const shown = offered.some((tab) => tab.key === search.tab) ? search.tab : offered[0]?.key;
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
      {blocks.includes("summary") && <Header one={one} />}
      <Tabs
        value={shown ?? ""} onChange={choose}
        items={offered.map(({ key, Shown: Tab }) => ({ key, label: t(`profiles.tabs.${key}`), content: <div className="k-tab"><Tab one={one} /></div> }))}
      />
    </PageBody>
  );
}
