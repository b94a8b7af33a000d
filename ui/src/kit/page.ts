/** What a feature gives to the console: pages of its own, and what it adds to lists that the server declares.

`features/<slice>/pages.ts` exports `Page[]`, `features/<slice>/lists.ts` exports `Lists`; both are found by themselves.
Components are given as `load`, so that a page comes over the wire when it is opened.
*/
import type { ComponentType, ReactNode } from "react";

import type { Filters, Right, Row, Section } from "../api/queries";

type Loaded<Props> = () => Promise<{ default: ComponentType<Props> }>;

export interface Page {
  /** What the server's menu and search call it (`console/menu.py`); none for a page that is reached from another. */
  name?: string;
  /** Address after the workspace's, as `imports/$import`; `$name` is a part that varies. */
  path: string;
  /** Key of the text that names the page where it is refused. */
  title: string;
  load: Loaded<object>;
  /** Without it the page is not offered, and says so where it is opened. */
  right?: Right;
  /** Stands in place of the first page for whoever holds its right and lacks this one. */
  isFirstWithout?: Right;
}

export interface Every {
  filters: Filters;
  order: string;
  /** How many rows that is, for a person. */
  total: string;
}

/** What a dialog of an action is given. */
export interface ActionProps {
  section: Section;
  /** The rows it is about; empty for an action that makes one. */
  rows: Row[];
  /** Every row of this question is meant, not `rows` alone; given to actions named in `ListExtra.every`. */
  every?: Every;
  /** Close; `changed` reads the list anew. */
  onDone: (changed: boolean) => void;
}

/** What a preview of a row is given. */
export interface RecordProps {
  section: Section;
  row: Row;
}

export interface ListExtra {
  /** Address of the page that a row opens, where there is more to a record than its columns. */
  page?: (row: Row) => string;
  /** What the drawer shows, in place of the columns one below the other. */
  record?: Loaded<RecordProps>;
  /** How values of a column are shown. */
  cells?: Record<string, (value: unknown, row: Row) => ReactNode>;
  /** Dialogs of the actions that the server declares, by their names. An action without one is not offered. */
  actions?: Record<string, Loaded<ActionProps>>;
  /** Actions that can be done to every row of a filter, page or no page. */
  every?: string[];
  /** Addresses of pages that do an action which makes a row. */
  pages?: Record<string, string>;
  /** Actions on the whole list that make no row. */
  whole?: string[];
}

/** By the name of the section. */
export type Lists = Record<string, ListExtra>;
