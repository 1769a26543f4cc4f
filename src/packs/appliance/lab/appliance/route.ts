import type { LabAnswer, Call } from "./http.ts";

type Params = Record<string, string>;
export type Routed = (call: Call, params: Params) => Promise<LabAnswer> | LabAnswer;

/** One route: a method, a path whose `:name` parts are parameters, and what answers. */
export type Route = { method: string; parts: string[]; handle: Routed };

/** Writes a route as `GET /api/v1/volumes/:id`. */
export function route(pattern: string, handle: Routed): Route {
  const [method = "", path = ""] = pattern.split(" ");
  return { method, parts: path.split("/"), handle };
}

/** The route that fits the call; `path` tells apart a wrong method from an unknown path. */
export function match(routes: Route[], call: Call): { route: Route; params: Params } | "path" | null {
  const parts = call.path.split("/");
  let pathFits = false;
  for (const candidate of routes) {
    const params = fit(candidate.parts, parts);
    if (params === null) continue;
    if (candidate.method === call.method) return { route: candidate, params };
    pathFits = true;
  }
  return pathFits ? "path" : null;
}

function fit(pattern: string[], parts: string[]): Params | null {
  const pairs = pattern.map((name, index): Pair => [name, parts[index] ?? ""]);
  if (pattern.length !== parts.length || !pairs.every(fitsPart)) return null;
  const params = pairs.filter(isParameter).map(([name, part]): Pair => [name.slice(1), decode(part)]);
  // like the routers of both daemons: an encoded slash still splits the path
  return params.some(([, value]) => value.includes("/")) ? null : Object.fromEntries(params);
}

/** A part of a pattern, and the part of a path at its place. */
type Pair = readonly [name: string, part: string];

const isParameter = ([name]: Pair): boolean => name.startsWith(":");

const fitsPart = (pair: Pair): boolean => (isParameter(pair) ? pair[1] !== "" : pair[0] === pair[1]);

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
