/** What is broken, since when, what to do, and the place where it is mended. */
import { Facts, Go, Note, type RecordProps, Time, useWords } from "../../kit";

export default function Problem({ row }: RecordProps) {
  const t = useWords();
  const { severity, what, to_do: toDo, link, since, seen_at: seenAt, is_of_installation: isEverywhere } = row.values;
  const address = addressOf(String(link ?? ""));
  return (
    <div className="k-stack">
      <Note tone={severity === "problem" ? "bad" : "warn"} title={String(what)}>{String(toDo)}</Note>
      {address && <div><Go to={address}>{t("jobs.problem.go")}</Go></div>}
      <Facts
        items={[
          { name: t("jobs.problem.since"), value: <><Time at={Number(since)} /> (<Time at={Number(since)} isAgo />)</> },
          { name: t("jobs.problem.seen"), value: <Time at={Number(seenAt)} isAgo /> },
          { name: t("jobs.problem.whose"), value: t(isEverywhere ? "jobs.problem.everywhere" : "jobs.problem.here") },
        ]}
      />
    </div>
  );
}

/** Some links begin with a slash and some do not. */
function addressOf(link: string): string {
  return link && `/${link.replace(/^\//, "")}`;
}
