import { HASH_COMMENTS, SLASH_COMMENTS, type FileKind } from "./language.ts";
import type { CommentStyle } from "../header/comment-block.ts";

const DASH_COMMENTS: CommentStyle = { line: ["--"], block: false, docstring: false };
const SQL_COMMENTS: CommentStyle = { line: ["--", "#"], block: true, docstring: false };
const INI_COMMENTS: CommentStyle = { line: ["#", ";"], block: false, docstring: false };
const BLOCK_COMMENTS: CommentStyle = { line: [], block: true, docstring: false };

/** The kind of a text file that no other row fits. */
export const PLAIN_TEXT: FileKind = { name: "text", extensions: [".txt", ".text", ".log"] };

/**
 * Text files that have no grammar here. Their language is known and, if they have comments, their
 * header is read. Markdown and plain text have no header: a text that looks like a header in them
 * is an example or a prompt.
 */
export const TEXT_FORMATS: readonly FileKind[] = [
  PLAIN_TEXT,
  { name: "markdown", extensions: [".md", ".markdown", ".mdx", ".mdc"] },
  { name: "restructuredtext", extensions: [".rst"] },
  { name: "asciidoc", extensions: [".adoc", ".asciidoc"] },
  { name: "json", extensions: [".json", ".jsonl", ".ndjson", ".geojson", ".webmanifest", ".ipynb"], fileNames: [".prettierrc"] },
  { name: "jsonc", extensions: [".jsonc", ".json5"], comments: SLASH_COMMENTS },
  { name: "yaml", extensions: [".yaml", ".yml"], fileNames: [".clang-format"], comments: HASH_COMMENTS },
  { name: "toml", extensions: [".toml"], fileNames: ["cargo.lock", "poetry.lock", "pipfile"], comments: HASH_COMMENTS },
  {
    name: "ini",
    extensions: [".ini", ".cfg", ".conf", ".properties"],
    fileNames: [".editorconfig", ".npmrc", ".gitconfig"],
    comments: INI_COMMENTS,
  },
  { name: "xml", extensions: [".xml", ".xsd", ".xsl", ".xslt", ".svg", ".csproj", ".props", ".targets", ".plist"] },
  { name: "html", extensions: [".html", ".htm", ".xhtml"] },
  { name: "css", extensions: [".css"], comments: BLOCK_COMMENTS },
  { name: "scss", extensions: [".scss"], comments: SLASH_COMMENTS },
  { name: "less", extensions: [".less"], comments: SLASH_COMMENTS },
  { name: "sql", extensions: [".sql"], comments: SQL_COMMENTS },
  { name: "dockerfile", extensions: [".dockerfile"], fileNames: ["dockerfile", "containerfile"], comments: HASH_COMMENTS },
  { name: "makefile", extensions: [".mk", ".mak"], fileNames: ["makefile", "gnumakefile"], comments: HASH_COMMENTS },
  { name: "cmake", extensions: [".cmake"], fileNames: ["cmakelists.txt"], comments: HASH_COMMENTS },
  { name: "terraform", extensions: [".tf", ".tfvars", ".hcl"], comments: { line: ["#", "//"], block: true, docstring: false } },
  { name: "protobuf", extensions: [".proto"], comments: SLASH_COMMENTS },
  { name: "graphql", extensions: [".graphql", ".gql"], comments: HASH_COMMENTS },
  { name: "mako", extensions: [".mako"], comments: HASH_COMMENTS },
  { name: "perl", extensions: [".pl", ".pm"], interpreters: ["perl"], comments: HASH_COMMENTS },
  { name: "r", extensions: [".r"], interpreters: ["rscript"], comments: HASH_COMMENTS },
  { name: "julia", extensions: [".jl"], interpreters: ["julia"], comments: HASH_COMMENTS },
  { name: "elixir", extensions: [".ex", ".exs"], interpreters: ["elixir"], comments: HASH_COMMENTS },
  { name: "fish", extensions: [".fish"], interpreters: ["fish"], comments: HASH_COMMENTS },
  { name: "powershell-data", extensions: [".psd1"], comments: HASH_COMMENTS },
  { name: "nix", extensions: [".nix"], comments: HASH_COMMENTS },
  { name: "lua", extensions: [".lua"], interpreters: ["lua"], comments: DASH_COMMENTS },
  { name: "haskell", extensions: [".hs"], interpreters: ["runhaskell"], comments: DASH_COMMENTS },
  { name: "kotlin", extensions: [".kt", ".kts"], comments: SLASH_COMMENTS },
  { name: "scala", extensions: [".scala", ".sc"], comments: SLASH_COMMENTS },
  { name: "groovy", extensions: [".groovy", ".gradle"], fileNames: ["jenkinsfile"], comments: SLASH_COMMENTS },
  { name: "objective-c", extensions: [".m", ".mm"], comments: SLASH_COMMENTS },
  { name: "zig", extensions: [".zig"], comments: SLASH_COMMENTS },
  {
    name: "gitignore",
    extensions: [],
    fileNames: [".gitignore", ".dockerignore", ".npmignore", ".gitattributes"],
    comments: HASH_COMMENTS,
  },
  { name: "dotenv", extensions: [".env"], fileNames: [".env"], comments: HASH_COMMENTS },
  { name: "csv", extensions: [".csv", ".tsv"] },
];
