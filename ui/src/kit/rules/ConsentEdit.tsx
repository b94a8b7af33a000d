/** Where the consent to a use stands. What is left out means every one. */
import { AutoComplete } from "antd";

import { useWords } from "../words";
import { Drop, Word } from "./bits";
import type { LeafProps } from "./Leaf";
import type { LeafOf } from "./model";

type PartName = "channel" | "category" | "purpose" | "entity";
const PARTS: PartName[] = ["channel", "category", "purpose", "entity"];
const CHANNELS = ["email", "sms", "phone", "push", "web_push", "telegram", "vk", "max", "whatsapp", "viber"];

export function ConsentEdit({ leaf, onChange }: LeafProps<"consent">) {
  const t = useWords();
  return (
    <span className="r-row">
      <Drop
        label={t("rules.consent")} value={leaf.state ?? "given"} options={(["given", "refused", "unknown"] as const).map((one) => ({ value: one, label: t(`rules.consents.${one}`) }))}
        onChange={(state) => onChange({ ...leaf, state })}
      />
      {PARTS.map((part) => (
        <span key={part} className="r-pair">
          <Word>{t(`rules.uses.${part}`)}</Word>
          <AutoComplete
            aria-label={t(`rules.uses.${part}`)} className="r-auto" value={leaf[part] ?? ""} placeholder={t(`rules.all_uses.${part}`)} popupMatchSelectWidth={false}
            options={part === "channel" ? CHANNELS.map((one) => ({ value: one })) : []} onChange={(text: string) => onChange(withPart(leaf, part, text))}
          />
        </span>
      ))}
    </span>
  );
}

function withPart(leaf: LeafOf<"consent">, part: PartName, text: string): LeafOf<"consent"> {
  const { [part]: _, ...rest } = leaf;
  return text ? { ...rest, [part]: text } : rest;
}
