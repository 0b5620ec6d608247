// For `--import`: notes which modules a program loads, one URL a line, in the file that MODULES
// names.
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

const file = process.env["MODULES"] ?? "";
registerHooks({
  load(url, context, next) {
    appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});
