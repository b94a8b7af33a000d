/** A figure as parts of a sentence: the things, what is made of them, when, and under which conditions. */
import { useState } from "react";

import { Button } from "../controls";
import { useWords } from "../words";
import { Currency, Drop } from "./bits";
import { figureOf, FIGURES, howOf, HOWS, MADE_OF, measured, ofField, type Only, thingOf, typed, withMeasure } from "./figures";
import type { Figure, Where } from "./model";
import { LINE, ORDER } from "./paths";
import { FieldPicker, Picker } from "./Picker";
import { WindowEdit } from "./Spans";
import { WhatMore, WhatNames, WhatWhere } from "./What";
import { WhereBlock } from "./WhereBlock";

interface FigureProps {
  figure: Figure;
  only?: Only;
  onChange: (figure: Figure) => void;
}

/** Which things, and which of their figures. */
export function FigureThings({ figure, only, onChange }: FigureProps) {
  const t = useWords();
  return (
    <>
      <Drop label={t("rules.things")} value={figure.is} options={(only?.figures ?? FIGURES).map((one) => ({ value: one, label: t(`rules.figures.${one}`) }))} onChange={(is) => onChange(figureOf(is))} />
      {figure.is === "events" && <WhatNames what={figure.what ?? {}} onChange={(what) => onChange({ ...figure, what })} />}
      {(figure.is === "orders" || figure.is === "lines") && (
        <Drop
          label={t("rules.stand")} value={figure.stand ?? "purchases"} options={(["purchases", "all"] as const).map((one) => ({ value: one, label: t(`rules.stands.${one}`) }))}
          onChange={(stand) => onChange({ ...figure, stand })}
        />
      )}
      {figure.is === "product_list" && <Picker label={t("rules.list")} part="lists" value={figure.list} onChange={(list) => onChange({ ...figure, list })} placeholder={t("rules.choose")} isFree />}
      {figure.is === "related" && <Picker label={t("rules.kind")} part="record_kinds" value={figure.kind} onChange={(kind) => onChange({ ...figure, kind })} placeholder={t("rules.choose")} />}
      <MeasureEdit figure={figure} only={only} onChange={onChange} />
    </>
  );
}

function MeasureEdit({ figure, only, onChange }: FigureProps) {
  const t = useWords();
  const { measure } = figure;
  const how = howOf(measure);
  const hows = (only?.hows ?? HOWS).filter((one) => figure.is !== "related" || one === how || (one !== "first" && one !== "last"));
  return (
    <>
      <Drop
        label={t("rules.measure")} value={how} options={hows.map((one) => ({ value: one, label: t(`rules.hows.${one === "count" && figure.is === "events" ? "times" : one}`) }))}
        onChange={(next) => onChange(withMeasure(figure, measured(next, measure)))}
      />
      {measure && how !== "count" && (
        <>
          <FieldPicker label={t("rules.measured_field")} thing={thingOf(figure)} path={measure.field ?? []} onChange={(field, type) => onChange(withMeasure(figure, ofField(measure, field, type)))} />
          {MADE_OF[how].length > 1 && (
            <Drop
              label={t("rules.value_type")} value={measure.type ?? "number"} options={MADE_OF[how].map((one) => ({ value: one, label: t(`rules.types_of.${one}`) }))}
              onChange={(type) => onChange(withMeasure(figure, typed(measure, type)))}
            />
          )}
          {measure.type === "money" && <Currency value={measure.currency ?? ""} onChange={(currency) => onChange(withMeasure(figure, { ...measure, currency }))} />}
        </>
      )}
    </>
  );
}

/** When, by which time of the things. */
export function FigureWindow({ figure, onChange }: FigureProps) {
  if (figure.is === "related") return null;
  const window = figure.window ?? { is: "ever" as const };
  return (
    <>
      <WindowEdit value={window} of="figure" onChange={(next) => onChange(next.is === "ever" && !figure.window ? figure : { ...figure, window: next })} />
      {figure.is === "orders" && window.is !== "ever" && (
        <ByTime value={figure.at ?? "ordered_at"} ats={["ordered_at", "stage_at"]} onChange={(at) => onChange({ ...figure, at })} />
      )}
      {figure.is === "product_list" && window.is !== "ever" && (
        <ByTime value={figure.at ?? "last"} ats={["last", "first"]} onChange={(at) => onChange({ ...figure, at })} />
      )}
      {figure.is === "events" && <WhatMore what={figure.what ?? {}} onChange={(what) => onChange({ ...figure, what })} />}
    </>
  );
}

/** Which time of a thing the window looks at: the first of them unless somebody says otherwise. */
function ByTime<At extends string>({ value, ats, onChange }: { value: At; ats: [At, At]; onChange: (at: At) => void }) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  if (!isOpen && value === ats[0]) return <Button kind="quiet" isSmall onClick={() => setOpen(true)}>{t("rules.more_of_event")}</Button>;
  return <Drop label={t("rules.by_time")} value={value} options={ats.map((one) => ({ value: one, label: t(`rules.ats.${one}`) }))} onChange={onChange} />;
}

/** Conditions on the things: all of them on the same one. */
export function FigureWhere({ figure, onChange }: FigureProps) {
  const t = useWords();
  if (figure.is === "events") return <WhatWhere what={figure.what ?? {}} onChange={(what) => onChange({ ...figure, what })} />;
  const label = figure.is === "lines" ? t("rules.where_line") : figure.is === "related" ? t("rules.where_record") : t("rules.where_thing");
  const { where, ...rest } = figure;
  const put = (next: Where | null) => onChange((next ? { ...rest, where: next } : rest) as Figure);
  return (
    <>
      <WhereBlock label={label} where={where ?? null} thing={figure.is === "lines" ? LINE : thingOf(figure)} onChange={put} />
      {figure.is === "lines" && <OrderWhere figure={figure} onChange={onChange} />}
    </>
  );
}

function OrderWhere({ figure, onChange }: { figure: Figure & { is: "lines" }; onChange: (figure: Figure) => void }) {
  const t = useWords();
  const { order, ...rest } = figure;
  return (
    <span className="r-row">
      <span className="k-hint">{t("rules.of_order")}</span>
      <WhereBlock label={t("rules.where_order")} where={order ?? null} thing={ORDER} onChange={(next) => onChange(next ? { ...rest, order: next } : rest)} />
    </span>
  );
}

/** A whole figure, where nothing stands between its parts. */
export function FigureEdit(props: FigureProps & { label: string }) {
  return (
    <span className="r-figure" role="group" aria-label={props.label}>
      <span className="r-row">
        <FigureThings {...props} />
        <FigureWindow {...props} />
      </span>
      <FigureWhere {...props} />
    </span>
  );
}
