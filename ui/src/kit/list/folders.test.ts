import { expect, it } from "vitest";

import { type Folder, isAsked, placeOfFolder } from "./folders";

const folder = { id: "7", filters: { at: { from: 1, to: 2 }, stage: "paid" }, order: "" } as unknown as Folder;

it("a folder is what the list asks, in whatever order its filters stand", () => {
  expect(isAsked(folder, { f: { stage: "paid", at: { to: 2, from: 1 } } })).toBe(true);
  expect(isAsked(folder, { f: { stage: "paid" } })).toBe(false);
  expect(isAsked(folder, { ...placeOfFolder(folder), o: "-at" })).toBe(false);
  expect(isAsked(folder, placeOfFolder(folder))).toBe(true);
});
