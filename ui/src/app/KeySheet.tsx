/** Every key of the console, on a sheet. */
import { Table } from "../kit/layout";
import { Drawer } from "../kit/overlay";
import { useWords } from "../kit/words";
import { type Destination, letterOf } from "./keys";

interface Line {
  keys: string[];
  does: string;
}

export default function KeySheet({ places, onClose }: { places: Destination[]; onClose: () => void }) {
  const t = useWords();
  const everywhere: Line[] = [
    { keys: ["Ctrl", "K"], does: t("shell.keys.search") },
    { keys: ["?"], does: t("shell.keys.help") },
    { keys: ["n"], does: t("shell.keys.make") },
    { keys: ["e"], does: t("shell.keys.edit") },
    { keys: ["Esc"], does: t("shell.keys.close") },
  ];
  const lists: Line[] = [
    { keys: ["j"], does: t("shell.keys.next") },
    { keys: ["k"], does: t("shell.keys.before") },
    { keys: ["Enter"], does: t("shell.keys.open") },
    { keys: ["x"], does: t("shell.keys.tick") },
    { keys: ["/"], does: t("shell.keys.filter") },
  ];
  const goes = places.map((one) => ({ keys: ["g", letterOf(one.code)], does: one.title }));
  return (
    <Drawer title={t("shell.keys.title")} isOpen onClose={onClose}>
      {/* The sheet scrolls, so the keyboard has to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="k-stack" role="region" aria-label={t("shell.keys.title")} tabIndex={0}>
        <p className="k-soft">{t("shell.keys.note")}</p>
        <Lines title={t("shell.keys.everywhere")} lines={everywhere} />
        <Lines title={t("shell.keys.in_lists")} lines={lists} />
        <Lines title={t("shell.keys.go")} lines={goes} />
      </div>
    </Drawer>
  );
}

function Lines({ title, lines }: { title: string; lines: Line[] }) {
  const t = useWords();
  return (
    <section>
      <h2>{title}</h2>
      <Table
        label={title} items={lines} keyOf={(one) => one.keys.join(" ")}
        columns={[
          { key: "keys", title: t("shell.keys.key"), width: 120, show: (one) => <span className="k-row">{one.keys.map((key) => <kbd key={key}>{key}</kbd>)}</span> },
          { key: "does", title: t("shell.keys.does"), show: (one) => one.does },
        ]}
      />
    </section>
  );
}
