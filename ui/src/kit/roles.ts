/** Roles of the workspace, and what people call them. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, type Answer, got, here } from "../api/client";
import { useMay, useSection } from "./session";
import { said } from "./words";

export type Role = Answer<"/api/{workspace}/roles">[number];

export const roles = queryOptions({
  queryKey: ["roles"],
  staleTime: 60_000,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/roles", { params: { path: here }, signal })),
});

/** The roles there are, for who may see them. */
export function useRoles(): Role[] {
  return useQuery({ ...roles, enabled: useMay()("users.manage") }).data ?? [];
}

/** The name of a role for people: its title, or that of one which every project has. */
export function useRoleNames(): (name: string) => string {
  const own = useRoles();
  const fixed = useSection("users")?.filters.find((one) => one.name === "role")?.choices;
  return (name) => {
    const known = fixed?.find((one) => one.value === name);
    return own.find((one) => one.name === name)?.title || (known ? said(known) : name);
  };
}
