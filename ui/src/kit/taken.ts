/** Whether keys belong to a field, a dialog or a menu. */
export function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu], [role=listbox]")) return true;
  return document.querySelector(".ant-modal-wrap, .ant-drawer-open") !== null;
}
