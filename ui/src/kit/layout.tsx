/** How a page is laid out: its head, panels, plain tables, steps, progress. */
import { Link as RouterLink, useRouterState } from "@tanstack/react-router";
import { Progress as AntProgress, Steps as AntSteps, Upload as AntUpload } from "antd";
import { type ReactNode, useEffect, useRef } from "react";

import { Icon } from "./icons";
import { useMe } from "./session";

/** Goes to another page of the console. `to` begins with a slash and leaves the workspace out. */
export function Go(props: { to: string; search?: Record<string, unknown>; children: ReactNode; title?: string; className?: string }) {
  const { to, search, ...rest } = props;
  const address = { to, search } as unknown as { to: "/" };
  // The first page's address begins every other; it is the current one where it is all of it.
  return <RouterLink {...address} activeOptions={{ exact: to === "/", includeSearch: false }} {...rest} />;
}

export interface PageHeadProps {
  title: string;
  /** What stands behind the name, as a mark of its state. */
  mark?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; title: string };
}

/** The head of a page. On arrival the focus is here, so that a screen reader says where one is. */
export function PageHead({ title, mark, note, actions, back }: PageHeadProps) {
  const head = useRef<HTMLHeadingElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { name } = useMe();
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  const arrived = useRef("");
  useEffect(() => {
    if (arrived.current !== path) head.current?.focus({ preventScroll: true });
    arrived.current = path;
  }, [path]);
  return (
    <header className="k-head">
      <div>
        {back && (
          <Go to={back.to} className="k-back">
            <Icon name="back" /> {back.title}
          </Go>
        )}
        <div className="k-row">
          <h1 ref={head} tabIndex={-1}>
            {title}
          </h1>
          {mark}
        </div>
        {note && <div className="k-soft">{note}</div>}
      </div>
      {actions && <div className="k-row">{actions}</div>}
    </header>
  );
}

/** A page that scrolls, with room around it. A list fills the window instead. */
export function PageBody({ children, isNarrow }: { children: ReactNode; isNarrow?: boolean }) {
  return <div className={isNarrow ? "k-page k-narrow" : "k-page"}>{children}</div>;
}

export function Panel({ title, extra, children }: { title?: string; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className="k-panel">
      {(title || extra) && (
        <div className="k-panel-head">
          {title && <h2>{title}</h2>}
          {extra}
        </div>
      )}
      {children}
    </section>
  );
}

export interface TableColumn<Item> {
  key: string;
  title: string;
  show: (item: Item) => ReactNode;
  isNumber?: boolean;
  width?: number;
}

/** A short table that is all there. Lists of records are a `RecordList`. */
export function Table<Item>(props: { label: string; columns: TableColumn<Item>[]; items: Item[]; keyOf: (item: Item) => string; empty?: ReactNode }) {
  const { label, columns, items, keyOf, empty } = props;
  if (items.length === 0 && empty) return <div className="k-soft">{empty}</div>;
  return (
    <div className="k-scroll">
      <table className="k-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((one) => (
              <th key={one.key} scope="col" className={one.isNumber ? "k-right" : undefined} style={{ width: one.width }}>
                {one.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map((one) => (
                <td key={one.key} className={one.isNumber ? "k-right" : undefined}>
                  {one.show(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Steps({ titles, at }: { titles: string[]; at: number }) {
  return <AntSteps current={at} size="small" items={titles.map((title) => ({ title }))} />;
}

/** How far something is, from 0 to 1; null where nobody knows. */
export function Progress({ label, share, isFailed }: { label: string; share: number | null; isFailed?: boolean }) {
  const status = isFailed ? "exception" : share === null ? "active" : undefined;
  return <AntProgress aria-label={label} percent={Math.round((share ?? 1) * 100)} status={status} showInfo={share !== null} />;
}

/** Takes one file, dropped or chosen. */
export function FileDrop({ label, hint, accept, isDisabled, onFile }: { label: string; hint?: string; accept?: string; isDisabled?: boolean; onFile: (file: File) => void }) {
  return (
    <AntUpload.Dragger
      accept={accept} disabled={isDisabled} showUploadList={false} maxCount={1}
      beforeUpload={(file) => {
        onFile(file);
        return false;
      }}
    >
      <p className="k-drop">
        <Icon name="upload" /> {label}
      </p>
      {hint && <p className="k-hint">{hint}</p>}
    </AntUpload.Dragger>
  );
}
