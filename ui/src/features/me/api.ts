/** What one's own account asks of the server. */
import { queryOptions } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";

export const ownSessions = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/me/sessions", { params: { path: here }, signal })),
});

export const factor = queryOptions({
  queryKey: ["me", "factor"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/me/second-factor", { params: { path: here }, signal })),
});
