/** What changed between two texts, word by word. In: before and after. Out: runs of words that stayed, went or came. */
export interface Run {
  kind: "same" | "gone" | "come";
  text: string;
}

/** Longest common subsequence of words; texts of summaries are short enough for its table. */
export function differences(before: string, after: string): Run[] {
  const [old, now] = [words(before), words(after)];
  const lengths = table(old, now);
  const runs: Run[] = [];
  const add = (kind: Run["kind"], word: string) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += word;
    else runs.push({ kind, text: word });
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      add("same", old[i] ?? "");
      [i, j] = [i + 1, j + 1];
    } else if (j >= now.length || (i < old.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      add("gone", old[i] ?? "");
      i += 1;
    } else {
      add("come", now[j] ?? "");
      j += 1;
    }
  }
  return runs;
}

/** Words with the space behind them, so that what went and what came stand apart. */
function words(text: string): string[] {
  return text.match(/\s+|\S+\s*/g) ?? [];
}

/** Length of the longest common subsequence from each pair of places on. */
function table(old: string[], now: string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] ?? [], lengths[i + 1] ?? []];
    for (let j = now.length - 1; j >= 0; j -= 1) row[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return lengths;
}
