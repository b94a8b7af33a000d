/** How values are shown: times, money, marks, text to copy. */
import type { ReactNode } from "react";
import { useState } from "react";

import { NOTHING } from "./format";
import { Icon } from "./icons";
import { useFormat } from "./session";
import { useWords } from "./words";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

export function Mark({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`k-mark k-mark-${tone}`}>{children}</span>;
}

/** A time of the workspace's zone; its hint holds the seconds and the zone. */
export function Time({ at, isAgo = false }: { at: number | null | undefined; isAgo?: boolean }) {
  const format = useFormat();
  if (at === null || at === undefined) return <span className="k-faint">{NOTHING}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={format.exact(at)}>
      {isAgo ? format.ago(at) : format.time(at)}
    </time>
  );
}

export function Num({ value, unit = "" }: { value: number | string | null | undefined; unit?: string }) {
  const format = useFormat();
  return <span className="k-num">{value === null || value === undefined ? NOTHING : format.counted(value, unit)}</span>;
}

export function Money({ amount, currency }: { amount: number | string | null | undefined; currency: string }) {
  const format = useFormat();
  return <span className="k-num">{amount === null || amount === undefined ? NOTHING : format.money(amount, currency)}</span>;
}

export function Phone({ value }: { value: string }) {
  return <span className="k-num">{useFormat().phone(value)}</span>;
}

/** A technical text, with a button that copies it. */
export function CopyText({ text, label }: { text: string; label?: string }) {
  const t = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      window.setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <span className="k-copy">
      <code>{text}</code>
      <button type="button" aria-label={t("kit.copy", { what: label ?? text })} title={t("kit.copy_short")} onClick={copy}>
        <Icon name={isCopied ? "check" : "copy"} />
      </button>
      <span role="status" className="k-unseen">
        {isCopied ? t("kit.copied") : ""}
      </span>
    </span>
  );
}

/** Several lines of text to copy, as a snippet for a page. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  const t = useWords();
  const [isCopied, setCopied] = useState(false);
  return (
    <figure className="k-code" aria-label={label}>
      {/* It scrolls, so the keyboard has to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{text}</pre>
      <button
        type="button"
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
      >
        <Icon name={isCopied ? "check" : "copy"} /> {isCopied ? t("kit.copied") : t("kit.copy_short")}
      </button>
    </figure>
  );
}

/** Names and values, one below the other. */
export function Facts({ items }: { items: { name: string; value: ReactNode; key?: string }[] }) {
  return (
    <dl className="k-facts">
      {items.map((one) => (
        <div key={one.key ?? one.name}>
          <dt>{one.name}</dt>
          <dd>{one.value ?? <span className="k-faint">{NOTHING}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One figure with its name, and a word below. */
export function Figure({ name, value, note, tone = "plain" }: { name: string; value: ReactNode; note?: ReactNode; tone?: Tone }) {
  return (
    <div className="k-figure">
      <div className="k-soft">{name}</div>
      <div className={`k-figure-value k-tone-${tone}`}>{value}</div>
      {note && <div className="k-hint">{note}</div>}
    </div>
  );
}

/** A word of advice, good news or a warning, in the flow of a page. */
export function Note({ tone = "plain", title, children }: { tone?: Tone; title?: string; children?: ReactNode }) {
  return (
    <div className={`k-note k-note-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      <Icon name={tone === "good" ? "check" : tone === "plain" || tone === "accent" ? "help" : "problem"} />
      <div>
        {title && <b>{title}</b>}
        {children && <div>{children}</div>}
      </div>
    </div>
  );
}
