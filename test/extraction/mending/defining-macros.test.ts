import { describe, expect, it } from "vitest";

import { extractText, outlineOf } from "../extract-text.ts";

describe("what a macro defines is found under its name", () => {
  it.each([
    ["SYSCALL_DEFINE2(open, const char __user *, name, int, flags)\n{\n}\n", ["1-3 function open(const char __user *; name; int; flags)"]],
    ["SYSCALL_DEFINE0(getpid)\n{\n}\n", ["1-3 function getpid()"]],
    ["COMPAT_SYSCALL_DEFINEx(read)\n{\n}\n", ["1-3 function read()"]],
    ["int BPF_PROG(on_open, struct file *file, int ret)\n{\n}\n", ["1-3 function on_open(struct file *file; int ret)"]],
    ['SEC("fexit/a")\nint BPF_PROG(on_close)\n{\n}\n', ["2-4 function on_close()"]],
    ["static int FNAME(walk)(struct walker *w, int level)\n{\n}\n", ["1-3 function walk(struct walker *w; int level)"]],
    ['DEFUN ("car", Fcar, Scar, 1, 1, 0,\n  doc: /* First. */)\n  (Lisp_Object list)\n{\n}\n', ["1-5 function Fcar(Lisp_Object list)"]],
    ["static DEFINE_HANDLER(handle) {\n}\n", ["1-2 function handle()"]],
    ["PHP_FUNCTION(\n\tcount\n)\n{\n}\n", ["1-5 function count()"]],
    [
      "TEST_F(fixture, works) {\n}\nTEST(alone) {\n}\nTEST_F(fixture, 1) {\n}\nTEST_SIGNAL(stops, SIGABRT) {\n}\n",
      ["1-2 function works()", "3-4 function alone()", "5-6 function 1()", "7-8 function stops(SIGABRT)"],
    ],
  ])("in C: %j", async (text, expected) => {
    const record = await extractText("a.c", text);
    expect(record.problems).toEqual([]);
    expect(outlineOf(record)).toEqual(expected);
  });

  it.each([
    ["TEST(CartTest, AddsOne) {\n}\n", ["1-2 function AddsOne()"]],
    ["TEST_F(CartTest,\n       RemovesOne) {\n}\n", ["1-3 function RemovesOne()"]],
    ["TYPED_TEST_P(Suite, Works) {\n}\n", ["1-2 function Works()"]],
    ["GTEST_TEST_(Suite, Works, ::testing::Test, 1) {\n}\n", ["1-2 function Works()"]],
    ["BENCHMARK_DEFINE_F(Fixture, Sorts)(benchmark::State& state) {\n}\n", ["1-2 function Sorts(benchmark::State& state)"]],
    ['TEST_CASE("prices are rounded", "[money]") {\n}\n', ["1-2 function prices are rounded()"]],
    ['TEST_CASE_METHOD(Fixture, "prices are kept") {\n}\n', ["1-2 function prices are kept()"]],
    ["BOOST_FIXTURE_TEST_CASE(opens, Fixture) {\n}\n", ["1-2 function opens(Fixture)"]],
    ['TEST_CASE_TEMPLATE("prices", T, int, float) {\n}\n', ["1-2 function prices(T; int; float)"]],
    ["SUITE(cart)\nTEST_CASE(adds) {\n}\nSUITE_END()\nTEST(Cart, Drops) {\n}\n", ["2-3 function adds()", "5-6 function Drops()"]],
    ["PYBIND11_MODULE(shop, m) {\n}\n", ["1-2 function shop(m)"]],
    ['MATCHER_P(IsPair, first, std::string(negation ? "no" : "yes")) {\n}\n', ["1-2 function IsPair(first)"]],
  ])("in C++: %j", async (text, expected) => {
    const record = await extractText("a.cc", text);
    expect(record.problems).toEqual([]);
    expect(outlineOf(record)).toEqual(expected);
  });

  it("if it declares a method of a class", async () => {
    const text = `class MockShop : public Shop {
 public:
  MOCK_METHOD(int, size, (const std::string& name, int a), (const, override));
  MOCK_METHOD1(push, void(int value));
  MOCK_CONST_METHOD0(empty, bool());
};
`;
    const record = await extractText("a.cc", text);
    expect(outlineOf(record)).toEqual([
      "1-6 class MockShop",
      "3-3 function MockShop.size(const std::string& name; int a)",
      "4-4 function MockShop.push(int value)",
      "5-5 function MockShop.empty()",
    ]);
  });
});

it("a function in capitals has the name that it has", async () => {
  const record = await extractText("a.c", "void RUN(void) {}\nint GET_IT(int a) {}\nint OLD_ONE(a) int a; {}\n");
  expect(record.functions.map(({ name }) => name)).toEqual(["RUN", "GET_IT", "OLD_ONE"]);
});

it.each([
  ["SYSCALL_DEFINE2(32_read, int, fd)\n{\n}\n", "32_read"],
  ["START_TEST(adds)\n{\n}\nEND_TEST\n\nSTART_TEST(drops)\n{\n}\nEND_TEST\n", "drops"],
  ["UTEST(cart, adds) {\n}\n", "adds"],
  ["Test(cart, adds, .init = setup) {\n}\n", "adds"],
  ["PHP_METHOD(Cart, add) {\n}\n", "add"],
  ["XS(adds);\nXS(adds)\n{\n}\n", "adds"],
])("in C, what is defined is not called as what stands around its name: %j", async (text, name) => {
  const { functions, problems } = await extractText("a.c", text);
  expect(problems).toEqual([]);
  expect(functions.at(-1)?.name).toBe(name);
});

it("the parameters of a function are an argument of the macro that defines it, behind its name", async () => {
  const text = "EXPORTED(void, CALL\nadds, (int a, char *b), COLD)\n{\n}\n";
  expect(outlineOf(await extractText("a.c", text))).toEqual(["1-4 function adds(int a; char *b)"]);
});
