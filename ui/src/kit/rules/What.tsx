/** Which events are meant: their names, and on wish their types, sources, marks and conditions. */
import { useState } from "react";

import { Button } from "../controls";
import { useWords } from "../words";
import { DropMany } from "./bits";
import type { EventMark, EventType, What as Asked } from "./model";
import { eventOf } from "./paths";
import { PickMany } from "./Picker";
import type { Term } from "./vocabulary";
import { WhereBlock } from "./WhereBlock";

const TYPES: EventType[] = ["track", "page", "screen", "identify", "group", "alias"];
const USUAL: EventType[] = ["track", "page", "screen"];
const MARKS: EventMark[] = ["robots", "staff", "tests"];

interface WhatProps {
  what: Asked;
  onChange: (what: Asked) => void;
}

/** The part that stands within the sentence. */
export function WhatNames({ what, onChange }: WhatProps) {
  const t = useWords();
  const rename = (names: string[], terms: Term[]) => {
    const { types: _types, ...rest } = what;
    const kept = what.types ? { types: what.types } : {};
    onChange({ ...rest, ...kept, ...typesFor(what, names, terms), names });
  };
  return <PickMany label={t("rules.event")} part="events" values={what.names ?? []} onChange={rename} placeholder={t("rules.any_event")} isFree mayBeNone />;
}

/** Events of an unusual type are found only where their type is asked for. */
function typesFor(what: Asked, names: string[], terms: Term[]): Pick<Asked, "types"> {
  const held = what.types ?? USUAL;
  const own = terms.filter((one) => names.includes(one.name) && TYPES.includes(one.of as EventType)).map((one) => one.of as EventType);
  const missing = own.filter((one) => !held.includes(one));
  return missing.length ? { types: [...new Set([...held, ...missing])] } : {};
}

/** Types, sources and marks: seldom needed, shown where they say something or are asked for. */
export function WhatMore({ what, onChange }: WhatProps) {
  const t = useWords();
  const says = [what.types, what.sources, what.marked].some((one) => one?.length);
  const [isOpen, setOpen] = useState(says);
  if (!isOpen && !says) return <Button kind="quiet" isSmall onClick={() => setOpen(true)}>{t("rules.more_of_event")}</Button>;
  const put = <Name extends keyof Asked>(name: Name, values: Asked[Name] & unknown[]) => {
    const { [name]: _, ...rest } = what;
    onChange(values.length ? { ...rest, [name]: values } : rest);
  };
  return (
    <span className="r-row">
      <DropMany label={t("rules.types")} values={what.types ?? []} placeholder={t("rules.usual_types")} options={TYPES.map((one) => ({ value: one, label: t(`rules.event_types.${one}`) }))} onChange={(types) => put("types", types)} />
      <PickMany label={t("rules.sources")} part="data_sources" values={(what.sources ?? []).map(String)} placeholder={t("rules.any_source")} onChange={(ids) => put("sources", ids.map(Number))} mayBeNone />
      <DropMany label={t("rules.marked")} values={what.marked ?? []} placeholder={t("rules.no_marks")} options={MARKS.map((one) => ({ value: one, label: t(`rules.marks.${one}`) }))} onChange={(marked) => put("marked", marked)} />
    </span>
  );
}

export function WhatWhere({ what, onChange, offer }: WhatProps & { offer?: string }) {
  const t = useWords();
  const { where, ...rest } = what;
  return (
    <WhereBlock
      label={t("rules.where_event")} where={where ?? null} thing={eventOf(what)} isStill offer={offer}
      onChange={(next) => onChange(next ? { ...rest, where: next } : rest)}
    />
  );
}

/** Everything of it, one after another: for a step, or for what a window begins with. */
export function What(props: WhatProps) {
  return (
    <span className="r-what">
      <WhatNames {...props} />
      <WhatMore {...props} />
      <WhatWhere {...props} />
    </span>
  );
}
