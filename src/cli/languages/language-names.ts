/** Other names of each language, in lower case: file extensions, and names in other programs. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  asciidoc: ["adoc"],
  bash: ["sh", "shell", "bats", "ksh"],
  c: ["h"],
  cmake: [],
  cpp: ["c++", "cc", "cxx", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "cu", "cuh", "cplusplus", "cuda"],
  csharp: ["c#", "cs", "csx"],
  css: [],
  csv: ["tsv"],
  dart: [],
  dockerfile: ["docker", "containerfile"],
  dotenv: ["env"],
  elixir: ["ex", "exs"],
  fish: [],
  gitignore: [],
  go: ["golang"],
  graphql: ["gql"],
  groovy: ["gradle", "jenkinsfile"],
  haskell: ["hs"],
  html: ["htm", "xhtml"],
  ini: ["cfg", "conf", "properties"],
  java: [],
  javascript: ["js", "mjs", "cjs", "jsx", "node"],
  json: ["jsonl", "ndjson", "geojson", "webmanifest", "ipynb"],
  jsonc: ["json5"],
  julia: ["jl"],
  kotlin: ["kt", "kts"],
  less: [],
  lua: [],
  makefile: ["make", "mk", "mak"],
  mako: [],
  markdown: ["md", "mdx", "mdc"],
  nix: [],
  "objective-c": ["objc", "objectivec", "m", "mm"],
  perl: ["pl", "pm"],
  php: ["phtml", "php5", "phpt"],
  powershell: ["ps1", "psm1", "pwsh"],
  "powershell-data": ["psd1"],
  protobuf: ["proto"],
  python: ["py", "pyi", "pyw", "python3"],
  r: [],
  restructuredtext: ["rst"],
  ruby: ["rb", "rake", "gemspec", "ru", "podspec"],
  rust: ["rs"],
  scala: ["sc"],
  scss: [],
  solidity: ["sol"],
  sql: [],
  svelte: [],
  swift: [],
  terraform: ["tf", "tfvars", "hcl"],
  text: ["txt", "log"],
  toml: [],
  tsx: [],
  typescript: ["ts", "mts", "cts"],
  vue: [],
  xml: ["xsd", "xsl", "xslt", "svg", "csproj", "props", "targets", "plist"],
  yaml: ["yml"],
  zig: [],
  zsh: ["zsh-theme"],
};

/** Dialects that have their own name in records, and are also found by the name of the language. */
const COVERED: Readonly<Record<string, readonly string[]>> = { typescript: ["tsx"] };

/** A language with its name in records. */
export interface LanguageName {
  readonly name: string;
  readonly aliases: readonly string[];
  /** The languages that a search for this one also finds. */
  readonly covers: readonly string[];
}

/** All languages of the table, in the order of their names. */
export const LANGUAGE_NAMES: readonly LanguageName[] = Object.entries(ALIASES).map(([name, aliases]) => ({
  name,
  aliases,
  covers: COVERED[name] ?? [],
}));

const BY_WORD = new Map(LANGUAGE_NAMES.flatMap((each) => [each.name, ...each.aliases].map((word) => [word, each] as const)));

/**
 * Returns the language that a word names, in any case, and with or without the dot of an extension.
 */
export function languageNamed(word: string): LanguageName | undefined {
  return BY_WORD.get(word.toLowerCase().replace(/^\./, ""));
}

/**
 * Returns the names in records of the languages that a word names. Returns the word itself if it
 * names no known language.
 */
export function languagesMeant(word: string): readonly string[] {
  const known = languageNamed(word);
  return known === undefined ? [word] : [known.name, ...known.covers];
}
