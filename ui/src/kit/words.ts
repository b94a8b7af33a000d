/** Texts of the interface: `useWords()` gives `t` with a key; texts of the server come in both languages. */
import { useTranslation } from "react-i18next";

import { language } from "../app/place";

export type Words = (key: string, values?: Record<string, string | number>) => string;

/** The function that gives a text by its key, with `count` in the right plural. */
export function useWords(): Words {
  const { t } = useTranslation();
  return t as unknown as Words;
}

/** What the server says in both languages, in the reader's. */
export function said(words: { en: string; ru: string }): string {
  return words[language] || words.en;
}
