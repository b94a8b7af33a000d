/** The keys that work on every page, by their place on the keyboard, so that the Russian layout has them too. */
import { isTaken } from "../kit/taken";

/** After G: the lists and pages that a key goes to, by the server's names; the first that the menu has. */
export const GOES: Record<string, string[]> = {
  KeyH: ["home"],
  KeyC: ["people", "profiles"],
  KeyS: ["segments"],
  KeyJ: ["journeys", "jobs"],
  KeyR: ["reports", "related_records"],
  KeyO: ["orders"],
  KeyP: ["products"],
  KeyE: ["events"],
  KeyD: ["sources"],
  KeyI: ["imports"],
  KeyQ: ["quarantine"],
  KeyB: ["problems"],
  KeyU: ["users"],
  KeyA: ["audit"],
};

/** What a button of the page means by its icon, and so which one a key presses. */
const PRESSES: Record<string, string> = { KeyN: "add", KeyE: "edit" };
/** How long the second key may take. */
const SECOND_MS = 1500;

export interface Destination {
  code: string;
  to: string;
  title: string;
}

/** Where the keys after G go for this person: only what stands in their menu. */
export function destinations(entries: { to: string; title: string }[], addressOf: (name: string) => string | null): Destination[] {
  return Object.entries(GOES).flatMap(([code, names]) => {
    const found = names.map((name) => entries.find((one) => one.to === addressOf(name))).find((one) => one !== undefined);
    return found ? [{ code, ...found }] : [];
  });
}

/** How a key is written: its letter. */
export function letterOf(code: string): string {
  return code.replace("Key", "").toLowerCase();
}

interface Does {
  go: (to: string) => void;
  help: () => void;
  search: () => void;
  /** Press the first button of the page with an icon of a meaning; says whether there is one. */
  press: (icon: string) => boolean;
}

/** What listens to keys before the page does. It keeps whether G was the last key. */
export function listening(places: Destination[], does: Does): (event: KeyboardEvent) => void {
  let begun = Number.NEGATIVE_INFINITY;
  return (event) => {
    const isSecond = event.timeStamp - begun < SECOND_MS;
    if (/^(Shift|Control|Alt|Meta)/.test(event.code)) return;
    begun = Number.NEGATIVE_INFINITY;
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") does.search();
    else if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
    else if (isSecond) second(places, event.code, does);
    else if (event.code === "Slash" && event.shiftKey) does.help();
    else if (event.shiftKey) return;
    else if (event.code === "KeyG") begun = event.timeStamp;
    else if (!does.press(PRESSES[event.code] ?? "")) return;
    event.preventDefault();
    // What was meant for every page is not meant for its list as well.
    event.stopImmediatePropagation();
  };
}

function second(places: Destination[], code: string, does: Does): void {
  const place = places.find((one) => one.code === code);
  if (place) does.go(place.to);
}

/** Press the first button of the page whose icon means this, one of the head before others. */
export function press(icon: string): boolean {
  if (!icon) return false;
  const button = ["main .k-head", "main"]
    .map((where) => document.querySelector<HTMLButtonElement>(`${where} button[data-icon-means="${icon}"]:not(:disabled)`))
    .find((one) => one !== null);
  button?.click();
  return button !== undefined;
}
