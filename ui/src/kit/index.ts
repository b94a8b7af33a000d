/** What pages are made of. */
export { Chart, type ChartProps, type Series, useTimesAlong } from "./Chart";
export * from "./change";
export * from "./controls";
export { type Format, makeFormat, NOTHING } from "./format";
export * from "./icons";
export * from "./layout";
export * from "./list/RecordList";
export type { ListPlace } from "./list/asking";
export { ActionDialog } from "./list/ActionDialog";
export { Everything, Json } from "./list/RowDrawer";
export * from "./overlay";
export type * from "./page";
export { roles, useRoleNames } from "./roles";
export * from "./session";
export * from "./show";
export * from "./states";
export { Tabs } from "./Tabs";
export * from "./words";
