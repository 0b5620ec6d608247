import { describe, expect, it } from "vitest";

import { extractText, outlineOf } from "./extract-text.ts";

/** What stands in a file, without intents, and without lines where they say nothing. */
async function found(path: string, text: string): Promise<string[]> {
  return outlineOf(await extractText(path, text)).map((line) => line.replace(/ "[^"]*"$/, ""));
}

describe("Bash", () => {
  it("finds functions behind every pattern that an expansion may hold", async () => {
    const text = `a() {
  x=\${1%%[!a-z]*}; y="\${x//[^0-9]/}"; z=\${x#*(}; w=\${x%\\}}; v=\${x%"}"}; q="\${x:-don't}"
}
b() { s="\${a[\${#a[@]}-1]}" t=\${a[$i]/[/]}; }
c() { echo \${x:$i:1} \${value/]/%5D} "\${w:-A;B}" \${1#*[}; }
d() { :; }
`;
    expect(await found("a.sh", text)).toEqual(["1-3 function a()", "4-4 function b()", "5-5 function c()", "6-6 function d()"]);
    expect((await extractText("a.sh", text)).problems).toEqual([]);
  });

  it.each([
    ["quotes around expansions in expansions", `x="\${b#"\${b%%[![:space:]]*}"}"`],
    ["a quoted bracket", `x="\${a%"["*}" y="\${a/'['/}" z=\${a%%'}'*}`],
    ["an escaped brace", `x="\${1#*\\{}" y=\${2//\\}/]}`],
    ["commands with braces", `x="\${a:-$(awk '{print $1}')}" y=$(echo "\${b#*[}" | sed 's/}/{/')`],
    ["an expansion that is text", `echo '\${['`],
  ])("goes on behind %s", async (_what, line) => {
    expect(await found("a.sh", `a() {\n  ${line}\n}\nb() { ${line}; }\n`)).toEqual(["1-3 function a()", "4-4 function b()"]);
  });
});

describe("C#", () => {
  it("finds operators and finalizers, and neither properties nor indexers nor events among functions", async () => {
    const text = `class A(int a) : B(a) {
  public required int X { get; init; } = 3;
  public event EventHandler E { add {} remove {} }
  public event Action C1, C2;
  public static implicit operator int(A a) => 1;
  public static bool operator ==(A a, A b) => true;
  int IFoo.P => 2;
  int this[int i, string k] { get => 1; }
  ~A() { }
}
`;
    expect(await found("a.cs", text)).toEqual([
      "1-10 class A",
      "5-5 function A.operator int(A a)",
      "6-6 function A.operator ==(A a; A b)",
      "9-9 function A.~A()",
    ]);
  });

  it.each([
    ["empty collections", "string[] a = []; object o = x ? [] : y; List<int> b = F([], [ ]); int[] F(int[] a, string?[] b) => [];"],
    ["`async` as a name", "bool P => async; void M(bool async) { F(async, async: true); } int R => M(async: false);"],
    ["words of attributes in a collection", "object o = F([property, field], [event]);"],
    ["assignments to what may be null", "void M() { a?.b = 3; x?[0] = 1; } object o = a?.b?[1];"],
    ["raw strings, spreads, patterns", 'string s = """\n  raw {\n  """; int[] c = [1, ..d]; bool e => f is { G: > 1 and not 3 };'],
    ["any collection for the last parameter", "void M(params IEnumerable<string> a) {} void N(int a, params Span<int> b) {}"],
    ["quotes in verbatim texts with values", 'string s = $@"a ""{b}"" c"; string t = @$"""{b}""";'],
    ["type parameters for what lives on the stack", "void M<T>() where T : IA, allows ref struct {}"],
    ["a condition around a piece of a list", "}\nclass B : C\n#if D\n    , E\n#endif\n{"],
    ["file-local types and primary constructors", "} file record struct B(int X); file interface C {"],
  ])("does not mark %s", async (_what, members) => {
    const { problems, functions, classes } = await extractText("a.cs", `class A {\n${members}\nvoid Last() {}\n}\n`);
    expect(problems).toEqual([]);
    expect(classes[0]?.name).toBe("A");
    expect(functions.at(-1)?.name).toBe("Last");
  });
});

describe("Ruby", () => {
  it("finds members that calls make, and gives them to the class that is made there", async () => {
    const text = `class A
  attr_reader :a, "b"
  alias :old :new
  alias_method :x, :y
  define_method(:clear) do |all, b = 1|
  end
  P = Data.define(:q) do
    def r(z) = z
  end
  E = Class.new(StandardError)
  def_delegators :@a, :size, :each
  delegate :name, to: :user
  private attr_writer :w
end
L = Struct.new("N", :one)
alias $out $stdout
`;
    expect(await found("a.rb", text)).toEqual([
      "1-14 class A",
      "3-3 function A.old()",
      "4-4 function A.x()",
      "5-6 function A.clear(all; b = 1)",
      "7-9 class P",
      "7-7 function P.q()",
      "8-8 function P.r(z)",
      "10-10 class E",
      "11-11 function A.size()",
      "11-11 function A.each()",
      "12-12 function A.name()",
      "15-15 class L",
      "15-15 function L.one()",
    ]);
  });
});

it("what Ruby's calls make is found under every name that it has then, and under no other", async () => {
  const text = `class A
  mattr_reader :m
  attr_accessor(*%i[p q])
  def_delegator :@a, :first, :head
  def_delegator :@a, :last
  B::C = Struct.new(:x)
end
`;
  const { symbols } = await extractText("a.rb", text);
  expect(symbols.map(({ kind, className, name }) => `${kind} ${className}.${name}`)).toEqual([
    "property A.m",
    "property A.p",
    "property A.q",
  ]);
  expect(await found("a.rb", text)).toEqual(["1-7 class A", "4-4 function A.head()", "5-5 function A.last()", "6-6 class C"]);
});

describe("Rust", () => {
  it("finds items in a macro's call with any brackets", async () => {
    const text = "m!{ fn a() {} }\nm!( pub fn b() {} );\nm![ struct C; ];\nvec![1];\nfn d() {}\n";
    expect(await found("a.rs", text)).toEqual(["1-1 function a()", "2-2 function b()", "3-3 class C", "5-5 function d()"]);
  });

  it("does not mark foreign functions that are safe", async () => {
    const { problems, functions } = await extractText("a.rs", 'unsafe extern "C" { pub safe fn a(); unsafe fn b(); }\n');
    expect(problems).toEqual([]);
    expect(functions.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("finds items in calls of macros, macros by rule and aliases of types", async () => {
    const text = `cfg_if::cfg_if! {
  if #[cfg(unix)] {
    pub fn u(a: u8) {}
  } else {
    fn v() {}
  }
}
mod m {
  cfg_x! { pub struct S { a: u8 }
    impl S { fn t(&self) {}
      cfg_y! { fn w() {} } } }
}
lazy_static! { static ref X: u8 = 1; }
fn q() { quote! { fn hidden() {} } }
pub type R<T> = Result<T, E>;
impl A for B { type Item = u8; fn k() {} }
macro_rules! mm { () => { fn z() {} } }
`;
    expect(await found("a.rs", text)).toEqual([
      "3-3 function u(a: u8)",
      "5-5 function v()",
      "8-12 class m",
      "9-9 class S",
      "10-10 function S.t(&self)",
      "11-11 function S.w()",
      "14-14 function q()",
      "15-15 class R",
      "16-16 function B.k()",
      "17-17 function mm()",
    ]);
    expect((await extractText("a.rs", text)).problems).toEqual([]);
  });

  it("reads calls of macros within each other in bounded time", async () => {
    const record = await extractText("a.rs", `${"m! { fn f() {} ".repeat(3_000)}${"}".repeat(3_000)}\nfn last() {}\n`);
    expect(record.functions.at(-1)?.name).toBe("last");
  });
});

describe("TypeScript and JavaScript", () => {
  it.each([
    ["a function", "a.ts", "export default async function (a: B) {}", ["1-1 function default(a: B)"]],
    ["a generator", "a.ts", "export default function* () {}", ["1-1 function default()"]],
    ["an arrow", "a.js", "export default async (a) => 1;", ["1-1 function default(a)"]],
    ["a class", "a.ts", "export default class {\n  a() {}\n}", ["1-3 class default", "2-2 function default.a()"]],
    ["a declaration", "a.d.ts", "export default function (a: number): { b: string };", ["1-1 function default(a: number)"]],
    ["an abstract class", "a.ts", "export default abstract class {\n  a() {}\n}", ["1-3 class default", "2-2 function default.a()"]],
    ["a function in parentheses", "a.js", "export default (function (a) {});", ["1-1 function default(a)"]],
    ["an arrow with a type", "a.ts", "export default ((a: B) => 1) satisfies C;", ["1-1 function default(a: B)"]],
    ["CommonJS's function", "a.js", "module.exports = function (a) {};", ["1-1 function default(a)"]],
    ["CommonJS's function in parentheses", "a.js", "module.exports = (function () {});", ["1-1 function default()"]],
    ["CommonJS's class", "a.js", "module.exports = class { m() {} };", ["1-1 class default", "1-1 function default.m()"]],
  ])("find the default export that is %s without name", async (_what, path, text, outline) => {
    expect(await found(path, text)).toEqual(outline);
  });

  it.each([
    ["its own name", "module.exports = (function f() {});", ["1-1 function f()"]],
    ["the name of the variable or property", "f = function () {};\na.b.g = () => 1;", ["1-1 function f()", "2-2 function g()"]],
    [
      "no name, so that it is not found",
      "a[b] = function () {};\nexports = function () {};\nother.exports = () => 1;\na.B = class {};\n[c] = () => 1;",
      [],
    ],
  ])("give a value that is assigned %s", async (_which, text, outline) => {
    expect(await found("a.js", text)).toEqual(outline);
  });

  it("find a default export in parentheses under its own name", async () => {
    expect(await found("a.js", "export default (function named(a) {});")).toEqual(["1-1 function named(a)"]);
  });

  it("find functions in parentheses and assertions, and no call of one", async () => {
    const text = `const a = (async (x) => 1)!;
const b = <T>((y) => 2);
export const c = ((function n(z) {}) as unknown as X) satisfies Y;
const d = (x as Foo);
obj.e = ((w) => 1) as W;
const iife = (function () { return 1; })();
const o = { p: (() => 1) as Q };
class K { q = ((v) => 1) as Q; }
`;
    expect(await found("a.ts", text)).toEqual([
      "1-1 function a(x)",
      "2-2 function b(y)",
      "3-3 function c(z)",
      "5-5 function e(w)",
      "7-7 function p()",
      "8-8 class K",
      "8-8 function K.q(v)",
    ]);
    expect(await found("a.js", "const a = ((x) => 1);\nclass K { b = (() => 2); }\n")).toEqual([
      "1-1 function a(x)",
      "2-2 class K",
      "2-2 function K.b()",
    ]);
  });

  it("find the methods of what a type alias stands for, and of no type within", async () => {
    const text = `type A = B & { read(): void } & (C | { write(a: 1): void });
type P = Readonly<{ go(): void }>;
function f(o: { no(): void }) {}
type D = { in: { nested(): void } };
`;
    expect((await found("a.ts", text)).filter((line) => line.includes("function"))).toEqual([
      "1-1 function A.read()",
      "1-1 function A.write(a: 1)",
      "2-2 function P.go()",
      "3-3 function f(o: { no(): void })",
    ]);
  });

  it("begin a class behind its decorators, whether it is exported or not", async () => {
    const text = `@A() @B({
  x: 1 })
abstract class C1 {}
@D()
export default class C2 { @E() m() {} @F()
  n() {} }
@G()
class C3 {}
`;
    expect(await found("a.ts", text)).toEqual([
      "3-3 class C1",
      "5-6 class C2",
      "5-5 function C2.m()",
      "6-6 function C2.n()",
      "8-8 class C3",
    ]);
  });

  it.each([
    ["exports of types alone", "export type * from './a';\nexport type * as b from './b';"],
    ["types of other modules", "let a: import('./a').B<string>[] = [];\nfunction g(o: import(\"b\").C): import('d').E & F {}"],
    ["variance behind a comment", "interface I<\n  /** @ts-ignore */\n  out T extends B = C,\n  /* two */ in out U,\n> { a: T }"],
    ["variance of type parameters", "interface I<in out T, out U = X, in V extends W> { a: T }"],
    ["a property called abstract", "interface I { abstract?: boolean; b: string }"],
    ["modifiers in any order", "abstract class A { protected abstract override b: string; accessor c = 1; }"],
    ["fields with accessors", "class A { static accessor a = 1; @d accessor b: string; accessor #c = 1; abstract accessor e: number }"],
    ["what is disposed of", "for (using r of all) {}\nusing a = f();\nasync () => { await using b = g(); };"],
    ["imports of modules", "import defer * as a from 'a';\nimport type = require('type');"],
    ["a global in a module", "declare module 'm' {\n  global { interface G {} }\n}"],
  ])("do not mark %s", async (_what, text) => {
    const { problems, functions } = await extractText("a.ts", `${text}\nfunction last(a: string) {}\n`);
    expect(problems).toEqual([]);
    expect(functions.at(-1)).toMatchObject({ name: "last", parameters: ["a: string"] });
  });
});

it.each([
  ["a.ts", "function f(a: { /** W */ b: 1; // c\n d: 2 }) {}", ["a: { b: 1; d: 2 }"]],
  ["a.java", "class A { void f(@B /* c */ int a, // d\n int e) {} }", ["@B int a", "int e"]],
  ["a.rs", "fn f(a: (u8, /* b */ u8)) {}", ["a: (u8, u8)"]],
  ["a.go", "package a\nfunc f(a ... /* b */ int) {}", ["a ... int"]],
])("parameters hold no comments, in %s neither", async (path, text, parameters) => {
  expect((await extractText(path, text)).functions[0]?.parameters).toEqual(parameters);
});

describe("the mark of a syntax error", () => {
  it("stands for what is outside the bodies of found functions, and says where", async () => {
    const inside = await extractText("a.js", "function f() {\n  const = 1 1;\n}\nfunction g() {}\n");
    expect(inside).toMatchObject({ problems: [], functions: [{ name: "f" }, { name: "g" }] });
    const outside = await extractText("a.js", "function f() {}\n\nconst = 1 1;\nfunction g() {}\n");
    expect(outside).toMatchObject({ problems: ["syntax-error:3"], functions: [{ name: "f" }, { name: "g" }] });
  });
});
