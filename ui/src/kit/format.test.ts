import { describe, expect, it } from "vitest";

import { makeFormat } from "./format";

const ru = makeFormat("ru", "Asia/Vladivostok");
const en = makeFormat("en", "Europe/Moscow");
const NEW_YEAR = Date.UTC(2026, 0, 1, 0, 30);

describe("numbers", () => {
  it("stand in groups that no line breaks", () => {
    expect(ru.number(1234567.5)).toBe("1\u202f234\u202f567,5");
    expect(en.number(1234567.5)).toBe("1,234,567.5");
    expect(ru.percent(0.123)).toBe("12,3\u00a0%");
  });

  it("say what they count; spans of time in the reader's language, however they were written", () => {
    expect([1, 3, 25].map((days) => ru.counted(days, "дн."))).toEqual(["1 день", "3 дня", "25 дней"].map((text) => text.replace(" ", "\u00a0")));
    expect(en.counted(1, "дней")).toBe("1\u00a0day");
    expect(ru.counted(1500, "баллов")).toBe("1\u202f500\u00a0баллов");
    expect([ru.counted(2, ""), ru.counted("1.50", "days")]).toEqual(["2", "1,50\u00a0days"]);
  });

  it("keep every digit of decimal text", () => {
    expect(en.number("9007199254740993.10")).toBe("9,007,199,254,740,993.10");
    expect(en.number("no number")).toBe("no number");
  });
});

describe("money", () => {
  it("has the sign and the minor units of its currency", () => {
    expect(ru.money("1234.5", "RUB")).toBe("1\u202f234,50\u00a0₽");
    expect(en.money("1234", "JPY")).toBe("¥1,234");
    expect(ru.money("5", "")).toBe("5");
  });
});

describe("times", () => {
  it("are those of the workspace's zone, wherever the browser is", () => {
    expect(ru.time(NEW_YEAR)).toBe("01.01.2026 10:30");
    expect(en.time(NEW_YEAR)).toBe("01/01/2026 03:30");
    expect(ru.date("1990-05-17")).toBe("17.05.1990");
    expect(ru.date("nothing")).toBe("nothing");
  });

  it("are told as long ago in a unit that suits them", () => {
    expect(en.ago(NEW_YEAR - 90_000, NEW_YEAR)).toBe("1 min ago");
    expect(en.ago(NEW_YEAR - 3 * 3_600_000, NEW_YEAR)).toBe("3 hr ago");
    expect(en.ago(NEW_YEAR - 30 * 86_400_000, NEW_YEAR)).toBe("2 Dec 2025");
  });

  it("have lengths", () => {
    expect(ru.length(1500)).toBe("2 с");
    expect(en.length(7_200_000)).toBe("2 hrs");
  });
});

describe("phones", () => {
  it("of Russia stand as people write them; others as they are", () => {
    expect(ru.phone("+79161234567")).toBe("+7 916 123-45-67");
    expect(ru.phone("+79*****4567")).toBe("+79*****4567");
  });
});
