/** Joins the two people of a refused join in spite of the refusal. */
import type { ActionProps } from "../../kit";
import Merge from "./Merge";

export default function JoinRow(props: ActionProps) {
  const { profile, other } = props.rows[0]?.values ?? {};
  const people = [profile, other].filter(Boolean).map((key) => ({ key: String(key), values: {} }));
  return <Merge {...props} rows={people} />;
}
