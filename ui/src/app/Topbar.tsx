/** The line above: search, what runs, what is broken, language and shade, who is here. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { Icon } from "../kit/icons";
import { Go } from "../kit/layout";
import { MenuButton } from "../kit/overlay";
import { WorkTray } from "../kit/list/WorkTray";
import { useMay, useMe } from "../kit/session";
import { useWords } from "../kit/words";
import { language, speak, workspace } from "./place";
import { useShade } from "./shade";
import { openProblems, runningJobs } from "./watching";

export function Topbar({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const t = useWords();
  const may = useMay();
  return (
    <header className="k-top">
      <button type="button" className="k-search" onClick={onSearch}>
        <Icon name="search" /> <span>{t("shell.search.open")}</span> <kbd>Ctrl K</kbd>
      </button>
      <div className="k-row k-top-tools">
        <WorkTray />
        {may("jobs.read") && <Watched />}
        <LanguageButton />
        <Person onKeys={onKeys} />
      </div>
    </header>
  );
}

/** How many jobs run and how much is broken; each leads to its list. */
function Watched() {
  const t = useWords();
  const jobs = useQuery(runningJobs);
  const problems = useQuery(openProblems);
  const running = jobs.data?.items.length ?? 0;
  const broken = problems.data?.length ?? 0;
  const isBad = problems.data?.some((one) => one.severity === "problem") ?? false;
  return (
    <>
      {running > 0 && (
        <Go to="/jobs" search={{ f: { state: "running" } }} className="k-top-link">
          <Icon name="jobs" spin /> {t("shell.jobs", { count: running })}
        </Go>
      )}
      <Go to="/problems" className={broken ? (isBad ? "k-top-link k-tone-bad" : "k-top-link k-tone-warn") : "k-top-link"}>
        <Icon name="bell" /> {broken ? t("shell.problems", { count: broken }) : t("shell.no_problems")}
      </Go>
    </>
  );
}

function LanguageButton() {
  const t = useWords();
  const other = language === "ru" ? "en" : "ru";
  return (
    <button type="button" className="k-top-link" lang={other} title={t("shell.language")} onClick={() => speak(other)}>
      {other === "ru" ? "Рус" : "Eng"}
    </button>
  );
}

function Person({ onKeys }: { onKeys: () => void }) {
  const t = useWords();
  const me = useMe();
  const navigate = useNavigate();
  const { shade, choose } = useShade();
  return (
    <>
      <MenuButton
        kind="quiet" icon="user" title={t("shell.person")}
        items={[
          { key: "me", icon: "user", label: t("shell.account"), onClick: () => void navigate({ to: "/me" } as unknown as { to: "/" }) },
          { key: "shade", icon: shade === "dark" ? "sun" : "moon", label: t(shade === "dark" ? "shell.light" : "shell.dark"), onClick: () => choose(shade === "dark" ? "light" : "dark") },
          { key: "keys", icon: "help", label: t("shell.keys.title"), onClick: onKeys },
          { key: "out", icon: "lock", label: t("shell.sign_out"), onClick: leave },
        ]}
      >
        {me.login}
      </MenuButton>
      {/* The page of the link ends the session and takes the cookie away, which a script cannot. */}
      <form id="sign-out" method="post" action={`/${workspace}/sign-out`} hidden>
        <input type="hidden" name="token" value={me.csrf} />
      </form>
    </>
  );
}

function leave(): void {
  const form = document.getElementById("sign-out");
  if (form instanceof HTMLFormElement) form.submit();
}
