/** Undoes the join of a row of merges. */
import type { ActionProps } from "../../kit";
import { CutDialog } from "./CutDialog";

export default function CutRow({ rows, onDone }: ActionProps) {
  const [position = 0, ordinal = 0] = (rows[0]?.key ?? "").split(".").map(Number);
  return <CutDialog position={position} ordinal={ordinal} onDone={onDone} />;
}
