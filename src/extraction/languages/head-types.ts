/**
 * Returns the type before the name of a function, without modifiers and annotations. `head` is all
 * text before the name.
 */
export function typeBefore(head: string, modifiers: RegExp): string {
  const type = head.replace(ANNOTATION, " ").replace(modifiers, " ").trim();
  // `int (*f(void))[2]` has its type on both sides of the name.
  return /[(){};=]/.test(type) ? "" : type;
}

const ANNOTATION = /@[\w.]{1,200}(?:\([^()]{0,500}\))?/g;

/**
 * Returns the type after an arrow (`->`) that follows the parameters, up to the body. `fromName`
 * is all text from the name on.
 */
export function typeAfterArrow(fromName: string): string {
  let depth = 0;
  for (let at = 0; at < fromName.length; at++) {
    const character = fromName[at]!;
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    else if (depth > 0) continue;
    else if (character === "{" || character === ";" || character === "=") return "";
    else if (character === "-" && fromName[at + 1] === ">") return upToBody(fromName.slice(at + 2));
  }
  return "";
}

function upToBody(text: string): string {
  return (/^[^{;=]*?(?=\s+where\b|[{;=]|\n[ \t]*\n|\n[ \t]*[}@\w]|$)/.exec(text)?.[0] ?? "").trim();
}
