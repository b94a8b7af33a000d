/** Parts of a page of which one is seen. The tabs go on in a second line where the first is full: none hides in a menu. */
import { type KeyboardEvent, type ReactNode, useId } from "react";

interface TabsProps {
  value: string;
  onChange: (value: string) => void;
  items: { key: string; label: ReactNode; content: ReactNode }[];
}

/** Where a key goes among so many tabs (WAI-ARIA Authoring Practices, tabs); undefined for other keys. */
function stepped(code: string, at: number, count: number): number | undefined {
  return { ArrowRight: (at + 1) % count, ArrowLeft: (at + count - 1) % count, Home: 0, End: count - 1 }[code];
}

export function Tabs({ value, onChange, items }: TabsProps) {
  const id = useId();
  const shown = items.find((one) => one.key === value) ?? items[0];
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = items[stepped(event.code, items.findIndex((one) => one === shown), items.length) ?? -1];
    if (!next) return;
    event.preventDefault();
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div role="tablist" tabIndex={-1} className="k-tabs" onKeyDown={move}>
        {items.map((one) => (
          <button
            key={one.key} id={`${id}-${one.key}`} type="button" role="tab" aria-selected={one === shown} aria-controls={`${id}-panel`}
            tabIndex={one === shown ? 0 : -1} onClick={() => onChange(one.key)}
          >
            {one.label}
          </button>
        ))}
      </div>
      {shown && (
        <div key={shown.key} id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${shown.key}`}>
          {shown.content}
        </div>
      )}
    </>
  );
}
