#!/usr/bin/env bash
# After an edit: what the changes since the last commit have broken, put before the model. Silent if nothing is, or if it cannot be told: an edit is never held up by this.
cd "${CLAUDE_PROJECT_DIR:-.}" || exit 0
command -v metacache > /dev/null || exit 0
found=$(metacache check --project . --since HEAD 2> /dev/null)
# Exit code 2 of a hook means: show what is on stderr to the model.
if [ $? -eq 1 ]; then
  printf '%s\n' "$found" | head -c 9000 >&2
  exit 2
fi
exit 0
