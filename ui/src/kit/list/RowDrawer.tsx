/** One row beside its list: everything it holds, and what can be done to it. */
import { Suspense } from "react";

import type { Row, Section } from "../../api/queries";
import { Button } from "../controls";
import { Go } from "../layout";
import { Drawer, MenuButton } from "../overlay";
import type { ListExtra, RecordProps } from "../page";
import { Facts } from "../show";
import { Waiting } from "../states";
import { said, useWords } from "../words";
import { type Begin, lazily, offered } from "./actions";
import { Cell, isNothing } from "./Cell";
import { nameOf } from "./FilterEditor";

const BUTTONS = 2;

export function RowDrawer(props: { section: Section; extra: ListExtra; row: Row | undefined; begin: Begin; onClose: () => void }) {
  const { section, extra, row, begin, onClose } = props;
  const t = useWords();
  if (!row) return null;
  const actions = [...offered(section, extra, "one"), ...offered(section, extra, "many")];
  const Shown = extra.record ? lazily<RecordProps>(extra.record) : null;
  return (
    <Drawer
      title={nameOf(section, row)} isOpen onClose={onClose} isWide={Shown !== null}
      extra={
        <div className="k-row">
          {extra.page && <Go to={extra.page(row)}>{t("kit.list.open_page")}</Go>}
          {actions.slice(0, BUTTONS).map((one) => (
            <Button key={one.name} onClick={() => begin(one, [row])}>
              {said(one)}
            </Button>
          ))}
          {actions.length > BUTTONS && (
            <MenuButton icon="more" label={t("kit.list.other_actions")} items={actions.slice(BUTTONS).map((one) => ({ key: one.name, label: said(one), onClick: () => begin(one, [row]) }))} />
          )}
        </div>
      }
    >
      {Shown ? (
        <Suspense fallback={<Waiting />}>
          <Shown section={section} row={row} />
        </Suspense>
      ) : (
        <Everything section={section} row={row} />
      )}
    </Drawer>
  );
}

/** The columns one below the other; those that hold nothing are left out. */
export function Everything({ section, row }: RecordProps) {
  const held = section.columns.filter((one) => !isNothing(row.values[one.name]));
  return (
    <Facts
      items={held.map((one) => ({
        key: one.name,
        name: said(one),
        value: isJson(row.values[one.name]) ? <Json text={String(row.values[one.name])} /> : <Cell section={section} column={one} row={row} />,
      }))}
    />
  );
}

function isJson(value: unknown): boolean {
  return typeof value === "string" && /^[[{]/.test(value);
}

/** JSON with a line for each of its parts, where it is JSON. */
export function Json({ text }: { text: string }) {
  return <pre className="k-json">{pretty(text)}</pre>;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
