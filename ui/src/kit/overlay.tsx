/** What lies above the page: drawers, dialogs, menus, short messages. */
import { App, Drawer as AntDrawer, Dropdown, Modal, Popover as AntPopover } from "antd";
import { type ReactNode, useRef, useState } from "react";

import { Button, type ButtonProps, TextField } from "./controls";
import { Icon, type IconName } from "./icons";
import { Refusal } from "./states";
import { useWords } from "./words";

export function Drawer(props: { title: ReactNode; isOpen: boolean; onClose: () => void; children: ReactNode; extra?: ReactNode; footer?: ReactNode; isWide?: boolean }) {
  const { title, isOpen, onClose, children, extra, footer, isWide } = props;
  const t = useWords();
  return (
    <AntDrawer
      title={title} open={isOpen} onClose={onClose} size={isWide ? 880 : 560} extra={extra} footer={footer} destroyOnHidden
      closable={{ "aria-label": t("kit.close") }}
    >
      {children}
    </AntDrawer>
  );
}

export interface DialogProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
  /** Text of the button that does it: a verb and what it is about. */
  confirm: string;
  onConfirm: () => void;
  isDangerous?: boolean;
  isBusy?: boolean;
  isDisabled?: boolean;
  isWide?: boolean;
  error?: unknown;
  /** The person types this text first, where what is done cannot be taken back. */
  typed?: string;
}

/** A question with a form or a warning; Enter in a field does what the button says. */
export function Dialog(props: DialogProps) {
  const { title, children, onClose, confirm, onConfirm, isDangerous, isBusy, isDisabled, isWide, error, typed } = props;
  const t = useWords();
  const [written, write] = useState("");
  const isHeldBack = isDisabled || (typed !== undefined && written.trim() !== typed);
  return (
    <Modal
      open title={title} onCancel={onClose} width={isWide ? 760 : 520} mask={{ closable: false }}
      closable={{ "aria-label": t("kit.close") }}
      footer={
        <div className="k-row k-end">
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button kind="main" isDangerous={isDangerous} isBusy={isBusy} isDisabled={isHeldBack} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      }
    >
      <form
        className="k-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isHeldBack && !isBusy) onConfirm();
        }}
      >
        {children}
        {typed !== undefined && <TextField label={t("kit.type_it", { text: typed })} value={written} onChange={write} />}
        <Refusal error={error} />
        {/* Enter sends a form that has a button of its own. */}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

export interface MenuItem {
  key: string;
  label: ReactNode;
  icon?: IconName;
  isDangerous?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}

/** A button that opens a list of things to do. */
export function MenuButton({ items, ...button }: ButtonProps & { items: MenuItem[] }) {
  const menu = {
    items: items.map((one) => ({
      key: one.key, label: one.label, danger: one.isDangerous, disabled: one.isDisabled,
      icon: one.icon && <Icon name={one.icon} />, onClick: one.onClick,
    })),
  };
  return (
    <Dropdown menu={menu} trigger={["click"]} placement="bottomRight">
      <span>
        <Button {...button} />
      </span>
    </Dropdown>
  );
}

export function Popover(props: { isOpen: boolean; onOpen: (isOpen: boolean) => void; content: ReactNode; children: ReactNode }) {
  const { isOpen, onOpen, content, children } = props;
  const inside = useRef<HTMLDivElement>(null);
  return (
    <AntPopover
      open={isOpen} onOpenChange={onOpen} content={<div ref={inside}>{content}</div>} trigger="click" placement="bottomLeft"
      arrow={false} destroyOnHidden
      // What is still being placed takes no focus.
      afterOpenChange={(isThere) => isThere && inside.current?.querySelector<HTMLElement>("input, button")?.focus()}
    >
      {children}
    </AntPopover>
  );
}

/** Says in a corner that something is done; read out too. */
export function useSay(): (text: string) => void {
  const { message } = App.useApp();
  return (text) => void message.success(text);
}

/** Says in a corner that something was not done; read out too. */
export function useWarn(): (text: string) => void {
  const { message } = App.useApp();
  return (text) => void message.error(text);
}
