/** A page for holders of its right; others are told which one it is. */
import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Page } from "../kit/page";
import { PageBody, PageHead } from "../kit/layout";
import { useMay } from "../kit/session";
import { NoRight } from "../kit/states";
import { useWords } from "../kit/words";
import { PAGES } from "./registry";

export function Guarded({ page, children }: { page: Page; children: ReactNode }) {
  const may = useMay();
  const t = useWords();
  const first = page.path === "" && PAGES.find((one) => one.isFirstWithout && one.right && may(one.right) && !may(one.isFirstWithout));
  if (first) return <Navigate to={`/${first.path}` as "/"} replace />;
  if (!page.right || may(page.right)) return children;
  return (
    <PageBody>
      <PageHead title={t(page.title)} />
      <NoRight right={page.right} />
    </PageBody>
  );
}
