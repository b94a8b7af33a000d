/** Controls with a name each: `label` is asked for by type, and is read out where it is not shown. */
import { Button as AntButton, Checkbox as AntCheckbox, Input, InputNumber, Select as AntSelect, Switch as AntSwitch } from "antd";
import { type ReactNode, useId } from "react";

import { Icon, type IconName } from "./icons";

export interface ButtonProps {
  children?: ReactNode;
  /** Needed where the button shows an icon alone. */
  label?: string;
  icon?: IconName;
  kind?: "main" | "plain" | "quiet" | "link";
  isDangerous?: boolean;
  isBusy?: boolean;
  isDisabled?: boolean;
  isSmall?: boolean;
  isSubmit?: boolean;
  title?: string;
  onClick?: () => void;
}

const LOOKS = { main: "primary", plain: "default", quiet: "text", link: "link" } as const;

export function Button(props: ButtonProps) {
  const { children, label, icon, kind = "plain", isDangerous, isBusy, isDisabled, isSmall, isSubmit, title, onClick } = props;
  return (
    <AntButton
      type={LOOKS[kind]}
      danger={isDangerous}
      loading={isBusy}
      disabled={isDisabled}
      size={isSmall ? "small" : "middle"}
      htmlType={isSubmit ? "submit" : "button"}
      icon={icon && <Icon name={icon} />}
      // Keys find by it what makes and what edits (app/keys.ts).
      data-icon-means={icon}
      aria-label={label}
      title={title ?? (children ? undefined : label)}
      onClick={onClick}
    >
      {children}
    </AntButton>
  );
}

interface FieldProps {
  label: string;
  /** Read out alone, where the place says what it is. */
  isLabelHidden?: boolean;
  hint?: ReactNode;
  error?: string;
  isRequired?: boolean;
}

/** A control with its label above, a hint or an error below. */
export function Field(props: FieldProps & { children: (id: string, described: string | undefined) => ReactNode }) {
  const { label, isLabelHidden, hint, error, isRequired, children } = props;
  const id = useId();
  const below = error || hint;
  return (
    <div className="k-field">
      <label className={isLabelHidden ? "k-unseen" : undefined} htmlFor={id}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </label>
      {children(id, below ? `${id}-below` : undefined)}
      {below && (
        <div id={`${id}-below`} className={error ? "k-error" : "k-hint"} role={error ? "alert" : undefined}>
          {below}
        </div>
      )}
    </div>
  );
}

type TextFieldProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  kind?: "text" | "password" | "email" | "search" | "tel";
  placeholder?: string;
  rows?: number;
  isDisabled?: boolean;
  isFocused?: boolean;
  most?: number;
  onEnter?: () => void;
};

export function TextField(props: TextFieldProps) {
  const { value, onChange, kind = "text", placeholder, rows, isDisabled, isFocused, most, onEnter, ...field } = props;
  return (
    <Field {...field}>
      {(id, described) => {
        const given = {
          id, value, placeholder, disabled: isDisabled, autoFocus: isFocused, maxLength: most,
          status: field.error ? ("error" as const) : undefined, "aria-describedby": described,
          onChange: (event: { target: { value: string } }) => onChange(event.target.value),
        };
        if (rows) return <Input.TextArea {...given} autoSize={{ minRows: rows, maxRows: rows * 3 }} />;
        if (kind === "password") return <Input.Password {...given} autoComplete="new-password" onPressEnter={onEnter} />;
        return <Input {...given} type={kind} onPressEnter={onEnter} allowClear={kind === "search"} />;
      }}
    </Field>
  );
}

type NumberFieldProps = FieldProps & {
  value: number | null;
  onChange: (value: number | null) => void;
  least?: number;
  most?: number;
  unit?: string;
  isDisabled?: boolean;
};

export function NumberField({ value, onChange, least, most, unit, isDisabled, ...field }: NumberFieldProps) {
  return (
    <Field {...field}>
      {(id, described) => (
        <InputNumber
          id={id} value={value} min={least} max={most} suffix={unit} disabled={isDisabled} aria-describedby={described}
          style={{ width: "100%" }} decimalSeparator="." onChange={onChange}
        />
      )}
    </Field>
  );
}

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
}

type SelectProps<Value extends string> = FieldProps & {
  value: Value | null;
  onChange: (value: Value) => void;
  options: Option<Value>[];
  placeholder?: string;
  isDisabled?: boolean;
  /** Called with what is typed, where the options come from the server; else they are searched here. */
  onSearch?: (text: string) => void;
  isBusy?: boolean;
};

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, options, placeholder, isDisabled, onSearch, isBusy, ...field } = props;
  const isLong = options.length > 7 || onSearch !== undefined;
  return (
    <Field {...field}>
      {(id, described) => (
        <AntSelect<Value>
          id={id} value={value} options={options} placeholder={placeholder} disabled={isDisabled} loading={isBusy}
          aria-describedby={described} style={{ width: "100%" }} popupMatchSelectWidth={false} onChange={onChange}
          showSearch={isLong && { optionFilterProp: "label", filterOption: onSearch ? false : undefined, onSearch }}
        />
      )}
    </Field>
  );
}

type ManyProps = FieldProps & {
  values: string[];
  onChange: (values: string[]) => void;
  options?: Option[];
  placeholder?: string;
  isDisabled?: boolean;
};

/** Several of the options; without options, any words. */
export function SelectMany({ values, onChange, options, placeholder, isDisabled, ...field }: ManyProps) {
  return (
    <Field {...field}>
      {(id, described) => (
        <AntSelect
          id={id} mode={options ? "multiple" : "tags"} value={values} options={options} placeholder={placeholder}
          disabled={isDisabled} aria-describedby={described} style={{ width: "100%" }} onChange={onChange}
          showSearch={{ optionFilterProp: "label" }} tokenSeparators={options ? [] : [","]}
        />
      )}
    </Field>
  );
}

interface TickProps {
  label: string;
  isLabelHidden?: boolean;
  value: boolean;
  onChange: (value: boolean) => void;
  isDisabled?: boolean;
  isPartly?: boolean;
  hint?: string;
}

export function Checkbox({ label, isLabelHidden, value, onChange, isDisabled, isPartly, hint }: TickProps) {
  return (
    <AntCheckbox
      checked={value} disabled={isDisabled} indeterminate={isPartly} aria-label={isLabelHidden ? label : undefined}
      onChange={(event) => onChange(event.target.checked)}
    >
      {!isLabelHidden && label}
      {hint && <div className="k-hint">{hint}</div>}
    </AntCheckbox>
  );
}

export function Switch({ label, value, onChange, isDisabled, hint }: TickProps) {
  const id = useId();
  return (
    <div className="k-switch">
      <AntSwitch id={id} checked={value} disabled={isDisabled} onChange={onChange} />
      <label htmlFor={id}>
        {label}
        {hint && <div className="k-hint">{hint}</div>}
      </label>
    </div>
  );
}

/** One of a few, all seen at once. */
export function Choice<Value extends string>(props: {
  label: string;
  value: Value;
  options: Option<Value>[];
  onChange: (value: Value) => void;
  isLabelShown?: boolean;
}) {
  const { label, value, options, onChange, isLabelShown } = props;
  if (isLabelShown) return <Field label={label}>{() => <Choice {...props} isLabelShown={false} />}</Field>;
  return (
    <div className="k-choice" role="radiogroup" aria-label={label}>
      {options.map((one) => (
        <button
          key={one.value} type="button" role="radio" aria-checked={one.value === value}
          onClick={() => onChange(one.value)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
