/** The shells that can complete the command. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What a shell's script is told, on the first line, if files or folders can stand there as well.
 */
export const FILES = ":files";
export const DIRECTORIES = ":directories";

/** Names of the project may begin with a colon, too: they are words like all others. */
export function isMark(word: string): boolean {
  return word === FILES || word === DIRECTORIES;
}

/**
 * What a shell runs at its start. Each asks the command itself, by its hidden `complete`, for what
 * can follow the words so far, one a line. zsh and fish quote what they insert. bash does not: it
 * gives the line as it is typed, and gets what is to be inserted as it is.
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
