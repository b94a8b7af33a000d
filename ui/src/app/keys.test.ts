import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { destinations, listening, press } from "./keys";

const ENTRIES = [{ to: "/people", title: "Customers" }, { to: "/segments", title: "Segments" }, { to: "/jobs", title: "Jobs" }];
const PLACES = destinations(ENTRIES, (name) => `/${name}`);
const does = { go: vi.fn<(to: string) => void>(), help: vi.fn<() => void>(), search: vi.fn<() => void>(), press: vi.fn<(icon: string) => boolean>() };
let listen = listening(PLACES, does);

/** A key pressed at an instant; says whether the page's own keys are still told of it. */
function key(code: string, more: KeyboardEventInit = {}, { at = 0, on = document.body as Element } = {}): boolean {
  const event = new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "timeStamp", { value: at });
  Object.defineProperty(event, "target", { value: on });
  listen(event);
  return !event.defaultPrevented;
}

describe("the keys of every page", () => {
  beforeEach(() => {
    vi.resetAllMocks();
    listen = listening(PLACES, does);
  });
  afterEach(() => {
    document.body.innerHTML = "";
  });

  it("lead to what the menu holds, the first of several", () => {
    expect(PLACES.map((one) => [one.code, one.to])).toEqual([["KeyC", "/people"], ["KeyS", "/segments"], ["KeyJ", "/jobs"]]);
  });

  it("go somewhere after G, whatever the layout writes, and leave the list's keys alone otherwise", () => {
    expect(key("KeyJ", { key: "о" })).toBe(true);
    key("KeyG", { key: "п" }, { at: 100 });
    expect(key("KeyJ", { key: "о" }, { at: 300 })).toBe(false);
    expect(does.go.mock.calls).toEqual([["/jobs"]]);
    expect(key("KeyJ", {}, { at: 400 })).toBe(true);
  });

  it("forget G after a while, and after another key", () => {
    key("KeyG", {}, { at: 0 });
    expect(key("KeyC", {}, { at: 5000 })).toBe(true);
    key("KeyG", {}, { at: 6000 });
    key("KeyZ", {}, { at: 6100 });
    expect(key("KeyC", {}, { at: 6200 })).toBe(true);
    expect(does.go).not.toHaveBeenCalled();
  });

  it("show the sheet at a question mark, which is no filter, and the search at Ctrl+K wherever one is", () => {
    expect(key("Slash")).toBe(true);
    expect(key("Slash", { shiftKey: true })).toBe(false);
    expect(does.help).toHaveBeenCalledOnce();
    document.body.innerHTML = "<input>";
    key("KeyK", { ctrlKey: true }, { on: document.querySelector("input") ?? document.body });
    expect(does.search).toHaveBeenCalledOnce();
  });

  it("rest while one types, and leave the browser its own", () => {
    document.body.innerHTML = "<textarea></textarea>";
    const field = { on: document.querySelector("textarea") ?? document.body };
    for (const code of ["KeyG", "KeyC", "KeyN", "KeyE"]) expect(key(code, {}, field)).toBe(true);
    expect(key("KeyN", { ctrlKey: true })).toBe(true);
    expect(does.go).not.toHaveBeenCalled();
    expect(does.press).not.toHaveBeenCalled();
  });

  it("press the button of the head that makes or edits, and none where there is none", () => {
    document.body.innerHTML = `<main><button data-icon-means="edit"></button><div class="k-head"><button data-icon-means="add"></button></div></main>`;
    const pressed: string[] = [];
    for (const one of document.querySelectorAll("button")) one.addEventListener("click", () => pressed.push(one.dataset["iconMeans"] ?? ""));
    expect([press("add"), press("edit"), press("delete"), press("")]).toEqual([true, true, false, false]);
    expect(pressed).toEqual(["add", "edit"]);
    does.press.mockImplementation((icon) => icon !== "" && press(icon));
    expect(key("KeyN")).toBe(false);
    expect(key("KeyX")).toBe(true);
  });
});
