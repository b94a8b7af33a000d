import { describe, expect, it } from "vitest";

import { cronOf, patternOf } from "./cron";

describe("times that come again", () => {
  it.each(["*/15 * * * *", "5 * * * *", "30 4 * * *", "0 9 * * 1,3,5", "0 4 15 * *", "0 4 1-7 * 1", "@daily", "0 */2 * * *", "1,31 * * * *"])("%s is the same after it was read", (cron) => {
    expect(cronOf(patternOf(cron))).toBe(cron);
  });

  it("are read as a person would choose them", () => {
    expect(patternOf("30 4 * * 1-5")).toMatchObject({ every: "week", hour: 4, minute: 30, days: ["mon", "tue", "wed", "thu", "fri"] });
    expect(patternOf("0 4 * * 0,6")).toMatchObject({ every: "week", days: ["sat", "sun"] });
    expect(patternOf("0 4 1 1 *").every).toBe("own");
    expect(patternOf("0 4 * * 5-1").every).toBe("own");
  });
});
