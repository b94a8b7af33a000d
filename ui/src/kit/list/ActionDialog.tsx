/** The dialog of an action that asks nothing more than whether to do it. */
import type { ReactNode } from "react";

import { useChange } from "../change";
import { Dialog, useSay } from "../overlay";
import type { ActionProps } from "../page";

interface ActionDialogProps extends ActionProps {
  title: string;
  /** What will happen, with the number of rows it is about. */
  children: ReactNode;
  /** Text of the button: a verb. */
  confirm: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  /** What is said once it is done. */
  done: string;
  change: () => Promise<unknown>;
}

export function ActionDialog(props: ActionDialogProps) {
  const { title, children, confirm, isDangerous, isDisabled, done, change, onDone } = props;
  const say = useSay();
  const doing = useChange(change, {
    onDone: () => {
      say(done);
      onDone(true);
    },
  });
  return (
    <Dialog
      title={title} onClose={() => onDone(false)} confirm={confirm} isDangerous={isDangerous} isDisabled={isDisabled}
      isBusy={doing.isPending} error={doing.error} onConfirm={() => doing.mutate(undefined)}
    >
      {children}
    </Dialog>
  );
}
