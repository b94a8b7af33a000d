/** A number that leads to its list, where the reader has that list. */
import type { ReactNode } from "react";

import { Go, useAddressOf } from "../../kit";

interface LinkedProps {
  /** The server's name of a list or page. */
  to: string;
  /** A record of it, where it has pages. */
  record?: string;
  filters?: Record<string, unknown>;
  children: ReactNode;
}

export function Linked({ to, record, filters, children }: LinkedProps) {
  const address = useAddressOf()(to);
  if (address === null) return <span className="k-num">{children}</span>;
  return (
    <Go to={record ? `${address}/${record}` : address} search={filters && { f: filters }} className="k-num">
      {children}
    </Go>
  );
}
