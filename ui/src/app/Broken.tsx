/** What stands in place of a page that is not there, or that failed. */
import { useRouter } from "@tanstack/react-router";

import { Go, PageBody, PageHead } from "../kit/layout";
import { Empty, Failure } from "../kit/states";
import { useWords } from "../kit/words";

export function NotHere() {
  const t = useWords();
  return (
    <PageBody>
      <PageHead title={t("shell.not_here.title")} />
      <Empty title={t("shell.not_here.text")} action={<Go to="/">{t("shell.home")}</Go>} />
    </PageBody>
  );
}

export function Whole({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <PageBody>
      <Failure error={error} onRetry={() => void router.invalidate()} />
    </PageBody>
  );
}
