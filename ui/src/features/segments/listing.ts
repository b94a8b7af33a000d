/** Lists and snapshots: the changes that their dialogs send. */
import { api, got, here } from "../../api/client";
import type { paths } from "../../api/schema";

export type Mode = "add" | "replace" | "remove";
export type Listed = paths["/api/{workspace}/segments/{segment}/people"]["post"]["responses"][200]["content"]["application/json"];

const wait = { wait: 8 };

export interface Upload {
  file: File;
  mode: Mode;
  makes: boolean;
  note: string;
}

export async function putPeople(key: string, { file, mode, makes, note }: Upload): Promise<Listed> {
  const sent = {
    params: { path: { ...here, segment: key }, query: { mode, makes, note, ...wait } },
    // The document of the API has no type for a body that is a file.
    body: file as never,
    bodySerializer: () => file,
    headers: { "Content-Type": "application/octet-stream" },
  };
  return (await got(api.POST("/api/{workspace}/segments/{segment}/people", sent as never))) as Listed;
}

export function makeList(name: string, note: string) {
  return got(api.POST("/api/{workspace}/segments/lists", { params: { path: here, query: wait }, body: { name, note } })) as Promise<{ key: string }>;
}

export function takeSnapshot(of: string, name: string, note: string) {
  return got(
    api.POST("/api/{workspace}/segments/{segment}/snapshots", { params: { path: { ...here, segment: of }, query: wait }, body: { name, note } }),
  ) as Promise<{ key: string }>;
}

/** What a change of who is on a list makes read anew. */
export const listTouched = (key: string) => [["segment", key], ["segment-edits", key], ["segment-sizes", key], ["segment-changes", key], ["rows"]];
