/** Lines that are put in order and hidden one by one. */
import { Button, Checkbox, said, useWords } from "../../kit";

export interface Line {
  name: string;
  en: string;
  ru: string;
  right: string | null;
  isHidden: boolean;
}

export function Arranged({ lines, onChange }: { lines: Line[]; onChange: (lines: Line[]) => void }) {
  const t = useWords();
  return (
    <ul className="k-columns">
      {lines.map((one, at) => (
        <li key={one.name}>
          <Checkbox label={said(one)} value={!one.isHidden} onChange={(isShown) => onChange(lines.map((line) => (line === one ? { ...line, isHidden: !isShown } : line)))} />
          <span className="k-columns-tools">
            <Button kind="quiet" isSmall icon="up" label={t("settings.console.up", { name: said(one) })} isDisabled={at === 0} onClick={() => onChange(moved(lines, at, -1))} />
            <Button kind="quiet" isSmall icon="down" label={t("settings.console.down", { name: said(one) })} isDisabled={at === lines.length - 1} onClick={() => onChange(moved(lines, at, 1))} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The same things, one of them a place up or down. */
export function moved<Thing>(things: Thing[], at: number, by: 1 | -1): Thing[] {
  const there = [...things];
  const [one] = there.splice(at, 1);
  if (one !== undefined) there.splice(at + by, 0, one);
  return there;
}
