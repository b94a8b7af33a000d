import { describe, expect, it } from "vitest";

import type { Column } from "../../api/queries";
import { addedAmong, arranged, bounded, moved, type Place, shown, usual } from "./columns";

const column = (name: string, isVisible = true): Column => ({
  name, en: name, ru: name, type: "text", is_personal: false, is_sortable: false, is_visible: isVisible, width: 100, refers: "",
  unit: "", currency: "", asked_as: "", is_added: false,
});
const place = (name: string, more: Partial<Place> = {}): Place => ({ name, width: 100, isVisible: true, isPinned: false, ...more });
const names = (places: Place[]) => places.map((one) => one.name).join("");

describe("the columns of a list", () => {
  it("stand as the section declares them until somebody arranges them", () => {
    expect(arranged([column("a"), column("b", false)], null)).toEqual([place("a"), place("b", { isVisible: false })]);
  });

  it("keep their order; those that are gone are left out, those that came stand after their neighbour", () => {
    const declared = [column("a"), column("b"), column("new"), column("c")];
    expect(names(arranged(declared, [place("c"), place("gone"), place("b"), place("a")]))).toBe("cbnewa");
  });

  it("come first where a new one is the first", () => {
    expect(names(arranged([column("n"), column("a")], [place("a")]))).toBe("na");
  });

  it("stay in sight at the left where they are pinned", () => {
    expect(names(shown([place("a"), place("b", { isVisible: false }), place("c", { isPinned: true })]))).toBe("ca");
  });

  it("move to where they are put, never out of the list", () => {
    const places = usual([column("a"), column("b"), column("c")]);
    expect(names(moved(places, 0, 2))).toBe("bca");
    expect(names(moved(places, 2, -5))).toBe("cab");
    expect(names(moved(places, 0, 99))).toBe("bca");
  });

  it("are asked for by name where they are the workspace's own and in sight, whatever their order", () => {
    const columns = [column("a"), ...["x", "y", "z"].map((name) => ({ ...column(name), is_added: true }))];
    expect(addedAmong({ columns }, [place("z"), place("a"), place("y", { isVisible: false }), place("x")])).toEqual(["x", "z"]);
  });

  it("are neither lost nor endless", () => {
    expect([bounded(1), bounded(5000), bounded(120.4)]).toEqual([72, 800, 120]);
  });
});
