/** The shells that have a completion script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The marks that tell a shell's script, on the first line, to offer files or folders too. */
export const FILES = ":files";
export const DIRECTORIES = ":directories";

/** Tells if a word is a mark. A name that begins with a colon is a normal word. */
export function isMark(word: string): boolean {
  return word === FILES || word === DIRECTORIES;
}

/**
 * The script that each shell runs when it starts. Each script calls the hidden command `complete`
 * for the words that can follow, one on each line. zsh and fish quote what they insert. bash does
 * not: its script passes the line as it is typed, and gets words that are already quoted.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of metacache for bash. In ~/.bashrc: source <(metacache completion bash)
_metacache() {
  local IFS=$'\\n'
  COMPREPLY=()
  mapfile -t COMPREPLY < <("$1" complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case \${COMPREPLY[0]-} in
    ${FILES}) COMPREPLY=("\${COMPREPLY[@]:1}"); compopt -o default 2>/dev/null ;;
    ${DIRECTORIES}) COMPREPLY=("\${COMPREPLY[@]:1}"); compopt -o dirnames 2>/dev/null ;;
  esac
  return 0
}
complete -F _metacache metacache
`,
  zsh: `#compdef metacache
# Completion of metacache for zsh. In ~/.zshrc, after compinit: source <(metacache completion zsh)
_metacache() {
  local -a found
  found=("\${(@f)$("\${(Q)words[1]}" complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $found[1] in
    ${FILES}) shift found; _files ;;
    ${DIRECTORIES}) shift found; _files -/ ;;
  esac
  found=("\${(@)found:#}")
  (( $#found )) && compadd -- "\${found[@]}"
}
if [[ $funcstack[1] == _metacache ]]; then _metacache "$@"; else compdef _metacache metacache; fi
`,
  fish: `# Completion of metacache for fish. In ~/.config/fish/config.fish: metacache completion fish | source
function __metacache_complete
    set -l words (commandline -opc)
    set -l found ($words[1] complete fish -- $words[2..-1] (commandline -ct) 2>/dev/null)
    switch "$found[1]"
        case ${FILES}
            set -e found[1]
            __fish_complete_path (commandline -ct)
        case ${DIRECTORIES}
            set -e found[1]
            __fish_complete_directories (commandline -ct)
    end
    test (count $found) -gt 0; and printf '%s\\n' $found
end
complete -c metacache -f -a '(__metacache_complete)'
`,
};
