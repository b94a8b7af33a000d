/** Why a request was not done (RFC 9457), as the server says it. */
export interface Fault {
  field: string;
  message: string;
}

interface Said {
  status: number;
  title: string;
  detail: string;
  id: string | null;
  faults: Fault[];
  /** Last word of the problem's type, as `not_found`; `no_answer` where the server was not reached. */
  kind: string;
  /** The right that is missing; empty where that is not what it takes. */
  right: string;
  /** Seconds to wait before asking again; 0 where the server names none. */
  retryAfter: number;
}

export class Problem extends Error {
  readonly said: Said;

  constructor(said: Said) {
    super(said.detail || said.title || said.kind);
    this.name = "Problem";
    this.said = said;
  }

  get status(): number {
    return this.said.status;
  }

  /** Whether asking again may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Read the problem of an answer; an answer that holds none is told by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return new Problem({
    status: response.status,
    title: text(said["title"]),
    detail: text(said["detail"]),
    id: typeof said["id"] === "string" ? said["id"] : null,
    faults: Array.isArray(said["faults"]) ? (said["faults"] as Fault[]) : [],
    right: text(said["right"]),
    kind: text(said["type"]).split(":").pop() ?? "",
    retryAfter: Number(response.headers.get("retry-after") ?? 0) || 0,
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
