/** Starts the texts. Only the reader's language is loaded: each is a chunk of its own. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { Language } from "../app/place";

export async function startWords(language: Language): Promise<void> {
  const { default: texts } = language === "ru" ? await import("./ru") : await import("./en");
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: texts } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
