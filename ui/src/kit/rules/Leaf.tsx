/** One condition as a sentence of controls, by its kind. */
import { Checkbox } from "../controls";
import { useWords } from "../words";
import { Decimals, Drop, Operator, Whole, Word, Zone } from "./bits";
import { FigureEdit, FigureThings, FigureWhere, FigureWindow } from "./FigureEdit";
import { sortsOf, testFor } from "./figures";
import type { Figure, Leaf, LeafOf, Op } from "./model";
import { eventOf } from "./paths";
import { PickMany, Picker } from "./Picker";
import { SequenceEdit } from "./SequenceEdit";
import { WindowEdit } from "./Spans";
import { ConsentEdit } from "./ConsentEdit";
import { TestEdit } from "./TestEdit";
import { startOf } from "./verbs";
import { useTerm } from "./vocabulary";
import { WhatMore, WhatNames, WhatWhere } from "./What";
import { WhereBlock } from "./WhereBlock";

export interface LeafProps<Kind extends Leaf["is"]> {
  leaf: LeafOf<Kind>;
  onChange: (leaf: Leaf) => void;
}

export function LeafEdit({ leaf, onChange }: { leaf: Leaf; onChange: (leaf: Leaf) => void }) {
  switch (leaf.is) {
    case "attribute": return <Attribute leaf={leaf} onChange={onChange} />;
    case "measured": return <Measured leaf={leaf} onChange={onChange} />;
    case "compare": return <Compare leaf={leaf} onChange={onChange} />;
    case "last_events": return <LastEvents leaf={leaf} onChange={onChange} />;
    case "sequence": return <SequenceEdit leaf={leaf} onChange={onChange} />;
    case "consent": return <ConsentEdit leaf={leaf} onChange={onChange} />;
    case "tag": return <Tag leaf={leaf} onChange={onChange} />;
    case "source": return <Source leaf={leaf} onChange={onChange} />;
    case "identified": return <Identified leaf={leaf} onChange={onChange} />;
    case "member": return <Member leaf={leaf} onChange={onChange} />;
    case "rank": return <Rank leaf={leaf} onChange={onChange} />;
  }
}

function Attribute({ leaf, onChange }: LeafProps<"attribute">) {
  const t = useWords();
  const term = useTerm("attributes", leaf.name);
  return (
    <span className="r-row">
      <Word>{t("rules.leaves.attribute")}</Word>
      <Picker
        label={t("rules.attribute")} part="attributes" value={leaf.name} placeholder={t("rules.choose_attribute")} isFree
        onChange={(name, chosen) => onChange({ ...leaf, name, test: chosen?.type ? startOf(chosen.type) : leaf.test })}
      />
      <TestEdit test={leaf.test} type={term?.type ?? ""} seen={term?.examples ?? []} onChange={(test) => onChange({ ...leaf, test })} />
    </span>
  );
}

function Measured({ leaf, onChange }: LeafProps<"measured">) {
  const { figure, test } = leaf;
  const put = (next: Figure) => onChange({ ...leaf, figure: next, test: testFor(next, test) });
  return (
    <>
      <span className="r-row">
        <FigureThings figure={figure} onChange={put} />
        <TestEdit test={test} only={sortsOf(figure)} onChange={(next) => onChange({ ...leaf, test: next })} />
        <FigureWindow figure={figure} onChange={put} />
      </span>
      <FigureWhere figure={figure} onChange={put} />
    </>
  );
}

const SIGNS: Exclude<Op, "between">[] = ["below", "at_most", "above", "at_least", "equals", "differs"];

function Compare({ leaf, onChange }: LeafProps<"compare">) {
  const t = useWords();
  return (
    <>
      <FigureEdit label={t("rules.left")} figure={leaf.left} onChange={(left) => onChange({ ...leaf, left })} />
      <span className="r-row">
        <Operator value={leaf.op} ops={SIGNS} onChange={(op) => onChange({ ...leaf, op })} />
        <Decimals label={t("rules.ratio")} value={leaf.ratio ?? "1"} onChange={(ratio) => onChange({ ...leaf, ratio })} />
        <Word>{t("rules.times_of")}</Word>
      </span>
      <FigureEdit label={t("rules.right")} figure={leaf.right} onChange={(right) => onChange({ ...leaf, right })} />
    </>
  );
}

function LastEvents({ leaf, onChange }: LeafProps<"last_events">) {
  const t = useWords();
  const { fewer, ...rest } = leaf;
  return (
    <>
      <span className="r-row">
        <Word>{t("rules.leaves.last_events")}</Word>
        <Whole label={t("rules.last_count")} value={leaf.count} least={1} most={1000} onChange={(count) => onChange({ ...leaf, count })} />
        <WhatNames what={leaf.what} onChange={(what) => onChange({ ...leaf, what })} />
        <Drop label={t("rules.match")} value={leaf.match} options={(["none", "some", "all"] as const).map((one) => ({ value: one, label: t(`rules.matches.${one}`) }))} onChange={(match) => onChange({ ...leaf, match })} />
        <WhatMore what={leaf.what} onChange={(what) => onChange({ ...leaf, what })} />
      </span>
      <WhereBlock label={t("rules.where_event")} where={leaf.where} thing={eventOf(leaf.what)} isStill isNeeded onChange={(where) => where && onChange({ ...leaf, where })} />
      <span className="r-row">
        <WhatWhere what={leaf.what} offer={t("rules.only_those")} onChange={(what) => onChange({ ...leaf, what })} />
        <Checkbox label={t("rules.fewer")} value={fewer ?? false} onChange={(isOn) => onChange(isOn ? { ...rest, fewer: true } : rest)} />
      </span>
    </>
  );
}

function Tag({ leaf, onChange }: LeafProps<"tag">) {
  const t = useWords();
  return (
    <span className="r-row">
      <Word>{t("rules.leaves.tag")}</Word>
      <PickMany label={t("rules.tags")} part="tags" values={leaf.names} placeholder={t("rules.choose")} onChange={(names) => onChange({ ...leaf, names })} isFree />
    </span>
  );
}

function Identified({ leaf, onChange }: LeafProps<"identified">) {
  const t = useWords();
  return (
    <span className="r-row">
      <Word>{t("rules.leaves.identified")}</Word>
      <PickMany label={t("rules.identifiers")} part="identifiers" values={leaf.kinds} placeholder={t("rules.choose")} onChange={(kinds) => onChange({ ...leaf, kinds })} />
    </span>
  );
}

function Member({ leaf, onChange }: LeafProps<"member">) {
  const t = useWords();
  return (
    <span className="r-row">
      <Word>{t("rules.leaves.member")}</Word>
      <Picker label={t("rules.segment")} part="segments" value={leaf.segment} placeholder={t("rules.choose")} onChange={(segment) => onChange({ ...leaf, segment })} />
    </span>
  );
}

function Source({ leaf, onChange }: LeafProps<"source">) {
  const t = useWords();
  const part = leaf.side === "marketing" ? "marketing_sources" : "data_sources";
  return (
    <span className="r-row">
      <Drop label={t("rules.side")} value={leaf.side} options={(["marketing", "technical"] as const).map((one) => ({ value: one, label: t(`rules.sides.${one}`) }))} onChange={(side) => onChange({ ...leaf, side, keys: [] })} />
      <Drop label={t("rules.which")} value={leaf.which ?? "any"} options={(["any", "first", "last"] as const).map((one) => ({ value: one, label: t(`rules.whiches.${one}`) }))} onChange={(which) => onChange({ ...leaf, which })} />
      <PickMany label={t("rules.sources")} part={part} values={leaf.keys} placeholder={t("rules.choose")} onChange={(keys) => onChange({ ...leaf, keys })} />
      <WindowEdit value={leaf.window ?? { is: "ever" }} of="plain" onChange={(window) => onChange({ ...leaf, window })} />
    </span>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${hour}:00` }));

function Rank({ leaf, onChange }: LeafProps<"rank">) {
  const t = useWords();
  const moments = leaf.moments ?? {};
  const { zone: _zone, ...rest } = moments;
  return (
    <>
      <span className="r-row">
        <Word>{t("rules.leaves.rank")}</Word>
        <Drop label={t("rules.order")} value={leaf.order ?? "highest"} options={(["highest", "lowest"] as const).map((one) => ({ value: one, label: t(`rules.orders.${one}`) }))} onChange={(order) => onChange({ ...leaf, order })} />
        <Whole label={t("rules.top")} value={leaf.top} least={1} most={1_000_000} onChange={(top) => onChange({ ...leaf, top })} />
        <Drop label={t("rules.top_unit")} value={leaf.unit ?? "percent"} options={(["percent", "people"] as const).map((one) => ({ value: one, label: t(`rules.top_units.${one}`) }))} onChange={(unit) => onChange({ ...leaf, unit })} />
        <Word>{t("rules.ranked_by")}</Word>
      </span>
      <FigureEdit label={t("rules.ranked_figure")} figure={leaf.by} onChange={(by) => onChange({ ...leaf, by })} />
      <span className="r-row">
        <Word>{t("rules.computed")}</Word>
        <Drop label={t("rules.moments")} value={moments.unit ?? "day"} options={(["hour", "day", "week", "month"] as const).map((one) => ({ value: one, label: t(`rules.every.${one}`) }))} onChange={(unit) => onChange({ ...leaf, moments: { ...moments, unit } })} />
        {moments.unit !== "hour" && <Drop label={t("rules.hour")} value={String(moments.hour ?? 3)} options={HOURS} onChange={(hour) => onChange({ ...leaf, moments: { ...moments, hour: Number(hour) } })} />}
        <Zone value={moments.zone} isForAll onChange={(zone) => onChange({ ...leaf, moments: zone ? { ...rest, zone } : rest })} />
      </span>
    </>
  );
}
