/** Where the page is: which workspace, in which language. The server writes both into the page. */
export type Language = "ru" | "en";

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="konnektu-${name}"]`)?.content ?? "";
}

/** Slug of the workspace; the first part of every address. */
export const workspace = meta("workspace");
/** What styles that are made while the page lives have to carry. */
export const nonce = meta("nonce");
export const language: Language = document.documentElement.lang === "en" ? "en" : "ru";

const COOKIE = "konnektu_language";
const YEAR_SECONDS = 31_536_000;

/** Show everything in another language, the sign-in page too. */
export function speak(wanted: Language): void {
  document.cookie = `${COOKIE}=${wanted}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  window.location.reload();
}
