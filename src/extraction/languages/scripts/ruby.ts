import { HASH_COMMENTS, type Language } from "../language.ts";

/**
 * `functions` contains `def`s, also of singletons (`def self.x` is `x`), and the methods that
 * Ruby's own calls make: aliases, members of `Struct` and `Data`, delegates, and methods that are
 * defined by a name and a block. A method belongs to the class or module directly around it, also
 * within `class << self`. `classes` contains classes and modules, under the last part of their name
 * (`class A::B` is `B`), and constants that get a new class or module (`A = Struct.new(:b)`).
 * `symbols` contains attributes (`attr_reader`), constants, global variables, and tests whose name
 * is a string or a constant.
 */
export const ruby: Language = {
  name: "ruby",
  extensions: [".rb", ".rake", ".gemspec", ".ru", ".podspec"],
  fileNames: ["rakefile", "gemfile", "guardfile", "capfile", "vagrantfile", "podfile", "fastfile", "brewfile"],
  interpreters: ["ruby", "jruby"],
  comments: HASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm",
  nameOf: (text) => text.replace(/^:/, ""),
  functionKind: ({ name, className }) => (className !== undefined && name === "initialize" ? "constructor" : undefined),
  query: `
    (method name: (_) @name) @callable
    (singleton_method name: (_) @name) @callable
    (class name: [(constant) @name (scope_resolution name: (_) @name)]) @class
    (module name: [(constant) @name (scope_resolution name: (_) @name)]) @module
    (alias name: [(identifier) (constant) (operator) (setter) (simple_symbol)] @name) @callable
    (call
      method: (identifier) @_call arguments: (argument_list [(simple_symbol) (string)] @name @property)
      (#match? @_call "^(?:(?:thread_)?[cm]?attr(?:_internal)?(?:_accessor|_reader|_writer)|attr|class_attribute)$"))
    (call
      method: (identifier) @_call arguments: (argument_list [(simple_symbol) (string)] @name @callable)
      (#eq? @_call "delegate"))
    (call
      method: (identifier) @_call
      arguments: (argument_list (splat_argument (symbol_array (bare_symbol) @name @property)))
      (#match? @_call "^attr_(?:accessor|reader|writer)$"))
    (assignment left: (constant) @name) @constant
    (program (assignment left: (global_variable) @name) @variable)
    (call
      method: (identifier) @_test arguments: (argument_list . [(string) (constant) (scope_resolution)] @name) block: (_)
      (#any-of? @_test "test" "it" "specify" "describe" "context" "should" "feature" "scenario" "example")) @test
    (call
      method: (identifier) @_call arguments: (argument_list (_) [(simple_symbol) (string)] @name @callable)
      (#eq? @_call "def_delegators"))
    (call
      method: (identifier) @_call arguments: (argument_list . (_) . (_)? . [(simple_symbol) (string)] @name @callable .)
      (#eq? @_call "def_delegator"))
    (call
      method: (identifier) @_call arguments: (argument_list . [(simple_symbol) (string)] @name)
      (#any-of? @_call "define_method" "define_singleton_method" "alias_method")) @callable
    (call
      method: (identifier) @_call arguments: (argument_list . [(simple_symbol) (string)] @name)
      block: (_) @value
      (#any-of? @_call "define_method" "define_singleton_method")) @callable
    (assignment left: [(constant) @name (scope_resolution name: (_) @name)] right: (call receiver: (constant) @_of method: (identifier) @_new)
      (#any-of? @_of "Struct" "Class" "Module" "Data") (#any-of? @_new "new" "define")) @class
    (assignment left: (constant) right: (call
      receiver: (constant) @_of method: (identifier) @_new arguments: (argument_list (simple_symbol) @name @callable))
      (#any-of? @_of "Struct" "Data") (#any-of? @_new "new" "define"))
    (comment) @comment
  `,
};
