/** Puts conditions on the rows of a list together, by the rows of the builder; the server is asked whether they can be. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Filter, Filters, FilterValue, Section, TreeValue } from "../../api/queries";
import { useChange } from "../change";
import { Button } from "../controls";
import { Drawer } from "../overlay";
import { isOpen } from "../rules/gaps";
import type { Where } from "../rules/model";
import "../rules/rules.css";
import { WhereBlock } from "../rules/WhereBlock";
import { Refusal } from "../states";
import { said, useWords } from "../words";
import { thingOf } from "./wheres";

interface DrawerProps {
  section: Section;
  filter: Filter;
  filters: Filters;
  onApply: (value: FilterValue | null) => void;
  onClose: () => void;
}

const NEW: Where = { is: "field", path: [], test: { is: "text", op: "equals", values: [] } };

export function WhereDrawer({ section, filter, filters, onApply, onClose }: DrawerProps) {
  const t = useWords();
  const [where, change] = useState<Where | null>((filters[filter.name] as unknown as Where | undefined) ?? NEW);
  const isEvent = filter.of === "event";
  const asked = where as unknown as TreeValue | null;
  const trying = useChange(() => tryOut(section.name, { ...filters, [filter.name]: asked ?? "" }), { onDone: () => onApply(asked) });
  return (
    <Drawer
      title={said(filter)} isOpen isWide onClose={onClose}
      footer={
        <div className="k-row k-foot-row">
          <span />
          <span className="k-row">
            <Button onClick={onClose}>{t("kit.cancel")}</Button>
            <Button
              kind="main" isBusy={trying.isPending} isDisabled={where !== null && isOpen(where)}
              onClick={() => (where ? trying.mutate(undefined) : onApply(null))}
            >
              {t("kit.list.apply")}
            </Button>
          </span>
        </div>
      }
    >
      <div className="k-stack">
        <p className="k-soft">{t(`kit.where.about_${section.name}`)}</p>
        {isEvent && typeof filters["name"] !== "string" && <p className="k-soft">{t("kit.where.by_name")}</p>}
        <WhereBlock label={said(filter)} where={where} thing={thingOf(filter.of, filters)} isStill={isEvent} onChange={change} />
        <Refusal error={trying.error} />
      </div>
    </Drawer>
  );
}

/** One row is asked for, so that what cannot be is said before the list is. */
function tryOut(name: string, filters: Filters): Promise<unknown> {
  return got(api.GET("/api/{workspace}/sections/{name}/rows", { params: { path: { ...here, name }, query: { filters: JSON.stringify(filters), limit: 1 } } }));
}
