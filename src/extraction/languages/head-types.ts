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
 * Returns the type after an arrow (`->`) that follows the parameters, up to the body. `behindName`
 * is all text from the name on.
 */
export function typeBehindArrow(behindName: string): string {
  let depth = 0;
  for (let at = 0; at < behindName.length; at++) {
    const character = behindName[at]!;
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    else if (depth > 0) continue;
    else if (character === "{" || character === ";" || character === "=") return "";
    else if (character === "-" && behindName[at + 1] === ">") return upToBody(behindName.slice(at + 2));
  }
  return "";
}

function upToBody(text: string): string {
  return (/^[^{;=]*?(?=\s+where\b|[{;=]|\n[ \t]*\n|\n[ \t]*[}@\w]|$)/.exec(text)?.[0] ?? "").trim();
}
