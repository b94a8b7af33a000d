/** The button that offers every kind of condition, by what a person wants to say. */
import { Dropdown } from "antd";

import { Button } from "../controls";
import { useWords } from "../words";
import type { Rule } from "./model";
import { OFFERS } from "./offers";

export function AddMenu({ onAdd }: { onAdd: (rule: Rule) => void }) {
  const t = useWords();
  const items = OFFERS.map(({ group, offers }) => ({
    key: group, type: "group" as const, label: t(`rules.offer_groups.${group}`),
    children: offers.map((one) => ({ key: one.name, label: t(`rules.offers.${one.name}`), onClick: () => onAdd(one.make()) })),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomLeft">
      <span><Button icon="add" isSmall>{t("rules.add")}</Button></span>
    </Dropdown>
  );
}
