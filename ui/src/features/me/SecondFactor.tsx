/** One's own second factor: set up with an app, recovery codes shown once, renewed, turned off. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, CodeBlock, CopyText, Dialog, Facts, Failure, Mark, Note, Panel, TextField, Time, useChange, useSay, useWords, Waiting } from "../../kit";
import { factor } from "./api";

type Doing = "set_up" | "renew" | "off" | "";
const TOUCHES = [["me", "factor"], ["me", "sessions"]];

export function SecondFactor() {
  const t = useWords();
  const [doing, setDoing] = useState<Doing>("");
  const { data, error, refetch } = useQuery(factor);
  const onDone = () => setDoing("");
  return (
    <Panel title={t("me.factor.title")}>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={2} /> : data.is_on ? (
        <>
          <Facts
            items={[
              { name: t("me.factor.state"), value: <><Mark tone="good">{t("me.factor.on")}</Mark> <Time at={data.confirmed_at} /></> },
              { name: t("me.factor.codes"), value: <span className="k-row">{t("me.factor.left", { count: data.recovery_codes_left })} <Button isSmall onClick={() => setDoing("renew")}>{t("me.factor.renew")}</Button></span> },
            ]}
          />
          {data.is_required ? <Note>{t("me.factor.required")}</Note> : <Button isDangerous onClick={() => setDoing("off")}>{t("me.factor.turn_off")}</Button>}
        </>
      ) : (
        <div className="k-stack">
          <p className="k-soft">{t("me.factor.why")}</p>
          <div><Button kind="main" onClick={() => setDoing("set_up")}>{t("me.factor.set_up")}</Button></div>
        </div>
      )}
      {doing === "set_up" && <SetUp onDone={onDone} />}
      {doing === "renew" && <Renew onDone={onDone} />}
      {doing === "off" && <TurnOff onDone={onDone} />}
    </Panel>
  );
}

function SetUp({ onDone }: { onDone: () => void }) {
  const t = useWords();
  const [password, write] = useState("");
  const [code, writeCode] = useState("");
  const offer = useChange(() => got(api.POST("/api/{workspace}/me/second-factor", { params: { path: here }, body: { password } })));
  const confirm = useChange(
    () => got(api.POST("/api/{workspace}/me/second-factor/confirm", { params: { path: here }, body: { offer: offer.data?.offer ?? "", code: code.replaceAll(" ", "") } })),
    { touches: TOUCHES },
  );
  if (confirm.data) return <Codes codes={confirm.data.recovery_codes} onDone={onDone} />;
  if (!offer.data) {
    return (
      <Dialog title={t("me.factor.set_up")} confirm={t("me.factor.next")} onConfirm={() => offer.mutate(undefined)} onClose={onDone} isBusy={offer.isPending} isDisabled={!password} error={offer.error}>
        <p>{t("me.factor.first")}</p>
        <TextField kind="password" isFocused label={t("me.factor.password")} value={password} onChange={write} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("me.factor.set_up")} confirm={t("me.factor.confirm")} onConfirm={() => confirm.mutate(undefined)} onClose={onDone} isBusy={confirm.isPending} isDisabled={code.replaceAll(" ", "").length !== 6} error={confirm.error}>
      <p>{t("me.factor.scan")}</p>
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(offer.data.picture)}`} alt={t("me.factor.picture")} width={200} height={200} style={{ background: "#fff", borderRadius: 8, alignSelf: "center" }} />
      <div>
        <div className="k-hint">{t("me.factor.by_hand")}</div>
        <CopyText text={offer.data.secret} label={t("me.factor.secret")} />
      </div>
      <TextField isFocused label={t("me.factor.code")} hint={t("me.factor.code_hint")} value={code} onChange={writeCode} most={7} />
    </Dialog>
  );
}

/** Recovery codes, which are never shown again. */
function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useWords();
  return (
    <Dialog title={t("me.factor.codes")} confirm={t("me.factor.kept")} onConfirm={onDone} onClose={onDone}>
      <Note tone="warn" title={t("me.factor.once")}>{t("me.factor.once_text")}</Note>
      <CodeBlock label={t("me.factor.codes")} text={codes.join("\n")} />
    </Dialog>
  );
}

/** The password and a code: who only found an open browser has neither. */
function useBoth() {
  const t = useWords();
  const [password, write] = useState("");
  const [code, writeCode] = useState("");
  const fields = (
    <>
      <TextField kind="password" isFocused label={t("me.factor.password")} value={password} onChange={write} />
      <TextField label={t("me.factor.code")} hint={t("me.factor.code_or")} value={code} onChange={writeCode} most={30} />
    </>
  );
  return { body: { password, code: code.trim() }, fields, isReady: password !== "" && code.trim().length >= 6 };
}

function Renew({ onDone }: { onDone: () => void }) {
  const t = useWords();
  const { body, fields, isReady } = useBoth();
  const renew = useChange(() => got(api.POST("/api/{workspace}/me/second-factor/recovery-codes", { params: { path: here }, body })), { touches: TOUCHES });
  if (renew.data) return <Codes codes={renew.data.recovery_codes} onDone={onDone} />;
  return (
    <Dialog title={t("me.factor.renew_title")} confirm={t("me.factor.renew")} onConfirm={() => renew.mutate(undefined)} onClose={onDone} isBusy={renew.isPending} isDisabled={!isReady} error={renew.error}>
      <p>{t("me.factor.renew_text")}</p>
      {fields}
    </Dialog>
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const { body, fields, isReady } = useBoth();
  const off = useChange(() => got(api.POST("/api/{workspace}/me/second-factor/off", { params: { path: here }, body })), {
    touches: TOUCHES,
    onDone: () => {
      say(t("me.factor.off_done"));
      onDone();
    },
  });
  return (
    <Dialog title={t("me.factor.turn_off")} confirm={t("me.factor.turn_off")} isDangerous onConfirm={() => off.mutate(undefined)} onClose={onDone} isBusy={off.isPending} isDisabled={!isReady} error={off.error}>
      <p>{t("me.factor.off_text")}</p>
      {fields}
    </Dialog>
  );
}
