import type { Answer, Call } from "./http.ts";

type Params = Record<string, string>;
export type Routed = (call: Call, params: Params) => Promise<Answer> | Answer;

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
  if (pattern.length !== parts.length) return null;
  const params: Params = {};
  for (const [index, want] of pattern.entries()) {
    const got = parts[index] ?? "";
    if (want.startsWith(":")) {
      if (got === "") return null;
      params[want.slice(1)] = decode(got);
    } else if (want !== got) return null;
  }
  // like the routers of both daemons: an encoded slash still splits the path
  return Object.values(params).some((value) => value.includes("/")) ? null : params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
