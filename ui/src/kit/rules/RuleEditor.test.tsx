/** The editor drawn: every example of the documentation, the keys, the word «not». */
import { onlineManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useState } from "react";
import { beforeAll, expect, it } from "vitest";

import type { Me } from "../../api/queries";
import { startWords } from "../../i18n";
import { App } from "../provider";
import { SessionProvider } from "../session";
import type { Definition, Rule } from "./model";
import { RuleEditor } from "./RuleEditor";
import { ruleOf, type Tree, treeOf } from "./tree";

const DOC = readFileSync(join(import.meta.dirname, "../../../../docs/rules.md"), "utf8");
const RULES = [...DOC.matchAll(/```json( segment)?\n(.*?)```/gs)].map(([, isSegment, raw = ""]) => (isSegment ? (JSON.parse(raw) as Definition).entry : (JSON.parse(raw) as Rule)));
/** Those of them that have a part which none before has. */
const KINDS = RULES.filter((rule, index) => partsOf(rule).some((part) => !RULES.slice(0, index).flatMap(partsOf).includes(part)));
const ME: Me = { workspace: "shop", name: "Shop", timezone: "Europe/Moscow", login: "olga", role: "owner", rights: [], csrf: "" };
const NONE: ReadonlyMap<string, string[]> = new Map();

beforeAll(async () => {
  // Without a network the pickers wait, and show names as rules have them.
  onlineManager.setOnline(false);
  await startWords("en");
});

function partsOf(rule: Rule): string[] {
  return [...JSON.stringify(rule).matchAll(/"is":"\w+"/g)].map(([part]) => part);
}

/** The editor of a rule, and the way to the rule as it is by then. */
function edited(rule: Rule): () => Rule {
  function Held() {
    const [tree, setTree] = useState<Tree>(() => treeOf(rule));
    return <><RuleEditor label="Entry" tree={tree} onChange={setTree} faults={NONE} /><pre>{JSON.stringify(ruleOf(tree))}</pre></>;
  }
  const client = new QueryClient();
  render(
    <QueryClientProvider client={client}>
      <App><SessionProvider me={ME} sections={[]} lists={{}} pages={[]}><Held /></SessionProvider></App>
    </QueryClientProvider>,
  );
  return () => JSON.parse(document.querySelector("pre")?.textContent ?? "") as Rule;
}

const handle = (number: string) => screen.getByLabelText(`Actions on condition ${number}`);

it("draws every kind of condition, and changes none of them by being looked at", () => {
  const whole: Rule = { is: "all", rules: KINDS };
  const found = edited(whole);
  expect(document.querySelectorAll(".r-leaf").length).toBeGreaterThan(20);
  expect(found()).toEqual(whole);
}, 180_000);

it("turns a condition round, moves, copies and deletes it by the keyboard", () => {
  const [a, b]: Rule[] = [{ is: "tag", names: ["a"] }, { is: "tag", names: ["b"] }];
  const found = edited({ is: "all", rules: [a, b] as Rule[] });
  fireEvent.click(screen.getByLabelText("Not: 2"));
  expect(found()).toEqual({ is: "all", rules: [a, { is: "not", rule: b }] });
  fireEvent.keyDown(handle("2"), { code: "ArrowUp", altKey: true });
  expect(found()).toEqual({ is: "all", rules: [{ is: "not", rule: b }, a] });
  fireEvent.keyDown(handle("2"), { code: "KeyD", ctrlKey: true });
  expect(found()).toEqual({ is: "all", rules: [{ is: "not", rule: b }, a, a] });
  fireEvent.keyDown(handle("1"), { code: "Delete" });
  expect(found()).toEqual({ is: "all", rules: [a, a] });
  expect(document.activeElement).toBe(handle("1"));
}, 180_000);
