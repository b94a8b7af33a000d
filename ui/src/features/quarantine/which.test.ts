import { describe, expect, it } from "vitest";

import { whichOf } from "./which";

describe("a whole question of the quarantine", () => {
  it("is told where the server can take it", () => {
    expect(whichOf({})).toEqual({ reason: "" });
    expect(whichOf({ state: "open", reason: "wrong_time", at: { from: 1, to: 2 } })).toEqual({ reason: "wrong_time", since: 1, until: 2 });
  });

  it("is refused where it would mean other events", () => {
    expect(whichOf({ source: "abc" })).toBeNull();
    expect(whichOf({ state: "replayed" })).toBeNull();
    expect(whichOf({ at: { days: 7 } })).toBeNull();
  });
});
