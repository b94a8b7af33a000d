import { describe, expect, it } from "vitest";

import type { Filters, Section } from "../../api/queries";
import { definitionOf } from "./saying";

const kinds = { tag: "text", segment: "reference", city: "text", gender: "choice", age: "number", birth_date: "date", email: "text", identifier: "text", last_seen: "period" };
const section = (name: string) =>
  ({
    name,
    filters: Object.entries(kinds).map(([filter, kind]) => ({ name: filter, kind })),
    columns: ["city", "gender", "age", "birth_date", "email"].map((column) => ({ name: column, type: "text" })).concat({ name: "last_seen", type: "time" }),
  }) as unknown as Section;
const said = (filters: Filters, name = "people") => definitionOf(section(name), filters);
const attribute = (name: string, test: unknown) => ({ is: "attribute", name, test });

describe("filters as a rule", () => {
  it("are said whole", () => {
    const filters = { tag: "vip", segment: "dear", city: "Тула", gender: { any: ["f", "m"] }, age: { from: 18 }, birth_date: { days: 30, before: 1 } };
    expect(said(filters)).toEqual({
      people: "known",
      entry: {
        is: "all",
        rules: [
          { is: "tag", names: ["vip"] },
          { is: "member", segment: "dear" },
          attribute("city", { is: "text", op: "equals", values: ["Тула"], exact: true }),
          attribute("gender", { is: "text", op: "equals", values: ["f", "m"], exact: true }),
          attribute("age", { is: "number", op: "at_least", values: [18] }),
          attribute("birth_date", { is: "days_since", op: "between", values: [1, 30] }),
        ],
      },
    });
    const more = { city: { begins: "т" }, gender: { empty: true }, birth_date: { from: "1990-01-01", to: "1999-12-31" } };
    expect(said(more, "profiles")).toEqual({
      people: "all",
      entry: {
        is: "all",
        rules: [
          attribute("city", { is: "text", op: "begins", values: ["т"] }),
          { is: "not", rule: attribute("gender", { is: "present" }) },
          attribute("birth_date", { is: "date", op: "between", values: ["1990-01-01", "1999-12-31"] }),
        ],
      },
    });
  });

  it("are not said where one of them cannot be", () => {
    const unsaid: Filters[] = [{ email: "a@b.c" }, { identifier: "+7" }, { last_seen: { days: 7 } }, { unknown: "x" }];
    for (const one of unsaid) expect(said({ tag: "vip", ...one })).toBeNull();
    expect(said({})).toBeNull();
    expect(said({ tag: "vip" }, "visitors")).toBeNull();
  });
});
