/** Numbers and amounts as a person writes them, exactly. In: texts, minor units. Out: decimal texts, minor units. */
const DECIMAL = /^-?\d{1,29}(\.\d{1,9})?$/;

/** Decimal text of what a person writes: spaces between groups, a comma for a point. */
export function decimalOf(text: string): string | null {
  const plain = text.replaceAll(/[\s\u00a0\u202f]/g, "").replace(",", ".").replace("−", "-");
  return DECIMAL.test(plain) ? plain : null;
}

/** How many digits of a currency are minor units. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Minor units as decimal text, exactly. */
export function majorOf(units: number, digits: number): string {
  const text = String(Math.abs(units)).padStart(digits + 1, "0");
  const [whole, rest] = [text.slice(0, text.length - digits), digits ? text.slice(-digits) : ""];
  return `${units < 0 ? "-" : ""}${whole}${/[1-9]/.test(rest) ? `.${rest}` : ""}`;
}

/** Decimal text as minor units; null where it has more digits than the currency. */
export function minorOf(text: string, digits: number): number | null {
  const [whole = "", rest = ""] = text.split(".");
  if (rest.length > digits) return null;
  const units = Number(`${whole}${rest.padEnd(digits, "0")}`);
  return Number.isSafeInteger(units) ? units : null;
}
