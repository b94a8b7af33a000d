/** Deletes a computed attribute of the list. */
import { useQuery } from "@tanstack/react-query";

import { type ActionProps, Waiting } from "../../kit";
import { computedOf } from "./api";
import { DeleteDialog } from "./DeleteDialog";

export default function DeleteRow({ rows, onDone }: ActionProps) {
  const { data } = useQuery(computedOf(rows[0]?.key ?? ""));
  return data ? <DeleteDialog one={data} onDone={onDone} /> : <Waiting lines={1} />;
}
