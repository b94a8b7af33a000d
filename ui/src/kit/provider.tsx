/** Gives the kit its theme and language. */
import { App as AntApp, ConfigProvider as AntProvider, theme } from "antd";
import en from "antd/locale/en_GB";
import ru from "antd/locale/ru_RU";
import type { ReactNode } from "react";

import type { Language } from "../app/place";
import { type Shade, themeOf } from "../theme";

export function ConfigProvider(props: { shade: Shade; language: Language; nonce: string; children: ReactNode }) {
  const { shade, language, nonce, children } = props;
  const algorithm = shade === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return (
    <AntProvider theme={{ ...themeOf(shade), algorithm }} locale={language === "ru" ? ru : en} csp={{ nonce }} wave={{ disabled: true }}>
      {children}
    </AntProvider>
  );
}

export function App({ children }: { children: ReactNode }) {
  return <AntApp message={{ maxCount: 3 }}>{children}</AntApp>;
}
