#!/usr/bin/env bash
# After an edit: the references in the edited file, and to it, that are broken and were not broken in the last commit, put before the model. Silent if there are none, or if it cannot be told: an edit is never held up by this.
cd "${CLAUDE_PROJECT_DIR:-.}" || exit 0
command -v metacache > /dev/null || exit 0
file=$(node -e 'process.stdout.write(String(JSON.parse(require("node:fs").readFileSync(0, "utf8")).tool_input.file_path))' 2> /dev/null) || exit 0
found=$(metacache check --project . --since HEAD --new -- "$file" 2> /dev/null)
# Exit code 2 of a hook means: show what is on stderr to the model.
if [ $? -eq 1 ]; then
  printf '%s\n' "$found" | head -c 9000 >&2
  exit 2
fi
exit 0
