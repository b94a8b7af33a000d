/** Names of roles, and the field that chooses one. */
import { useQuery } from "@tanstack/react-query";

import { Select, useMay, useSection, useWords, said } from "../../kit";
import { type Role, roles } from "./api";

/** The name of a role for people: its title, or that of one which every project has. */
export function useRoleNames(): (name: string) => string {
  const own = useQuery({ ...roles, enabled: useMay()("users.manage") }).data;
  const fixed = useSection("users")?.filters.find((one) => one.name === "role")?.choices;
  return (name) => {
    const title = own?.find((one) => one.name === name)?.title;
    const known = fixed?.find((one) => one.value === name);
    return title || (known ? said(known) : name);
  };
}

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
