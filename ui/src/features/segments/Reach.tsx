/** How many people are reached by each channel at this moment; a channel by which nobody is says so. */
import { useQuery } from "@tanstack/react-query";

import { useFormat, useWords } from "../../kit";
import type { Count } from "../../kit/rules/checking";
import { reachOf, type Segment } from "./api";

export function Reach({ channels }: { channels: NonNullable<Count["reach"]> }) {
  const t = useWords();
  const format = useFormat();
  const told = channels.map((one) => `${t(`segments.count.reach_${one.channel}`)} ${one.people ? format.number(one.people) : t("segments.count.reach_none")}`);
  return <span title={t("segments.count.reach_hint")}>{t("segments.count.reach")} {told.join(" · ")}</span>;
}

/** The same of the people who are in a segment; nothing while it is counted, and where it cannot be. */
export function ReachOf({ one }: { one: Segment }) {
  const { data } = useQuery(reachOf(one.key));
  return data?.reach ? <p className="s-reach"><Reach channels={data.reach} /></p> : null;
}
