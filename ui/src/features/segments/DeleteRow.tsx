/** Deletes a segment of the list. */
import { useQuery } from "@tanstack/react-query";

import { type ActionProps, Waiting } from "../../kit";
import { segmentOf } from "./api";
import { DeleteDialog } from "./dialogs";

export default function DeleteRow({ rows, onDone }: ActionProps) {
  const { data } = useQuery(segmentOf(rows[0]?.key ?? ""));
  return data ? <DeleteDialog one={data} onDone={onDone} /> : <Waiting lines={1} />;
}
