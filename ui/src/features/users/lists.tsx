import type { Lists } from "../../kit/page";
import { RoleName } from "./names";

const role = (value: unknown) => <RoleName name={String(value)} />;

const lists: Lists = {
  users: {
    page: (row) => `/users/${row.key}`,
    cells: { role },
    actions: { create: () => import("./Create"), change: () => import("./Change"), password: () => import("./Password") },
  },
  invitations: {
    cells: { role },
    actions: { invite: () => import("./Invite"), withdraw: () => import("./Withdraw") },
  },
  tokens: {
    record: () => import("./Token"),
    actions: { create: () => import("./MakeToken"), revoke: () => import("./Revoke") },
  },
  audit: { record: () => import("./Audited") },
};

export default lists;
