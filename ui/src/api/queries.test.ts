import { describe, expect, it } from "vitest";

import { isAwaited, type Rows } from "./queries";

const page = (...values: Record<string, unknown>[]): Rows => ({ items: values.map((one, at) => ({ key: String(at), values: one })), next: null, at: null });

describe("values of the workspace's own columns", () => {
  it("are awaited while some row in sight lacks one; null is a value", () => {
    expect(isAwaited(["x"], [page({ x: 1 }, { x: null })])).toBe(false);
    expect(isAwaited(["x"], [page({ x: 1 }), page({})])).toBe(true);
    expect(isAwaited([], [page({})])).toBe(false);
    expect(isAwaited(["x"], Array.from({ length: 4 }, () => page({})))).toBe(false);
  });
});
