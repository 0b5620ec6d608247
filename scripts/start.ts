import { main } from "../src/cli/main.ts";

// `npm start` alone is for somebody who has just cloned this: it shows a few answers.
const args = process.argv.slice(2);
process.exitCode = await main(args.length === 0 ? ["tour"] : args);
