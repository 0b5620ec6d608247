import { argumentsOf, likenessOf, loneName, type Token } from "../tokens/arguments.ts";
import type { CodeText } from "../tokens/code-text.ts";
import type { FunctionHead } from "./function-head.ts";
import { CODE } from "../tokens/code-text.ts";
import { TOKEN } from "../tokens/lexer.ts";
import type { Part } from "../items/part.ts";
import { looksLikeMacro, TYPE_KEYWORDS } from "../tokens/words.ts";
import type { TextRange } from "../../text-range.ts";

/** The name that a macro gives to the thing that it defines. */
export interface DefinedName {
  readonly name: string;
  /** The parameters, if one of the arguments is a list of them. */
  readonly parameters?: TextRange;
  /**
   * The argument that is the name, together with the text before it (for a test, its suite) and the
   * comma after it. It is not a parameter.
   */
  readonly argument: TextRange;
}

/**
 * Returns the name of the function that a head defines by a macro, or `undefined` if the head is
 * not a macro's. `SYSCALL_DEFINE2(open, …) {` has no type before it. `int BPF_PROG(open, struct
 * file *f) {` has one, and its first argument cannot be a parameter.
 */
export function definedByMacro(head: FunctionHead, parts: readonly Part[], source: CodeText): DefinedName | undefined {
  const macro = parts[head.name]!;
  if (head.isOldStyle === true || macro.isCertain || macro.kind !== "name") return undefined;
  if (head.around !== undefined) {
    const around = parts[head.around]!;
    const mayDefine = head.parameters === head.around + 1 && !TYPE_KEYWORDS.has(parts[head.name - 1]?.word ?? "");
    return mayDefine && (looksLikeMacro(macro.word) || isNames(around, source)) ? nameAmong(macro.word, around, source) : undefined;
  }
  // If there is no type, and the arguments cannot be parameters, the name is a macro in any
  // spelling: `Test(Cart, adds, .init = 1) {`.
  const takesValues = !head.isTyped && likenessOf(source, parts[head.parameters]!) === "arguments";
  if (!looksLikeMacro(macro.word) && !takesValues && !TEST.test(macro.word)) return undefined;
  const defined = nameAmong(macro.word, parts[head.parameters]!, source);
  if (defined === undefined || !head.isTyped) return defined;
  const [first] = argumentsOf(source, parts[head.parameters]!) ?? [];
  return macro.word.includes("_") && loneName(first) === defined.name ? defined : undefined;
}

function isNames(parentheses: TextRange, source: CodeText): boolean {
  return likenessOf(source, parentheses) === "either";
}

/**
 * Finds the argument that is the name: the first argument that is a name at all or, for a test, the
 * argument after its suite.
 */
function nameAmong(macro: string, parentheses: TextRange, source: CodeText): DefinedName | undefined {
  const lists = argumentsOf(source, parentheses);
  if (lists === undefined) return undefined;
  const listed = beforeList(lists, parentheses);
  if (listed !== undefined) return listed;
  const names = lists.map(definableName);
  const [, second] = names;
  const isTest = TEST.test(macro) && ((second !== undefined && !looksLikeMacro(second)) || isNumber(lists[1]));
  let index = isTest ? 1 : names.findIndex((name) => name !== undefined);
  const quoted = lists.findIndex(isText);
  if (index === -1 || (quoted === 0 && CASE.test(macro)) || (quoted === 1 && QUOTED.test(macro))) index = quoted;
  if (index === -1) return undefined;
  const argument = lists[index]!;
  const next = lists[index + 1]?.[0];
  const [token] = argument;
  const quote = token!.kind === TOKEN.text ? 1 : 0;
  const name = source.text.slice(token!.start + quote, token!.end - quote);
  return { name, argument: { start: parentheses.start + 1, end: next?.start ?? argument.at(-1)!.end } };
}

/**
 * In `EXPORTED(void, CALL name, (int a), COLD)`, the name is the last word of the argument before
 * the list of parameters.
 */
function beforeList(lists: readonly (readonly Token[])[], argument: TextRange): DefinedName | undefined {
  const index = lists.findIndex((list) => list[0]?.code === CODE.open && list.at(-1)!.code === CODE.close);
  const name = lists[index - 1]?.at(-1);
  if (name?.isName !== true) return undefined;
  const list = lists[index]!;
  return { name: name.word, argument, parameters: { start: list[0]!.start, end: list.at(-1)!.end } };
}

/**
 * Returns the name that an argument consists of. `SYSCALL_DEFINE3(32_read, …)` adds a prefix to a
 * text that is not a name on its own.
 */
function definableName(argument: readonly Token[]): string | undefined {
  const [first, second] = argument;
  if (first?.kind !== TOKEN.number || second !== undefined) return loneName(argument);
  return PASTED.test(first.word) ? first.word : undefined;
}

/** For `TEST_F(fixture, 1)`. */
function isNumber(argument: readonly Token[] | undefined): boolean {
  return argument?.length === 1 && argument[0]!.kind === TOKEN.number;
}

function isText(argument: readonly Token[]): boolean {
  return argument.length >= 1 && argument[0]!.kind === TOKEN.text;
}

/**
 * `TEST(Suite, Name)`, `TEST_F`, `TYPED_TEST_P`, `UTEST`, `Test`, `BENCHMARK_F`, `PHP_METHOD(Class,
 * name)`, but not `BOOST_FIXTURE_TEST_CASE(name, fixture)`.
 */
const TEST = /(?:^|_)(?:[A-Z]{0,3}TEST\d?|BENCHMARK|METHOD)(?!_CASE)(?:_|$)|^(?:Test|ParameterizedTest|Theory)$/;
/** `TEST_CASE_TEMPLATE("it does", Type, int)`: the arguments after the string are not names. */
const CASE = /TEST_CASE|SCENARIO/;
/**
 * A token that begins with digits but is not a number, because no number ends with these letters.
 */
const PASTED = /^\d+_*(?![uUlLfFxXbBeEpP]*\d*$)(?!0?[xX][\dA-Fa-f]+)\w*[A-Za-z]{2}\w*$/;
/** `TEST_CASE_METHOD(Fixture, "it does")`. */
const QUOTED = /(?:TEST_CASE|SCENARIO)_METHOD/;
