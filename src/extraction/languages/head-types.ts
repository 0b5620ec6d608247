/** The type that stands before the name of a function, given what stands there, without modifiers and annotations. */
export function typeBefore(head: string, modifiers: RegExp): string {
  const type = head.replace(ANNOTATION, " ").replace(modifiers, " ").trim();
  // `int (*f(void))[2]` has its type on both sides.
  return /[(){};=]/.test(type) ? "" : type;
}

const ANNOTATION = /@[\w.]{1,200}(?:\([^()]{0,500}\))?/g;

/** The type behind an arrow (`->`) that follows the parameters, up to the body. */
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
