/** The window of the search: a field on top, what is found below. */
import { Input as AntInput, Modal as AntModal } from "antd";
import type { ReactNode } from "react";

import { Icon } from "./icons";

export function Modal({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <AntModal open footer={null} closable={false} onCancel={onClose} width={640} style={{ top: 96 }} styles={{ container: { padding: 0 } }} aria-label={title}>
      {children}
    </AntModal>
  );
}

interface InputProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Told of each key by its place; says whether it was meant for the list. */
  onPress: (code: string) => boolean;
  /** Id of the list, and of the one in it that Enter takes. */
  controls: string;
  active: string | undefined;
}

export function Input({ label, placeholder, value, onChange, onPress, controls, active }: InputProps) {
  return (
    // The window was opened to type into it.
    <AntInput
      autoFocus variant="borderless" size="large" prefix={<Icon name="search" />} value={value} placeholder={placeholder}
      role="combobox" aria-label={label} aria-expanded="true" aria-controls={controls} aria-activedescendant={active}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (onPress(event.code)) event.preventDefault();
      }}
    />
  );
}
