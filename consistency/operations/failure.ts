import { DatabaseUnavailableError, messageOf } from "../../src/base/errors.ts";
import type { Failed } from "./operation.ts";

/** The text that the log has for an error. */
export function failureOf(error: Error & { readonly code?: unknown }): Pick<Failed, "kind" | "code" | "fault" | "message"> {
  return {
    kind: "failed",
    code: String(error.code),
    ...(error instanceof DatabaseUnavailableError && { fault: error.fault }),
    message: messageOf(error),
  };
}
