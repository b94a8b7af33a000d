/** What the import wizard asks of the server, and the changes that it sends. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { useChange } from "../../kit";

export type ImportDetail = Answer<"/api/{workspace}/imports/{number}">;
export type Mapping = ImportDetail["mapping"];
export type Target = Mapping["target"];
export type Kind = ImportDetail["summary"]["kind"];
/** One column of the file, with what it means. */
export interface MappedColumn {
  column: string;
  role: "identifier" | "attribute" | "property" | "order" | "line" | "record" | "time" | "event" | "key" | "consent" | "tag" | "ignore";
  name?: string;
}

const EVERY_MS = 1_000;
const UNDER_WAY = new Set(["waiting", "running"]);

export const importOf = (id: string) =>
  queryOptions<ImportDetail>({
    queryKey: ["import", id],
    refetchInterval: (query) => (UNDER_WAY.has(query.state.data?.summary.state ?? "") ? EVERY_MS : false),
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/imports/{number}", { params: { path: { ...here, number: id } }, signal })),
  });

/** Sends a file as it is: it may be far larger than what a page could hold twice. */
export async function upload(file: File): Promise<ImportDetail> {
  const sent = {
    params: { path: here, query: { file_name: file.name } },
    // The document of the API has no type for a body that is a file.
    body: file as never,
    bodySerializer: () => file,
    headers: { "Content-Type": "application/octet-stream" },
  };
  return (await got(api.POST("/api/{workspace}/imports", sent))) as ImportDetail;
}

/** The changes of one import. */
export function useImport(id: string) {
  const params = { path: { ...here, number: id } };
  const touches = [["import", id], ["rows", "imports"]];
  return {
    change: useChange((body: { kind?: Kind; mapping?: Mapping }) => got(api.PATCH("/api/{workspace}/imports/{number}", { params, body })), { touches }),
    trial: useChange(() => got(api.POST("/api/{workspace}/imports/{number}/dry-run", { params }))),
    start: useChange(() => got(api.POST("/api/{workspace}/imports/{number}/start", { params })), { touches }),
    cancel: useChange(() => got(api.POST("/api/{workspace}/imports/{number}/cancel", { params })), { touches }),
  };
}

/** Address of the rows that were not taken, as a file. */
export function errorsOf(id: string): string {
  return `/api/${here.workspace}/imports/${id}/errors`;
}
