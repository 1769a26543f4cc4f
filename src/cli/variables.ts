/** Every environment variable that Handrail reads, for the help topic, the manual page and the docs. */

export interface Variable {
  readonly names: readonly string[];
  /** What it is for, as a phrase without its full stop. */
  readonly says: string;
}

const variable = (names: string, says: string): Variable => ({ names: names.split(" "), says });

/** What a person may set. A variable that is set to nothing counts as not set. */
export const VARIABLES: readonly Variable[] = [
  variable("HANDRAIL_CONFIG", "the configuration to read, instead of the user's and the system's"),
  variable("HANDRAIL_SITE", "the site to work on; `--site` and `--lab` beat it"),
  variable("HANDRAIL_LAB", "the lab to work on; `--site` beats it, and beside `--lab` it says which lab"),
  variable("HANDRAIL_LAB_SERVER", "what a new lab's database runs on: mariadb (the default) or mysql"),
  variable("HANDRAIL_NODE", "the path of the Node.js to run on, instead of the package's own"),
  variable("HANDRAIL_NAME", "how commands to be copied call this program, where that is not its own name or path"),
  variable("HANDRAIL_SCREEN_READER INK_SCREEN_READER", "no screen: everything as sentences, as `--screen-reader` does"),
  variable("HANDRAIL_ASCII", "plain characters only, as `--ascii` does"),
  variable("HANDRAIL_DEBUG", "where a bug of Handrail ends it, say in which line of its code"),
  variable(
    "NO_COLOR FORCE_COLOR CLICOLOR_FORCE CLICOLOR",
    "colour or none, the first that is set; `--color` beats them",
  ),
  variable(
    "PAGER VISUAL EDITOR",
    "the program that `e` on the screen opens a report or page in, the first that is set; else less, else more",
  ),
  variable("LESS", "options of less, which is told to stay until somebody leaves it"),
  variable("TERM", "the kind of the terminal; for `dumb`, or none, there is no screen and nothing is asked"),
  variable("LC_ALL LC_CTYPE LANG", "the first that is set says whether the terminal takes UTF-8"),
  variable("HOME", "where the folders for configuration, state and cache are, if the next three name no others"),
  variable("XDG_CONFIG_HOME", "its folder `handrail` has `config.yaml`; an absolute path, else ~/.config"),
  variable(
    "XDG_STATE_HOME",
    "its folder `handrail` has journals, locks, reports and labs; absolute, else ~/.local/state",
  ),
  variable("XDG_CACHE_HOME", "its folder `handrail` has what can be made again; an absolute path, else ~/.cache"),
  variable("PATH", "where Node.js, a lab's database server, and programs of shell texts are looked for"),
  variable("SUDO_USER SSH_CONNECTION", "who called, and from where: kept in the journal with every act"),
  variable("NODE_COMPILE_CACHE", "where a lab's programs keep their compiled code"),
];

/** What Handrail sets for its own parts, and nobody else should. */
export const OWN_VARIABLES: readonly Variable[] = [
  variable("HANDRAIL_LAUNCHER HANDRAIL_TERMINAL HANDRAIL_RESET", "the shell that puts the terminal back, and how"),
  variable("MALLOC_ARENA_MAX", "how Node shares out its memory; not handed on to what it starts"),
  variable("HANDRAIL_KEPT", "which keeper ends the processes of a lab"),
  variable("LAB_RESTART LAB_RUN LAB_DEVICES", "what a process of a lab is started for"),
  variable("npm_lifecycle_event", "set by npm: a lab ends with the script that started it"),
];
