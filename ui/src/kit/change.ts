/** Changes: send one, then read anew what it touched. */
import { type QueryClient, type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/** A change of the server's state. `touches` names the queries that are read anew, as `["rows", "jobs"]`. */
export function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  options: { touches?: readonly QueryKey[]; onDone?: (output: Output, input: Input) => void } = {},
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (output, input) => {
      await readAnew(client, options.touches ?? []);
      options.onDone?.(output, input);
    },
  });
}

/**
 * Reads these queries again. A first reading that is still under way began before the change: invalidation alone
 * would join it and take its answer for the new one, so it is given up.
 */
export async function readAnew(client: QueryClient, touched: readonly QueryKey[]): Promise<void> {
  await Promise.all(touched.map((queryKey) => client.cancelQueries({ queryKey })));
  await Promise.all(touched.map((queryKey) => client.invalidateQueries({ queryKey })));
}
