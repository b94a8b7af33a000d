/** Light or dark: what the person chose, else what their machine says. */
import { createContext, type ReactNode, use, useEffect, useLayoutEffect, useMemo, useState } from "react";

import { App, ConfigProvider } from "../kit/provider";
import { chosenShade, keepShade, paint, type Shade } from "../theme";
import { language, nonce } from "./place";

const machine = window.matchMedia("(prefers-color-scheme: dark)");
const ShadeContext = createContext<{ shade: Shade; choose: (shade: Shade) => void } | null>(null);

export function useShade() {
  const found = use(ShadeContext);
  if (found === null) throw new Error("There is no shade here.");
  return found;
}

export function Shaded({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(chosenShade);
  const [isDark, setDark] = useState(machine.matches);
  useEffect(() => {
    const listen = () => setDark(machine.matches);
    machine.addEventListener("change", listen);
    return () => machine.removeEventListener("change", listen);
  }, []);
  const shade = chosen ?? (isDark ? "dark" : "light");
  useLayoutEffect(() => paint(shade), [shade]);
  const value = useMemo(
    () => ({
      shade,
      choose: (next: Shade) => {
        keepShade(next);
        setChosen(next);
      },
    }),
    [shade],
  );
  return (
    <ShadeContext value={value}>
      <ConfigProvider shade={shade} language={language} nonce={nonce}>
        <App>{children}</App>
      </ConfigProvider>
    </ShadeContext>
  );
}
