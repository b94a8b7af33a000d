/** Chooses the columns of a list: seen or not, their order by dragging or by buttons, which stay in sight. */
import { useState } from "react";

import type { Section } from "../../api/queries";
import { Button, Checkbox, TextField } from "../controls";
import { Icon } from "../icons";
import { Drawer } from "../overlay";
import { useMay } from "../session";
import { said, useWords } from "../words";
import { changed, moved } from "./columns";
import type { Layout } from "./layout";
import { RoleColumns } from "./RoleColumns";

export function ColumnDrawer({ section, layout, isOpen, onClose }: { section: Section; layout: Layout; isOpen: boolean; onClose: () => void }) {
  const t = useWords();
  const [dragged, drag] = useState<number | null>(null);
  const [sought, seek] = useState("");
  const [isForRole, setForRole] = useState(false);
  const mayArrange = useMay()("settings.manage");
  const names = new Map(section.columns.map((one) => [one.name, said(one)]));
  const { places, arrange } = layout;
  const isSought = (name: string) => (names.get(name) ?? name).toLocaleLowerCase().includes(sought.trim().toLocaleLowerCase());
  return (
    <Drawer
      title={t("kit.columns.title")} isOpen={isOpen} onClose={onClose}
      footer={
        <div className="k-row">
          <Button kind="quiet" icon="reload" onClick={layout.reset}>{t("kit.columns.reset")}</Button>
          {mayArrange && <Button kind="quiet" icon="customers" onClick={() => setForRole(true)}>{t("kit.columns.for_role")}</Button>}
        </div>
      }
    >
      {isForRole && <RoleColumns section={section} layout={layout} onClose={() => setForRole(false)} />}
      <p className="k-soft">{t("kit.columns.hint")}</p>
      <TextField label={t("kit.columns.search")} isLabelHidden kind="search" placeholder={t("kit.columns.search")} value={sought} onChange={seek} />
      <ul className="k-columns">
        {places.map((one, index) => {
          const name = names.get(one.name) ?? one.name;
          if (!isSought(one.name)) return null;
          return (
            // The mouse drags; the keyboard has the buttons at the end.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={one.name} draggable={sought === ""} className={dragged === index ? "k-dragged" : undefined}
              onDragStart={() => drag(index)} onDragEnd={() => drag(null)}
              onDragOver={(event) => {
                event.preventDefault();
                if (dragged !== null && dragged !== index) {
                  arrange(moved(places, dragged, index));
                  drag(index);
                }
              }}
            >
              <span className="k-handle"><Icon name="drag" /></span>
              <Checkbox label={name} value={one.isVisible} onChange={(isVisible) => arrange(changed(places, one.name, { isVisible }))} />
              <span className="k-columns-tools">
                <Tool label={t("kit.columns.up", { name })} icon="sort-up" isOff={index === 0} onClick={() => arrange(moved(places, index, index - 1))} />
                <Tool label={t("kit.columns.down", { name })} icon="sort-down" isOff={index === places.length - 1} onClick={() => arrange(moved(places, index, index + 1))} />
                <Tool
                  label={t(one.isPinned ? "kit.columns.unpin" : "kit.columns.pin", { name })} icon={one.isPinned ? "pinned" : "pin"}
                  isOn={one.isPinned} onClick={() => arrange(changed(places, one.name, { isPinned: !one.isPinned }))}
                />
              </span>
            </li>
          );
        })}
      </ul>
    </Drawer>
  );
}

function Tool(props: { label: string; icon: "sort-up" | "sort-down" | "pin" | "pinned"; isOff?: boolean; isOn?: boolean; onClick: () => void }) {
  const { label, icon, isOff, isOn, onClick } = props;
  return (
    <button type="button" className="k-tool" aria-label={label} title={label} disabled={isOff} aria-pressed={isOn} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
