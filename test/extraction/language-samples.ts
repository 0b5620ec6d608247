/** A file in each language, and what is to be found in it. */
export interface LanguageSample {
  readonly path: string;
  readonly language: string;
  readonly text: string;
  readonly outline: readonly string[];
}

export const LANGUAGE_SAMPLES: readonly LanguageSample[] = [
  {
    path: "a.py",
    language: "python",
    text: `import x

@decorated(1)
async def f(a, b: int = 1, *args, c="x, y", **kwargs) -> int:
    # A comment before it.
    'Does ' "it."
    def inner(p, /, q, *, r): return lambda s: s
    return 1

    # A comment after the end.

class A(B):
    r"""Holds it."""

    if x:
        def g(self): pass

    class Inner:
        @property
        def h(self):
            f"""No docstring: it has values to fill in."""
            return 1
`,
    outline: [
      '4-8 function f(a; b: int = 1; *args; c="x, y"; **kwargs) "Does it."',
      "7-7 function inner(p; q; r)",
      '12-22 class A "Holds it."',
      "16-16 function A.g(self)",
      "18-22 class Inner",
      "20-22 function Inner.h(self)",
    ],
  },
  {
    path: "a.ts",
    language: "typescript",
    text: `/** Holds it. */
@dec()
export default class A<T> extends B {
  /** A field. */
  @dec() private handle = (a: number): void => {};
  #p = function () {};
  /** Makes one. */
  constructor(private a: number, b?: string) { super(); }
  get v() { return 1; }
  static async *gen(this: A) {}
  [Symbol.iterator]() {}
}

// What there is,
// in short.
interface I { m(a: number): void; p: () => void }
type T = { a: number };
export enum E { A }
namespace N { export function inner() {} }

function over(a: string): void;
/**
 * Does it.
 * @param a any
 */
function over(a: any) {}
/** Doc. */
export const arrow = async (a, { b, c } = {}, ...rest) => {};
const one = x => x, two = function named(y) {};

// Not its documentation, for there is an empty line.

module.exports = function foo() {};
exports.bar = () => {};
// Of the object.
const o = { m() {}, k: () => 1, 'quoted': function () {} };
abstract class Q { abstract n(): void }
const K = class { z() {} };
// Of the call.
call(function named() {}, () => {}, function () {});
function* steps() {}
`,
    outline: [
      '3-12 class A "Holds it."',
      '5-5 function A.handle(a: number) "A field."',
      "6-6 function A.#p()",
      '8-8 function A.constructor(private a: number; b?: string) "Makes one."',
      "9-9 function A.v()",
      "10-10 function A.gen(this: A)",
      "11-11 function A.[Symbol.iterator]()",
      '16-16 class I "What there is, in short."',
      "16-16 function I.m(a: number)",
      "17-17 class T",
      "18-18 class E",
      "19-19 class N",
      "19-19 function inner()",
      "21-21 function over(a: string)",
      '26-26 function over(a: any) "Does it."',
      '28-28 function arrow(a; { b, c } = {}; ...rest) "Doc."',
      "29-29 function one(x)",
      "29-29 function two(y)",
      "33-33 function foo()",
      "34-34 function bar()",
      "36-36 function m()",
      "36-36 function k()",
      "36-36 function quoted()",
      "37-37 class Q",
      "37-37 function Q.n()",
      "38-38 class K",
      "38-38 function K.z()",
      "40-40 function named()",
      "41-41 function steps()",
    ],
  },
  {
    path: "a.tsx",
    language: "tsx",
    text: `/** Shows it. */
export const View = ({ a }: Props) => <div>{list.map((x) => <b>{x}</b>)}</div>;
export default function App<T,>(props: T) { return <View a="1" />; }
interface Props { a: string }
`,
    outline: ['2-2 function View({ a }: Props) "Shows it."', "3-3 function App(props: T)", "4-4 class Props"],
  },
  {
    path: "a.jsx",
    language: "javascript",
    text: `class A {
  x = () => <a>1</a>;
  static #q = function () {};
  /** Does it. */
  'lit'(a = {}, [b]) {}
}
A.prototype.late = function () {};
const g = function* () {};
`,
    outline: [
      "1-6 class A",
      "2-2 function A.x()",
      "3-3 function A.#q()",
      '5-5 function A.lit(a = {}; [b]) "Does it."',
      "7-7 function late()",
      "8-8 function g()",
    ],
  },
  {
    path: "a.go",
    language: "go",
    text: `package m

// A holds it.
type A[T any] struct { x int }

type (
	// I asks for it.
	I interface {
		// M is asked for.
		M(a int) error
	}
	Alias = A
	F func(int)
)

// M does it.
//
//go:noinline
func (r *A[T]) M(a, b int, f func(x, y int), c ...string) (int, error) {
	local := func(x int) {}
	return local, nil
}
func G[T any](T) {}
var H = func(a int) {}
`,
    outline: [
      '4-4 class A "A holds it."',
      '8-11 class I "I asks for it."',
      '10-10 function I.M(a int) "M is asked for."',
      "13-13 class F",
      '19-22 function A.M(a; b int; f func(x, y int); c ...string) "M does it."',
      "20-20 function local(x int)",
      "23-23 function G(T)",
      "24-24 function H(a int)",
    ],
  },
  {
    path: "a.rs",
    language: "rust",
    text: `//! The crate.
/// Holds it.
#[derive(Debug)]
pub struct A<T> { x: T }

impl<T> fmt::Display for a::A<T> where T: X {
    /// Does it.
    ///
    /// # Panics
    fn f<'a>(&'a mut self, b: i32) -> i32 { fn inner() {} 1 }
}
trait T { fn g(&self); }
enum E { B }
union U { a: i32 }
impl &str { fn s() {} }
extern "C" { fn ext(a: i32, ...); }
/** Of the module. */
mod x { pub async fn z((a, b): (i32, i32)) {} }
`,
    outline: [
      '4-4 class A "Holds it."',
      '10-10 function A.f(&\'a mut self; b: i32) "Does it."',
      "10-10 function inner()",
      "12-12 class T",
      "12-12 function T.g(&self)",
      "13-13 class E",
      "14-14 class U",
      "15-15 function str.s()",
      "16-16 function ext(a: i32; ...)",
      '18-18 class x "Of the module."',
      "18-18 function z((a, b): (i32, i32))",
    ],
  },
  {
    path: "A.java",
    language: "java",
    text: `package a;

/**
 * Holds it.
 *
 * @author me
 */
@X
public class A<T> extends B {
    A(int x) {}
    /** Does {@code it}. */
    @Override
    public int f(final int a, Map<K, V> b, String... c) {
        Runnable r = new Runnable() { public void run() {} };
        return 1;
    }
    enum E { ONE { void q() {} }; void z() {} }
    interface I { void m(A this, int a); }
    record R(int x) { R { } }
    @interface An { int v(); }
}
`,
    outline: [
      '8-21 class A "Holds it."',
      "10-10 function A.A(int x)",
      '12-16 function A.f(final int a; Map<K, V> b; String... c) "Does {@code it}."',
      "14-14 function run()",
      "17-17 class E",
      "17-17 function q()",
      "17-17 function E.z()",
      "18-18 class I",
      "18-18 function I.m(A this; int a)",
      "19-19 class R",
      "19-19 function R.R()",
      "20-20 class An",
      "20-20 function An.v()",
    ],
  },
  {
    path: "a.c",
    language: "c",
    text: `#include <x.h>

/* Does it. */
static int *
f(int a, const char *b, int (*cb)(int, int)) { return 0; }
int (*g(void))(int) { }
int prototype(int);
// Holds it.
struct a { int x; };
// Both names.
typedef struct b { int y; } B;
typedef enum e { A } *E;
union u;
`,
    outline: [
      '4-5 function f(int a; const char *b; int (*cb)(int, int)) "Does it."',
      "6-6 function g()",
      '9-9 class a "Holds it."',
      '11-11 class B "Both names."',
      '11-11 class b "Both names."',
      "12-12 class e",
    ],
  },
  {
    path: "a.cpp",
    language: "cpp",
    text: `namespace n {
/// Holds it.
class A : public B {
 public:
  A(int x);
  ~A();
  A(const A&) = default;
  /// Does it.
  virtual int f(int a = 1) const = 0;
  int* p();
  bool operator==(const A& o) const;
  operator bool() const;
  template <class T> void tm(T t);
  int a, b; std::function<void(int)> cb;
};
}
/// Of h.
template <typename T>
int& n::A<T>::h(T&& x, ...) {}
A::operator bool() const { Foo notAFunction(baz()); }
bool operator<(A a, A b) {}
enum class E { X };
template<> struct Z<int> { void m() {} };
auto l = [](int a){};
`,
    outline: [
      '3-15 class A "Holds it."',
      "5-5 function A.A(int x)",
      "6-6 function A.~A()",
      "7-7 function A.A(const A&)",
      '9-9 function A.f(int a = 1) "Does it."',
      "10-10 function A.p()",
      "11-11 function A.operator==(const A& o)",
      "12-12 function A.operator bool()",
      "13-13 function A.tm(T t)",
      '19-19 function A.h(T&& x; ...) "Of h."',
      "20-20 function A.operator bool()",
      "21-21 function operator<(A a; A b)",
      "22-22 class E",
      "23-23 class Z",
      "23-23 function Z.m()",
    ],
  },
  {
    path: "a.cs",
    language: "csharp",
    text: `namespace N {
    /// <summary>
    /// Holds <see cref="T:A.B"/> &lt;x&gt;.
    /// </summary>
    /// <typeparam name="T">not the intent</typeparam>
    [Attr]
    public class A<T> : B {
        A(int x) {}
        ~A() {}
        int F(ref int a, params string[] b) { int L(int q) => q; return 1; }
        public static A operator +(A a, A b) => a;
        public int X { get; set; }
    }
    interface I { void M(); }
    delegate void D(int x);
    struct S {}
    enum E {}
    public record P(int X);
}
`,
    outline: [
      '6-13 class A "Holds A.B <x>."',
      "8-8 function A.A(int x)",
      "9-9 function A.~A()",
      "10-10 function A.F(ref int a; params string[] b)",
      "10-10 function L(int q)",
      "11-11 function A.operator +(A a; A b)",
      "14-14 class I",
      "14-14 function I.M()",
      "15-15 class D",
      "16-16 class S",
      "17-17 class E",
      "18-18 class P",
    ],
  },
  {
    path: "a.rb",
    language: "ruby",
    text: `# frozen_string_literal: true

# Holds it.
module M
  class A < B
    # Does it,
    # twice.
    def f(a, b = 1, *c, d:, **e, &g)
    end
    def self.g; end
    def x=(v) = 1
    class << self
      def k a, b
      end
    end
  end
end
class X::Y
end
=begin
Adds it.
=end
def +(o); end
`,
    outline: [
      '4-17 class M "Holds it."',
      "5-16 class A",
      '8-9 function A.f(a; b = 1; *c; d:; **e; &g) "Does it, twice."',
      "10-10 function A.g()",
      "11-11 function A.x=(v)",
      "13-14 function A.k(a; b)",
      "18-19 class Y",
      '23-23 function +(o) "Adds it."',
    ],
  },
  {
    path: "a.php",
    language: "php",
    text: `<?php
namespace A;

/**
 * Holds it.
 *
 * @property int $x
 */
#[Attr]
final class B extends C {
    public function __construct(private int $a = 1, string ...$b) {}
    abstract static function f();
}
interface I { function m(&$x); }
trait T {}
enum E: string { case A; function z() {} }
// Does it.
function g(?int $a): void { function h() {} }
$x = function($a) use ($b) {};
$z = new class { function q() {} };
`,
    outline: [
      '9-13 class B "Holds it."',
      "11-11 function B.__construct(private int $a = 1; string ...$b)",
      "12-12 function B.f()",
      "14-14 class I",
      "14-14 function I.m(&$x)",
      "15-15 class T",
      "16-16 class E",
      "16-16 function E.z()",
      '18-18 function g(?int $a) "Does it."',
      "18-18 function h()",
      "20-20 function q()",
    ],
  },
  {
    path: "a.sh",
    language: "bash",
    text: `#!/bin/bash
# [Function intent]
# Does it.
#
# Arguments:
#   $1 - something
foo() {
  bar() { :; }
}
function baz {
  :
}
`,
    outline: ['7-9 function foo() "Does it."', "8-8 function bar()", "10-12 function baz()"],
  },
  {
    path: "a.swift",
    language: "swift",
    text: `/// Holds it.
@available(iOS 13, *)
public class A<T>: B {
    var x: Int { get { 1 } }
    init(a: Int, _ b: String = "x") {}
    #if DEBUG
    deinit {}
    #endif
    @State() var y = #fileLiteral
    func f(a b: Int, c: [Int]...) async throws -> Int { func inner() {}
        return 1 }
    static func + (l: A, r: A) -> A { l }
    subscript(i: Int) -> Int { 1 }
}
protocol P { func m(a: Int) -> Int }
struct S {}
enum E { case a; func g() {} }
extension A { func h() {} }
actor C {}
typealias T2 = Int
func top() {}
`,
    outline: [
      '2-14 class A "Holds it."',
      "4-4 function A.x()",
      '5-5 function A.init(a: Int; _ b: String = "x")',
      "7-7 function A.deinit()",
      "10-11 function A.f(a b: Int; c: [Int]...)",
      "10-10 function inner()",
      "12-12 function A.+(l: A; r: A)",
      "13-13 function A.subscript(i: Int)",
      "15-15 class P",
      "15-15 function P.m(a: Int)",
      "16-16 class S",
      "17-17 class E",
      "17-17 function E.g()",
      "18-18 function A.h()",
      "19-19 class C",
      "20-20 class T2",
      "21-21 function top()",
    ],
  },
  {
    path: "a.dart",
    language: "dart",
    text: `library;

/// Holds it.
abstract class A<T> extends B with M {
  A(this.x, {required int y});
  A.named(int a) : x = a;
  factory A.make() => A(1);
  int get v => 1;
  set v(int n) {}
  @override
  Future<int> f(int a, [String b = "x"]) async { void inner() {} return 1; }
  static void g();
  A operator +(A o) => this;
}
mixin M on A { void m() {} }
enum E { a; void h() {} }
extension X on A { void e() {} }
typedef F = int Function(int);
/// Does it.
void top(int a, {int? b}) => print(a);
int get getter => 1;
external void ext(int a);
class D = A with M;
extension type ET(int i) { void q() {} }
`,
    outline: [
      '4-14 class A "Holds it."',
      "5-5 function A.A(this.x; {required int y})",
      "6-6 function A.named(int a)",
      "7-7 function A.make()",
      "8-8 function A.v()",
      "9-9 function A.v(int n)",
      '11-11 function A.f(int a; [String b = "x"])',
      "11-11 function inner()",
      "12-12 function A.g()",
      "13-13 function A.operator +(A o)",
      "15-15 class M",
      "15-15 function M.m()",
      "16-16 class E",
      "16-16 function E.h()",
      "17-17 class X",
      "17-17 function X.e()",
      "18-18 class F",
      '20-20 function top(int a; {int? b}) "Does it."',
      "21-21 function getter()",
      "22-22 function ext(int a)",
      "23-23 class D",
      "24-24 class ET",
      "24-24 function ET.q()",
    ],
  },
  {
    path: "a.ps1",
    language: "powershell",
    text: `# Does it.
function Get-It {
    <#
    .SYNOPSIS
    Gets it.
    #>
    [CmdletBinding()]
    param(
        [string]$Name,
        [int]$Count = 1,
        [ScriptBlock]$Do = { }
    )
    function Inner { }
}
function Add([int]$a, $b) { $a + $b }
filter Even { $_ }
class A : B {
    [int]$x
    A([int]$n) { }
    [int] F([string]$s) { return 1 }
    static [void] G() { }
}
enum E { One }
workflow W { }
`,
    outline: [
      '2-14 function Get-It([string]$Name; [int]$Count = 1; [ScriptBlock]$Do = { }) "Gets it."',
      "13-13 function Inner()",
      "15-15 function Add([int]$a; $b)",
      "16-16 function Even()",
      "17-22 class A",
      "19-19 function A.A([int]$n)",
      "20-20 function A.F([string]$s)",
      "21-21 function A.G()",
      "23-23 class E",
      "24-24 function W()",
    ],
  },
  {
    path: "a.sol",
    language: "solidity",
    text: `/// @title Holds it.
contract A is B {
    event Sent(address to);
    error Bad(uint x);
    struct S { uint a; }
    enum E { One }
    modifier only(uint x) { _; }
    constructor(uint a) B(a) {}
    /// @notice Does it.
    function f(uint a, string memory b) public view returns (uint) { return 1; }
    receive() external payable {}
    fallback() external {}
}
interface I { function m(uint a) external; }
library L {}
abstract contract C {}
function free(uint a) pure {}
type T is uint256;
`,
    outline: [
      '2-13 class A "Holds it."',
      "5-5 class S",
      "6-6 class E",
      "7-7 function A.only(uint x)",
      "8-8 function A.constructor(uint a)",
      '10-10 function A.f(uint a; string memory b) "Does it."',
      "11-11 function A.receive()",
      "12-12 function A.fallback()",
      "14-14 class I",
      "14-14 function I.m(uint a)",
      "15-15 class L",
      "16-16 class C",
      "17-17 function free(uint a)",
      "18-18 class T",
    ],
  },
  {
    path: "a.zsh",
    language: "zsh",
    text: `#!/bin/zsh
# Does it.
function a() { print \${(f)x} \${0:a:h} "\${\${(%):-%x}:a:h}" \${(s.:.)L}; }
b() {
  [[ -n $x ]] && setopt extendedglob
}
function c c2 {
  local -a files=(*(N.om))
}
(( x << 2 )) && d() { cat <<'END' }
} not() {
END
}
"quoted() {" 'e() {' $'f\\'() {' # g() {
h:i-j () { echo "\${(@)a:#"b"}" $(k "}"); }
`,
    outline: ['3-3 function a() "Does it."', "4-6 function b()", "7-9 function c()", "10-10 function d()"],
  },
  {
    path: "a.vue",
    language: "vue",
    text: `<template>
  <div @click="function no() {}">{{ x }}</div>
</template>
<!-- <script>function hidden() {}</script> -->
<script lang="ts">
/** Holds it. */
export default {
  methods: { go(a: number) {} },
};
</script>
<script setup lang="ts" generic="T extends string">
// Does it.
function f(a: T): void {}
const g = (b) => b;
</script>
<style>a {}</style>
`,
    outline: ["8-8 function go(a: number)", '13-13 function f(a: T) "Does it."', "14-14 function g(b)"],
  },
  {
    path: "a.svelte",
    language: "svelte",
    text: `<script context="module">
  export function load({ params }) {}
</script>
<script lang="ts">
  /** Doc. */
  let h = (e: Event) => {};
  class K {}
</script>
<script type="application/json">{ "function": 1 }</script>
<button on:click={() => h}>x</button>
`,
    outline: ["2-2 function load({ params })", '6-6 function h(e: Event) "Doc."', "7-7 class K"],
  },
];
