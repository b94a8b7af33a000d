/** Changes: send one, then read anew what it touched. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** A change of the server's state. `touches` names the queries that are read anew, as `["rows", "jobs"]`. */
export function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  options: { touches?: readonly (readonly unknown[])[]; onDone?: (output: Output, input: Input) => void } = {},
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (output, input) => {
      await Promise.all((options.touches ?? []).map((queryKey) => client.invalidateQueries({ queryKey })));
      options.onDone?.(output, input);
    },
  });
}
