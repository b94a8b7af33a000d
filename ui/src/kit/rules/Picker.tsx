/** Chooses what the workspace has, with search by the server. In: a part of the vocabulary. Out: names. */
import { Select } from "antd";
import { type ReactNode, useState } from "react";

import { useFormat } from "../session";
import { useWords } from "../words";
import { besides, type FieldTerm, fieldTerms, keyOf, partsOf, shownPath, type Thing, writtenPath } from "./paths";
import { fits, type Part, type Term, titleOf, useTerm, useTerms } from "./vocabulary";

interface Option {
  value: string;
  label: string;
  /** None of a name that a person writes. */
  term?: Term;
}

/** A term in a list: what it is called, its technical name, how often it was seen. */
function TermLine({ term }: { term: Term }) {
  const format = useFormat();
  const title = titleOf(term);
  return (
    <span className="r-term">
      <span>{title}</span>
      <span className="k-hint">
        {title !== term.name && term.name} {term.count !== null && term.count !== undefined && format.short(term.count)}
      </span>
    </span>
  );
}

function optionOf(term: Term, value = term.name): Option {
  return { value, label: titleOf(term), term };
}

/** Only the options that are in sight are drawn. */
function drawn({ data }: { data: Option }): ReactNode {
  return data.term ? <TermLine term={data.term} /> : data.label;
}

function useNothing(isBusy: boolean, error: unknown): string {
  const t = useWords();
  return error ? t("rules.pick.failed") : isBusy ? t("rules.pick.busy") : t("rules.pick.nothing");
}

interface PickerProps {
  label: string;
  part: Part;
  of?: string;
  value: string;
  /** The term is there where the vocabulary knows it. */
  onChange: (name: string, term: Term | undefined) => void;
  placeholder: string;
  /** Whether a name that nobody has seen yet may be written. */
  isFree?: boolean;
}

export function Picker({ label, part, of = "", value, onChange, placeholder, isFree }: PickerProps) {
  const t = useWords();
  const [typed, setTyped] = useState("");
  const { terms, isBusy, error } = useTerms(part, of, typed);
  const chosen = useTerm(part, value, of);
  const options = unique(terms).map((one) => optionOf(one));
  if (isFree && typed.trim() && !terms.some((one) => one.name === typed.trim())) {
    options.push({ value: typed.trim(), label: t("rules.pick.own", { text: typed.trim() }) });
  }
  const nothing = useNothing(isBusy, error);
  return (
    <Select<string, Option>
      aria-label={label} className={value ? "r-drop" : "r-drop r-missing"} value={value || null} placeholder={placeholder} options={options} loading={isBusy}
      popupMatchSelectWidth={false} listHeight={320} notFoundContent={nothing} optionRender={drawn}
      labelRender={() => (chosen ? titleOf(chosen) : value)}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      onChange={(name) => {
        setTyped("");
        onChange(name, terms.find((one) => one.name === name));
      }}
    />
  );
}

/** Names that several terms share stand once: events of different types may be called the same. */
function unique(terms: Term[]): Term[] {
  return [...new Map(terms.filter((one) => one.name !== "").map((one) => [one.name, one])).values()];
}

interface ManyProps {
  label: string;
  part: Part;
  of?: string;
  values: string[];
  onChange: (names: string[], terms: Term[]) => void;
  placeholder: string;
  isFree?: boolean;
  /** Whether none means something, too. */
  mayBeNone?: boolean;
}

export function PickMany({ label, part, of = "", values, onChange, placeholder, isFree, mayBeNone }: ManyProps) {
  const [typed, setTyped] = useState("");
  const { terms, isBusy, error } = useTerms(part, of, typed);
  const nothing = useNothing(isBusy, error);
  const isMissing = values.length === 0 && !mayBeNone;
  return (
    <Select<string[], Option>
      aria-label={label} className={isMissing ? "r-many r-missing" : "r-many"} mode={isFree ? "tags" : "multiple"} value={values} placeholder={placeholder}
      options={unique(terms).map((one) => optionOf(one))} loading={isBusy} popupMatchSelectWidth={false} listHeight={320} notFoundContent={nothing}
      optionRender={drawn} labelRender={({ value }) => <Chosen part={part} of={of} name={String(value)} />}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      onChange={(names) => {
        setTyped("");
        onChange(names, terms);
      }}
    />
  );
}

function Chosen({ part, of, name }: { part: Part; of: string; name: string }) {
  const term = useTerm(part, name, of);
  return <>{term ? titleOf(term) : name}</>;
}

interface FieldProps {
  label: string;
  thing: Thing;
  path: string[];
  onChange: (path: string[], type: string) => void;
}

/** Chooses a field of a thing: one that is known, or one that a person writes. */
export function FieldPicker({ label, thing, path, onChange }: FieldProps) {
  const t = useWords();
  const [typed, setTyped] = useState("");
  const known = useFields(thing, typed);
  const all = useFields(thing);
  const key = keyOf(path);
  const chosen = [...known, ...all].find((one) => one.key === key);
  const groups = partsOf(thing).map((part) => ({
    label: t(`rules.parts.${part}`),
    options: known.filter((one) => one.part === part).map((one) => optionOf(one.term, one.key)),
  }));
  const written = typed.trim() ? writtenPath(thing, typed) : [];
  if (written.length && !known.some((one) => one.key === keyOf(written))) {
    groups.push({ label: t("rules.parts.own"), options: [{ value: keyOf(written), label: t("rules.pick.own", { text: shownPath(written) }) }] });
  }
  return (
    <Select<string, Option>
      aria-label={label} className={key ? "r-drop" : "r-drop r-missing"} value={key || null} placeholder={t("rules.pick.field")} popupMatchSelectWidth={false} listHeight={320}
      options={groups.filter((one) => one.options.length) as unknown as Option[]} optionRender={drawn} notFoundContent={t("rules.pick.write_field")}
      labelRender={() => (chosen ? titleOf(chosen.term) : shownPath(path))}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      onChange={(next) => {
        setTyped("");
        onChange(JSON.parse(next) as string[], known.find((one) => one.key === next)?.term.type ?? "");
      }}
    />
  );
}

/** The fields of a thing that hold what is typed. */
export function useFields(thing: Thing, typed = ""): (FieldTerm & { part: Part })[] {
  const [first, second] = partsOf(thing);
  const isFirst = first !== undefined && (thing.of !== "" || (first !== "properties" && first !== "record_fields"));
  const one = useTerms(first ?? "event_fields", first === "properties" || first === "record_fields" ? thing.of : "", typed, isFirst);
  const other = useTerms(second ?? "event_fields", "", typed, second !== undefined);
  return [
    ...(isFirst && first ? fieldTerms(first, [...one.terms, ...besides(thing).filter((term) => fits(term, typed))]).map((each) => ({ ...each, part: first })) : []),
    ...(second ? fieldTerms(second, other.terms).map((each) => ({ ...each, part: second })) : []),
  ];
}
