/** What the command line got wrong. */
export class Usage extends Error {}

/** How `handrail lab` is used. */
export const usage = `usage: handrail lab COMMAND [--name NAME]

  up [--world WORLD] [--scale N]  start the lab (default: stuck-virtio)
     [--server mysql]             a new one on MySQL instead of MariaDB
  down [--rm]                     end its processes; with --rm its folder goes
  reset                           load the present world afresh
  world WORLD | --list            load another world, or list the worlds
  status                          what runs, and where
  ledger                          every effect since the world was loaded
  fault NAME [PARAM=VALUE ...]    set a fault; --off clears, --list lists all

  --name NAME    another lab; without it: HANDRAIL_LAB, else "default"
  --dir FOLDER   keep the lab in this folder
  --json         print JSON
`;
