/** Switches a segment of the list on or off. */
import { useQuery } from "@tanstack/react-query";

import { type ActionProps, Waiting } from "../../kit";
import { segmentOf } from "./api";
import { SwitchDialog } from "./dialogs";

export default function SwitchRow({ rows, onDone }: ActionProps) {
  const { data } = useQuery(segmentOf(rows[0]?.key ?? ""));
  return data ? <SwitchDialog one={data} onDone={onDone} /> : <Waiting lines={1} />;
}
