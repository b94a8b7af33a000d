import { expect, it } from "vitest";

import { differences } from "./diff";

it("shows which words went and which came, and loses none", () => {
  const runs = differences("Orders ≥ 2 in the last 30 days.", "Orders ≥ 3 in the last 30 days, or has the tag “vip”.");
  expect(runs.filter((one) => one.kind === "gone").map((one) => one.text)).toEqual(["2 ", "days."]);
  expect(runs.filter((one) => one.kind !== "come").map((one) => one.text).join("")).toBe("Orders ≥ 2 in the last 30 days.");
  expect(runs.filter((one) => one.kind !== "gone").map((one) => one.text).join("")).toBe("Orders ≥ 3 in the last 30 days, or has the tag “vip”.");
  expect(differences("", "new")).toEqual([{ kind: "come", text: "new" }]);
});
