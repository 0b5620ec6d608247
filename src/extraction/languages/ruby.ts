import { HASH_COMMENTS, type Language } from "./language.ts";

/**
 * Functions are `def`s, also of singletons (`def self.x` is `x`). Classes are classes and modules, under the last part of their name
 * (`class A::B` is `B`). A method belongs to the class or module right around it, also within `class << self`.
 */
export const ruby: Language = {
  name: "ruby",
  extensions: [".rb", ".rake", ".gemspec", ".ru", ".podspec"],
  fileNames: ["rakefile", "gemfile", "guardfile", "capfile", "vagrantfile", "podfile", "fastfile", "brewfile"],
  interpreters: ["ruby", "jruby"],
  comments: HASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm",
  query: `
    (method name: (_) @name) @callable
    (singleton_method name: (_) @name) @callable
    (class name: [(constant) @name (scope_resolution name: (_) @name)]) @class
    (module name: [(constant) @name (scope_resolution name: (_) @name)]) @class
    (comment) @comment
  `,
};
