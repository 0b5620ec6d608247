import { describe, expect, it } from "vitest";

import { extractText, outlineOf } from "../extract-text.ts";

async function outline(text: string): Promise<string[]> {
  const record = await extractText("a.cpp", text);
  expect(record.problems).toEqual([]);
  return outlineOf(record);
}

describe("a class of C++ keeps its name and its members", () => {
  it.each([
    [
      "with a macro before its name",
      "class SHOP_EXPORT Cart : public Base {\n  explicit Cart(int a) : a_(a) {}\n  ~Cart();\n};\n",
      ["1-4 class Cart", "2-2 function Cart.Cart(int a)", "3-3 function Cart.~Cart()"],
    ],
    [
      "with attributes before its name",
      'class [[nodiscard]] __attribute__((a("b"))) API(1) Cart final {\n  int f();\n};\n',
      ["1-3 class Cart", "2-2 function Cart.f()"],
    ],
    [
      "with a macro behind its name",
      "class Cart Q_DECL_FINAL : public Base {\n  int f();\n};\n",
      ["1-3 class Cart", "2-2 function Cart.f()"],
    ],
    ["with a name in capitals", "class EXPORT HTTP {\n  HTTP();\n};\n", ["1-3 class HTTP", "2-2 function HTTP.HTTP()"]],
    [
      "within namespaces of macros",
      "BEGIN_SHOP\nnamespace a::b SHOP_API {\nstruct Cart {\n  int f() { return 1; }\n};\n}\nEND_SHOP\n",
      ["3-5 class Cart", "4-4 function Cart.f()"],
    ],
    [
      "that begins with macros",
      "class Cart : public Q {\n  Q_OBJECT\n public:\n  Q_DISABLE_COPY(Cart)\n  Cart();\n signals:\n  void changed(int a);\n};\n",
      ["1-8 class Cart", "5-5 function Cart.Cart()", "7-7 function Cart.changed(int a)"],
    ],
    [
      "with macros before the words for access",
      "class Cart {\n  Q_OBJECT\n  Q_DISABLE_COPY(Cart)\npublic slots:\n  void add(int a);\n};\n",
      ["1-6 class Cart", "5-5 function Cart.add(int a)"],
    ],
    [
      "with annotated fields that have values, and pointers to functions",
      "class Cart {\n  int a GUARDED_BY(m){0};\n  int (*on_add)(int);\n  int (*pick(int a))(int);\n};\n",
      ["1-5 class Cart", "4-4 function Cart.pick(int a)"],
    ],
    [
      "with calls of macros among its members",
      "class Cart {\n  DISALLOW_COPY(Cart);\n  Q_PROPERTY(int a READ a)\n  FRIEND_TEST(CartTest, Adds);\n  int a() const;\n};\n",
      ["1-6 class Cart", "5-5 function Cart.a()"],
    ],
    [
      "with heads of its own under a condition",
      "#ifdef WIDE\nclass Cart : public Wide {\n#else\nclass Cart {\n#endif\n  int f();\n};\nclass Next {};\n",
      ["2-7 class Cart", "6-6 function Cart.f()", "8-8 class Next"],
    ],
    [
      "if it is a template with much to say",
      "template <typename T, typename = std::enable_if_t<(sizeof(T) > 1)>>\nclass Cart<T> : public Base<T> {\n  operator Action<int(T)>() const { return a; }\n};\n",
      ["2-4 class Cart", "3-3 function Cart.operator Action<int(T)>()"],
    ],
    [
      "within a function",
      "void f() {\n  struct Local : Base {\n    void m() { LOOP(a) if (b) { } }\n  };\n  auto g = [](int a) { return a; };\n}\n",
      ["1-6 function f()", "2-4 class Local", "3-3 function Local.m()"],
    ],
  ])("%s", async (_where, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });

  it.each([
    ["behind a method's head", "int size() const GUARDED_BY(m_) { return 1; }", ["2-2 function A.size()"]],
    ["behind a declared method", "void push(int a) LOCKS_EXCLUDED(m_);", ["2-2 function A.push(int a)"]],
    ["on the next line", "void push(int a)\n      LOCKS_EXCLUDED(m_);", ["2-3 function A.push(int a)"]],
    ["behind a constructor", "explicit A(int m) EXCLUSIVE_LOCK_FUNCTION(m) : m_(m), n_{m} {}", ["2-2 function A.A(int m)"]],
    ["behind a field", "int size_ GUARDED_BY(m_);", []],
    ["behind a constant pointer", "Mutex* const mu GUARDED_BY(m_) = nullptr;", []],
    ["behind an array", "Stats stats_[config::kLevels] GUARDED_BY(m_);", []],
    ["before a method", "WARN_UNUSED virtual bool f() override PURE;", ["2-2 function A.f()"]],
    ["among parameters", "int f(MAYBE_UNUSED int a, Type Class::* b);", ["2-2 function A.f(MAYBE_UNUSED int a; Type Class::* b)"]],
  ])("with an annotation %s", async (_where, member, expected) => {
    const last = 3 + member.split("\n").length - 1;
    expect(await outline(`class A {\n  ${member}\n};\n`)).toEqual([`1-${last} class A`, ...expected]);
  });
});

describe("a function of C++ is found", () => {
  it.each([
    [
      "outside of its class, behind a macro",
      "API_EXPORT int Cart::add(int a) noexcept(true) TRACE(1) {\n}\n",
      ["1-2 function Cart.add(int a)"],
    ],
    [
      "if it is defaulted outside of its class",
      "Cart::~Cart() = default;\nCart& Cart::operator=(const Cart&) = default;\n",
      ["1-1 function Cart.~Cart()", "2-2 function Cart.operator=(const Cart&)"],
    ],
    [
      "if initializers have braces",
      "Cart::Cart(int a) : Base<int>{a}, b_{1}, c_(2) {\n}\nint g() {}\n",
      ["1-2 function Cart.Cart(int a)", "3-3 function g()"],
    ],
    [
      "if it catches what its initializers throw",
      "Cart::Cart() try : a_(1) {\n} catch (...) {\n}\nint g() {}\n",
      ["1-2 function Cart.Cart()", "4-4 function g()"],
    ],
    ["if it returns what its parameters say", "auto sum(int a) -> decltype(a + 1) {\n}\n", ["1-2 function sum(int a)"]],
    ["behind raw text", 'const char* a = R"x(class B { " )x";\nint g() {}\n', ["2-2 function g()"]],
    ["behind numbers with marks", "const int a = 1'000'000;\nint g() { return 1'0; }\n", ["2-2 function g()"]],
    [
      "if operators are its name",
      "bool operator<(A a, B b) {}\nvoid* A::operator new[](size_t n) {}\nint A::operator()(int a) const {}\n",
      ["1-1 function operator<(A a; B b)", "2-2 function A.operator new[](size_t n)", "3-3 function A.operator()(int a)"],
    ],
    [
      "if a comma separates arguments of a template in its parameters",
      [
        "template <typename T> void f(a::only_if<!a::is_same<T, const T&>::value>::type* p = nullptr) {}",
        "int g(Shop<K, V>::size_type n, b::map<int, b::list<K, V> > m) {}",
        "int h(tag<b::array<T, count<I, J>>> a, Row<I...>) {}",
        "",
      ].join("\n"),
      [
        "1-1 function f(a::only_if<!a::is_same<T, const T&>::value>::type* p = nullptr)",
        "2-2 function g(Shop<K, V>::size_type n; b::map<int, b::list<K, V> > m)",
        "3-3 function h(tag<b::array<T, count<I, J>>> a; Row<I...>)",
      ],
    ],
    [
      "if its parameters have a comparison",
      "int f(int a = b < c, int d = (e < f), int g = h > (1)) {}\n",
      ["1-1 function f(int a = b < c; int d = (e < f); int g = h > (1))"],
    ],
  ])("%s", async (_where, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });
});
