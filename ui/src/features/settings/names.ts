/** Names of roles as people call them. */
import { useQuery } from "@tanstack/react-query";

import { said, useMay, useSection } from "../../kit";
import { roles } from "./api";

export function useRoleNames(): (name: string) => string {
  const own = useQuery({ ...roles, enabled: useMay()("users.manage") }).data;
  const fixed = useSection("users")?.filters.find((one) => one.name === "role")?.choices;
  return (name) => {
    const known = fixed?.find((one) => one.value === name);
    return own?.find((one) => one.name === name)?.title || (known ? said(known) : name);
  };
}
