/** Names of roles, and the field that chooses one. */
import { useQuery } from "@tanstack/react-query";

import { roles, Select, useRoleNames, useWords } from "../../kit";
import { type Role } from "./api";

export function RoleName({ name }: { name: string }) {
  return useRoleNames()(name);
}

export function RoleField({ value, onChange, hint }: { value: string; onChange: (role: string) => void; hint?: string }) {
  const t = useWords();
  const nameOf = useRoleNames();
  const { data = [] } = useQuery(roles);
  return (
    <Select
      label={t("users.role")} isRequired hint={hint} value={value || null} onChange={onChange}
      options={data.map((one: Role) => ({ value: one.name, label: nameOf(one.name) }))}
    />
  );
}
