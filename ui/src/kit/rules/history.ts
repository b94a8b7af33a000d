/** What was edited, with the way back. Quick changes of one part count as one. */
import { useCallback, useState } from "react";

const TOGETHER_MS = 900;
const MOST = 200;

interface Past<Value> {
  before: Value[];
  present: Value;
  after: Value[];
  /** What the last change was about, and when. */
  part: string;
  at: number;
}

export interface History<Value> {
  present: Value;
  /** `part` names what changes, so that the letters of one word are one step back. */
  change: (next: Value, part?: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

export function useHistory<Value>(first: Value): History<Value> {
  const [past, setPast] = useState<Past<Value>>({ before: [], present: first, after: [], part: "", at: 0 });
  const change = useCallback((next: Value, part = "") => setPast((held) => changed(held, next, part, Date.now())), []);
  const undo = useCallback(() => setPast(undone), []);
  const redo = useCallback(() => setPast(redone), []);
  return { present: past.present, change, undo, redo, canUndo: past.before.length > 0, canRedo: past.after.length > 0 };
}

export function changed<Value>(past: Past<Value>, next: Value, part: string, at: number): Past<Value> {
  if (next === past.present) return past;
  const isSame = part !== "" && part === past.part && at - past.at < TOGETHER_MS;
  const before = isSame ? past.before : [...past.before, past.present].slice(-MOST);
  return { before, present: next, after: [], part, at };
}

export function undone<Value>(past: Past<Value>): Past<Value> {
  if (past.before.length === 0) return past;
  return { before: past.before.slice(0, -1), present: past.before.at(-1) as Value, after: [past.present, ...past.after], part: "", at: 0 };
}

export function redone<Value>(past: Past<Value>): Past<Value> {
  if (past.after.length === 0) return past;
  return { before: [...past.before, past.present], present: past.after[0] as Value, after: past.after.slice(1), part: "", at: 0 };
}
