/**
 * The part of Inter that nearly every page needs, cut out of the whole font: a page loads a third of the bytes.
 * Everything else stays in the files of @fontsource-variable/inter, which a browser asks for when a text needs it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import subset from "subset-font";

const files = new URL(import.meta.resolve("@fontsource-variable/inter/wght.css"));
const folder = new URL(".fonts/", import.meta.url);

/** By script, as the unicode ranges of src/fonts.css have them. */
const BASIC = {
  latin: [[0x20, 0x7e], [0xa0], [0xab], [0xb7], [0xbb], [0xd7], [0x2013, 0x2014], [0x201c, 0x201e], [0x2026], [0x2212], [0x20bd]],
  cyrillic: [[0x401], [0x410, 0x44f], [0x451], [0x2116]],
};

mkdirSync(folder, { recursive: true });
for (const [script, ranges] of Object.entries(BASIC)) {
  const font = readFileSync(new URL(`files/inter-${script}-wght-normal.woff2`, files));
  const codes = ranges.flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, place) => first + place));
  const cut = await subset(font, String.fromCodePoint(...codes), { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700, default: 400 } } });
  writeFileSync(new URL(`inter-${script}-basic.woff2`, folder), cut);
}
