/** The languages of files that are documents: their records have headings and links. */
export const DOCUMENT_LANGUAGES: readonly string[] = ["markdown", "restructuredtext", "asciidoc"];
