import { fireEvent, render, screen } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";

import { Problem } from "../api/problem";
import { startWords } from "../i18n";
import { Failure, Refusal } from "./states";

beforeAll(() => startWords("ru"));

const problem = (status: number, more = {}) =>
  new Problem({ status, title: "", detail: "", id: null, faults: [], kind: "", right: "", retryAfter: 0, ...more });

it("a failure says what to do, its number, and can be tried again", () => {
  const again = vi.fn();
  render(<Failure error={problem(503, { detail: "Wait.", id: "0190" })} onRetry={again} />);
  expect(screen.getByRole("alert").textContent).toContain("Wait.");
  expect(screen.getByText("0190")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Повторить" }));
  expect(again).toHaveBeenCalledOnce();
});

it("what may not be seen is told as such", () => {
  render(<Failure error={problem(403)} />);
  expect(screen.getByRole("heading").textContent).toBe("Нет доступа");
});

it("every fault of a refused form is named", () => {
  render(<Refusal error={problem(400, { detail: "Wrong.", faults: [{ field: "name", message: "too long" }] })} />);
  expect(screen.getByRole("alert").textContent).toContain("name: too long");
});
