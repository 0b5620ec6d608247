/** A file in each language, with the kinds of what is in it. */
export interface SymbolSample {
  readonly path: string;
  readonly text: string;
  readonly outline: readonly string[];
}

export const SYMBOL_SAMPLES: readonly SymbolSample[] = [
  {
    path: "a.go",
    text: `package a
const A = 1
const (
 B int = iota
 C, D
)
var X, Y int = 1, 2
var (
 Z = 3
)
type T struct{ a int }
type U = V
type I interface{ M() (int, error) }
func (t *T) F(a int) (x int, err error) { return }
`,
    outline: [
      "2-2 constant A = const A = 1",
      "4-4 constant B = B int = iota",
      "5-5 constant C = C, D",
      "7-7 variable X = var X, Y int = 1, 2",
      "7-7 variable Y = var X, Y int = 1, 2",
      "9-9 variable Z = Z = 3",
      "11-11 struct T",
      "12-12 type U = type U = V",
      "13-13 interface I",
      "13-13 method I.M -> (int, error)",
      "14-14 method T.F -> (x int, err error)",
    ],
  },
  {
    path: "a.java",
    text: `class A extends B { public static final int X = 1, Y = 2; int z; String m(int a) { return ""; } }
enum E { A(1), B; }
interface I { int K = 1; }
`,
    outline: [
      "1-1 class A",
      "1-1 method A.m -> String",
      "1-1 constant A.X = public static final int X = 1",
      "1-1 constant A.Y = Y = 2",
      "2-2 enum E",
      "2-2 member E.A = A(1)",
      "2-2 member E.B",
      "3-3 interface I",
      "3-3 constant I.K = int K = 1",
    ],
  },
  {
    path: "a.cs",
    text: `namespace N { class A { public const int X = 1; static readonly string Y = "a"; public int P { get; set; } public event H E; int M(int a) => 1; delegate int D(int x); } enum E { A = 1, B } record struct R(int a); }
`,
    outline: [
      "1-1 class A",
      "1-1 type A.D",
      "1-1 enum E",
      "1-1 record R",
      "1-1 method A.M -> int",
      "1-1 constant A.X = public const int X = 1",
      '1-1 constant A.Y = static readonly string Y = "a"',
      "1-1 property A.P = public int P",
      "1-1 event A.E = public event H E",
      "1-1 member E.A = A = 1",
      "1-1 member E.B",
    ],
  },
  {
    path: "a.rs",
    text: `pub const A: u32 = 1;
static B: &str = "";
enum E { X, Y(u32) }
impl T { const C: u8 = 1; fn new() -> Self { } }
mod m { pub const D: u8 = 2; fn f() {} }
trait Q { const Z: u8; type Item; }
`,
    outline: [
      "1-1 constant A = pub const A: u32 = 1",
      '2-2 variable B = static B: &str = ""',
      "3-3 enum E",
      "3-3 member E.X",
      "3-3 member E.Y = Y(u32)",
      "4-4 method T.new -> Self",
      "4-4 constant T.C = const C: u8 = 1",
      "5-5 module m",
      "5-5 function f",
      "5-5 constant D = pub const D: u8 = 2",
      "6-6 trait Q",
      "6-6 constant Q.Z = const Z: u8",
      "6-6 type Q.Item = type Item",
    ],
  },
  {
    path: "a.php",
    text: `<?php
namespace A\\B;
const X = 1, Z = 2;
define("Y", 2);
class C { const int K = 1; public int $p = 1; private static $q; function __construct() {} function m(): int {} }
enum E: int { case A = 1; }
$top = 3;
it('does it', function () {});
`,
    outline: [
      "3-3 constant X = const X = 1",
      "3-3 constant Z = Z = 2",
      '4-4 constant Y = define("Y", 2)',
      "5-5 class C",
      "5-5 constructor C.__construct",
      "5-5 method C.m -> int",
      "5-5 constant C.K = const int K = 1",
      "5-5 property C.p = public int $p = 1",
      "5-5 property C.q = private static $q",
      "6-6 enum E",
      "6-6 member E.A = case A = 1",
      "8-8 test does it",
    ],
  },
  {
    path: "a.py",
    text: `X = 1
Y: int = 2
z: str
a, b = 1, 2
type T = int
if A:
  Q = 1
try:
  R = 1
except E:
  R = 2
class C(Enum):
  RED = 1
  f: int
class D:
  def __init__(self): pass
  @property
  def p(self) -> str: pass
  @p.setter
  def p(self, v): pass
def g(a) -> int:
  pass
if 1:
  pass
elif 2:
  W = 2
else:
  V = 1
for i in x:
  pass
X = Y = 3
`,
    outline: [
      "1-1 constant X = X = 1",
      "2-2 constant Y = Y: int = 2",
      "3-3 variable z = z: str",
      "4-4 variable a = a, b = 1, 2",
      "4-4 variable b = a, b = 1, 2",
      "5-5 type T = type T = int",
      "7-7 constant Q = Q = 1",
      "9-9 constant R = R = 1",
      "11-11 constant R = R = 2",
      "12-14 class C",
      "13-13 member C.RED = RED = 1",
      "14-14 member C.f = f: int",
      "15-20 class D",
      "16-16 constructor D.__init__",
      "18-18 getter D.p -> str",
      "20-20 setter D.p",
      "21-22 function g -> int",
      "26-26 constant W = W = 2",
      "28-28 constant V = V = 1",
      "31-31 constant X = X = Y = 3",
      "31-31 constant Y = Y = 3",
    ],
  },
  {
    path: "a.rb",
    text: `X = 1
module M
  Y = 2
  attr_reader :a, :b
  def initialize; end
  define_method(:c) { }
end
$g = 1
test "does it" do
end
describe "x" do
  it "y" do end
 context Foo do end
end
RSpec.describe Foo do end
`,
    outline: [
      "1-1 constant X = X = 1",
      "2-7 module M",
      "3-3 constant M.Y = Y = 2",
      "4-4 property M.a = attr_reader :a",
      "4-4 property M.b = :b",
      "5-5 constructor M.initialize",
      "6-6 method M.c",
      "8-8 variable $g = $g = 1",
      "9-10 test does it",
      "11-14 test x",
      "12-12 test x.y",
      "13-13 test x.Foo",
      "15-15 test Foo",
    ],
  },
  {
    path: "a.sh",
    text: `readonly X=1
export Y=2
declare -r Z=3
W=4
f() { local a=1; Q=2; }
export A B=2
declare -x -r D=1
if x; then K=1; fi
alias ll="ls"
@test "it works" { a; }
`,
    outline: [
      "1-1 constant X = readonly X=1",
      "2-2 variable Y = export Y=2",
      "3-3 constant Z = declare -r Z=3",
      "5-5 function f",
      "6-6 variable B = export A B=2",
      "7-7 constant D = declare -x -r D=1",
      "10-10 test it works",
    ],
  },
  {
    path: "a.ps1",
    text: `$Script:X = 1
Set-Variable -Name Y -Value 2
$Z = 3
Describe "a" { It "b" { $x } }
class A { [int]$P = 1
 static [string]$Q
 A() {} [int] M([int]$x) { return 1 } }
enum E { A = 1
 B }
`,
    outline: [
      "4-4 test a",
      "4-4 test a.b",
      "5-7 class A",
      "5-5 property A.P = [int]$P = 1",
      "6-6 property A.Q = static [string]$Q",
      "7-7 constructor A.A",
      "7-7 method A.M -> int",
      "8-9 enum E",
      "8-8 member E.A = A = 1",
      "9-9 member E.B",
    ],
  },
  {
    path: "a.ts",
    text: `export const X: number = 1, {a, b: c, ...r} = q;
let y = 2; var z;
declare const D: string;
enum E { A, B = 2, "c" = 3 }
declare enum F { Q }
namespace N { export const K = 1; }
class A { static readonly S = 1; private p: number; q?: string; #h = 1; get v(): number { return 1 } static set w(x) {} constructor() {} }
interface I { x: number; m(): void }
describe("a", () => { it("b", () => {}); it.each([1])("c %s", () => {}); test.skip(\`d\`, f) });
export default 3;
exports.X = 1;
abstract class Z { abstract f: number; abstract get g(): number }
declare module "m" { const L: number }
declare global { var G: number }
function f(): x is string {}
`,
    outline: [
      "1-1 constant X = export const X: number = 1",
      "1-1 constant a",
      "1-1 constant c",
      "2-2 variable y = let y = 2",
      "2-2 variable z = var z",
      "3-3 constant D = declare const D: string",
      "4-4 enum E",
      "4-4 member E.A",
      "4-4 member E.B = B = 2",
      '4-4 member E.c = "c" = 3',
      "5-5 enum F",
      "5-5 member F.Q",
      "6-6 namespace N",
      "6-6 constant K = export const K = 1",
      "7-7 class A",
      "7-7 getter A.v -> number",
      "7-7 setter A.w",
      "7-7 constructor A.constructor",
      "7-7 constant A.S = static readonly S = 1",
      "7-7 property A.q = q?: string",
      "8-8 interface I",
      "8-8 method I.m -> void",
      "9-9 test a",
      "9-9 test a.b",
      "9-9 test a.c %s",
      "9-9 test a.d",
      "11-11 variable X = exports.X = 1",
      "12-12 class Z",
      "12-12 getter Z.g -> number",
      "12-12 property Z.f = abstract f: number",
      "13-13 constant L = const L: number",
      "14-14 variable G = var G: number",
      "15-15 function f -> x is string",
    ],
  },
  {
    path: "a.dart",
    text: `const x = 1;
final int y = 2, yy = 3;
var z = 3;
int w;
late String v;
class A { static const int k = 1; final String name; int a, b = 2; int get g => 1; set s(int v) {} A(); String m() => ""; }
enum E { a, b(1); const E(); }
typedef F = int Function(int);
int top(int a) => 1;
void main() { test("does it", () {}); group("g", () { test("t", () {}); }); }
int get tg => 1;
`,
    outline: [
      "1-1 constant x = const x = 1",
      "2-2 constant y = final int y = 2",
      "2-2 constant yy = yy = 3",
      "3-3 variable z = var z = 3",
      "4-4 variable w = int w",
      "5-5 variable v = late String v",
      "6-6 class A",
      "6-6 getter A.g -> int",
      "6-6 setter A.s",
      "6-6 constructor A.A",
      "6-6 method A.m -> String",
      "6-6 constant A.k = static const int k = 1",
      "6-6 property A.name = final String name",
      "6-6 property A.a = int a",
      "6-6 property A.b = int a, b = 2",
      "7-7 enum E",
      "7-7 constructor E.E",
      "7-7 member E.a",
      "7-7 member E.b = b(1)",
      "8-8 type F",
      "9-9 function top -> int",
      "10-10 function main -> void",
      "10-10 test does it",
      "10-10 test g",
      "10-10 test g.t",
      "11-11 getter tg -> int",
    ],
  },
  {
    path: "a.swift",
    text: `let x = 1
var y: Int = 2
class A { let p: Int = 1
 static var q = 2
 private var r = 3
 var c: Int { 1 }

 func f(a: Int) -> String { }
 init() {} }
enum E { case a, b(Int)
 case c }
protocol P { 
 var z: Int { get }
func m() -> Int }
struct S {}
actor Q {}
extension A { }
`,
    outline: [
      "1-1 constant x = let x = 1",
      "2-2 variable y = var y: Int = 2",
      "3-9 class A",
      "3-3 property A.p = let p: Int = 1",
      "4-4 property A.q = static var q = 2",
      "5-5 property A.r = private var r = 3",
      "6-6 getter A.c",
      "8-8 method A.f -> String",
      "9-9 constructor A.init",
      "10-11 enum E",
      "10-10 member E.a",
      "10-10 member E.b",
      "11-11 member E.c",
      "12-14 interface P",
      "13-13 property P.z = var z: Int",
      "14-14 method P.m -> Int",
      "15-15 struct S",
      "16-16 class Q",
    ],
  },
  {
    path: "a.sol",
    text: `uint constant X = 1;
contract A { uint public s = 1; address immutable o; mapping(address => uint) m; event E(uint a); error Er(uint b); enum N { P, Q } function f(uint a) public returns (uint) {} }
error Top();
`,
    outline: [
      "1-1 constant X = uint constant X = 1",
      "2-2 class A",
      "2-2 enum A.N",
      "2-2 method A.f -> (uint)",
      "2-2 variable A.s = uint public s = 1",
      "2-2 constant A.o = address immutable o",
      "2-2 variable A.m = mapping(address => uint) m",
      "2-2 event A.E = event E(uint a)",
      "2-2 error A.Er = error Er(uint b)",
      "2-2 member N.P",
      "2-2 member N.Q",
      "3-3 error Top = error Top()",
    ],
  },
  {
    path: "a.cpp",
    text: `class A { A(); ~A(); int f() const; static constexpr int k = 1; };
auto g(int a) -> int { }
int* A::h() {}
`,
    outline: [
      "1-1 class A",
      "1-1 constructor A.A",
      "1-1 method A.~A",
      "1-1 method A.f -> int",
      "1-1 constant A.k = static constexpr int k = 1",
      "2-2 function g -> int",
      "3-3 method A.h -> int*",
    ],
  },
  {
    path: "a.h",
    text: `/* License of it all. Copyright. */
#ifndef _A_H
#define _A_H
/* How many. */
#define MAX 10
#define F(a, b) \\
   do { a; } while (b)
/** Adds. */
extern int add(int a, int b);
int *alloc_thing(size_t n) __malloc;
void (*handler)(int);
typedef unsigned int u32;
typedef int (*cb_t)(int a);
typedef struct foo foo_t;
typedef struct { int a; } bar_t, *bar_p;
struct foo;
extern const char *names[];
extern int counter, other;
enum color { RED, /* the green one */ GREEN = 2,
 /** Blue it is. */
 BLUE };
typedef enum { P_A, P_B } p_t;
static inline int foo(int x) { return x; }
const int limit = 5;
DEFINE_MUTEX(foo_lock);
EXPORT_SYMBOL(foo);
static const struct ops my_ops = {
  .a = 1,
};
struct foo __init_data thing = { 1 };
int x __aligned(8);
static DECLARE_BITMAP(x, 3);
__printf(1, 2) void pr(const char *fmt, ...);
bool __must_check check(struct foo *f);
struct foo *get_foo(void), *put_foo(void);
#endif
`,
    outline: [
      "5-5 macro MAX = #define MAX 10 // How many.",
      "6-7 macro F = #define F(a, b) do { a; } while (b)",
      "9-9 prototype add = extern int add(int a, int b) // Adds.",
      "10-10 prototype alloc_thing = int *alloc_thing(size_t n) __malloc",
      "11-11 variable handler = void (*handler)(int)",
      "12-12 type u32 = typedef unsigned int u32",
      "13-13 type cb_t = typedef int (*cb_t)(int a)",
      "14-14 type foo_t = typedef struct foo foo_t",
      "15-15 struct bar_t",
      "17-17 variable names = extern const char *names[]",
      "18-18 variable counter = extern int counter, other",
      "18-18 variable other = extern int counter, other",
      "19-21 enum color",
      "19-19 member color.RED",
      "19-19 member color.GREEN = GREEN = 2",
      "21-21 member color.BLUE // Blue it is.",
      "22-22 enum p_t",
      "22-22 member p_t.P_A",
      "22-22 member p_t.P_B",
      "23-23 function foo -> int",
      "24-24 constant limit = const int limit = 5",
      "27-29 constant my_ops = static const struct ops my_ops = { .a = 1, }",
      "30-30 variable thing = struct foo __init_data thing = { 1 }",
      "31-31 variable x = int x __aligned(8)",
      "33-33 prototype pr = __printf(1, 2) void pr(const char *fmt, ...)",
      "34-34 prototype check = bool __must_check check(struct foo *f)",
      "35-35 prototype put_foo = struct foo *get_foo(void), *put_foo(void)",
    ],
  },
  {
    path: "b.cpp",
    text: `#include <x>
namespace n {
/// A lock.
constexpr int kMax = 3;
using Vec = std::vector<int>;
template <typename T> using V2 = std::vector<T>;
int g_count = 0;
static std::string name("x");
class A { public: A(); static constexpr int K = 2; static const int L; int f_; enum class E { X, Y }; virtual int size() const; std::vector<int> v() { return {}; } };
void free_fn(int a);
enum E2 { Q };
TEST(Suite, Does) { }
TEST_F(Fix, Does2) { }
auto h(int a) -> std::string { return ""; }
extern "C" { int cfun(void); }
std::map<int, int> A::m() { }
}
`,
    outline: [
      "4-4 constant kMax = constexpr int kMax = 3 // A lock.",
      "5-5 type Vec = using Vec = std::vector<int>",
      "6-6 type V2 = template <typename T> using V2 = std::vector<T>",
      "7-7 variable g_count = int g_count = 0",
      '8-8 variable name = static std::string name("x")',
      "9-9 class A",
      "9-9 enum A.E",
      "9-9 constructor A.A",
      "9-9 method A.size -> int",
      "9-9 method A.v -> std::vector<int>",
      "9-9 constant A.K = static constexpr int K = 2",
      "9-9 constant A.L = static const int L",
      "9-9 member E.X",
      "9-9 member E.Y",
      "10-10 prototype free_fn = void free_fn(int a)",
      "11-11 enum E2",
      "11-11 member E2.Q",
      "12-12 test Does",
      "13-13 test Does2",
      "14-14 function h -> std::string",
      "15-15 prototype cfun = int cfun(void)",
      "16-16 method A.m -> std::map<int, int>",
    ],
  },
  {
    path: "a.js",
    text: `const fs = require('fs');
const LIMIT = 3;
class A { x = 1; #y = 2; static get z() {} }
exports.LIMIT = 3;
module.exports.f = fs;
function f() { const local = 1; }
`,
    outline: [
      "2-2 constant LIMIT = const LIMIT = 3",
      "3-3 class A",
      "3-3 getter A.z",
      "3-3 property A.x = x = 1",
      "4-4 variable LIMIT = exports.LIMIT = 3",
      "6-6 function f",
    ],
  },
  {
    path: "a.c",
    text: `static int count;
int used(int a);
int used(int a) { int local; return a; }
int other(char *name);
#if 0
#define DEAD 1
#endif
#define ALIVE(x) ((x) + 1)
`,
    outline: [
      "1-1 variable count = static int count",
      "3-3 function used -> int",
      "4-4 prototype other = int other(char *name)",
      "8-8 macro ALIVE = #define ALIVE(x) ((x) + 1)",
    ],
  },
];
