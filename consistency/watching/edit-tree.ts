import { Random } from "../../testing/random.ts";
import { TreeEdits } from "./tree-edits.ts";

// The process that changes the tree. It makes one change for each message, and answers when the
// change is made.
const [root = "", seed = "1"] = process.argv.slice(2);
const edits = new TreeEdits(root, new Random(Number(seed)));
edits.begin();
process.send?.("begun");
process.on("message", () => process.send?.(edits.edit()));
process.on("disconnect", () => process.exit());
