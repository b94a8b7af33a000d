/** The catalogues against each other and against the code that asks them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const PLURAL = /_(zero|one|two|few|many|other)$/;

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Names of the values in a text. */
function values(text: string): string {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((one) => one[1]).toSorted().join();
}

/** Every text of a language by its whole key. */
function texts(language: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (part: unknown, key: string) => {
    if (typeof part === "string") found.set(key, part);
    else for (const [name, one] of Object.entries(part as object)) walk(one, `${key}.${name}`);
  };
  for (const path of readdirSync(join(import.meta.dirname, language))) {
    walk(JSON.parse(readFileSync(join(import.meta.dirname, language, path), "utf8")), path.replace(".json", ""));
  }
  return found;
}

const CODE = filesBelow(ROOT)
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|schema\.d\.ts/.test(path))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");
const [ru, en] = [texts("ru"), texts("en")];
const bare = (all: Map<string, string>) => new Set([...all.keys()].map((key) => key.replace(PLURAL, "")));
const NAMED = /["'`]([a-z_]+(?:\.[a-z_]+)+)["'`]/g;
/** Keys in calls of `t`, and titles of pages. */
const called = new Set(
  [...CODE.matchAll(/\bt\(([^()`]*)|title: ("[a-z_.]+"),/g)].flatMap((one) =>
    [...(one[1] ?? one[2] ?? "").matchAll(/"([a-z_]+(?:\.[a-z_]+)+)"/g)].map((key) => key[1] ?? ""),
  ),
);
/** Beginnings of keys whose end is known when the page runs. */
const BEGUN = /`([a-z_]+(?:\.[a-z_]+)*\.[a-z_]*)\$\{/g;
const asked = new Set([...CODE.matchAll(NAMED)].map((one) => one[1] ?? ""));
const begun = [...CODE.matchAll(BEGUN)].map((one) => one[1] ?? "");

describe("the catalogues", () => {
  it("hold the same keys, plurals aside", () => {
    expect([...bare(ru)].toSorted()).toEqual([...bare(en)].toSorted());
  });

  it("have every plural that their language needs", () => {
    for (const [all, forms] of [[ru, ["one", "few", "many", "other"]], [en, ["one", "other"]]] as const) {
      const plural = new Set([...all.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")));
      for (const key of plural) {
        expect(forms.filter((form) => !all.has(`${key}_${form}`)), key).toEqual([]);
      }
    }
  });

  it("say the same values in both languages", () => {
    for (const [key, text] of en) {
      const other = ru.get(key);
      if (other !== undefined) expect(values(other), key).toBe(values(text));
    }
  });

  it("hold everything that the code asks, and nothing else", () => {
    const there = bare(ru);
    expect([...called].filter((key) => !there.has(key))).toEqual([]);
    const unused = [...there].filter((key) => !asked.has(key) && !begun.some((beginning) => key.startsWith(beginning)));
    expect(unused).toEqual([]);
  });

  it("leave no Russian text in the code", () => {
    expect(CODE.match(/>[^<>{}\n]*[а-яё]{3,}[^<>{}\n]*</gi) ?? []).toEqual([]);
  });
});
