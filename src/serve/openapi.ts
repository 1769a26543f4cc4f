/** The OpenAPI 3.1 page, made from the route table. */
import * as z from "zod";
import type { AnswerForm, Route } from "./route.ts";

function schemaOf(body: z.ZodType): unknown {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body) as Record<string, unknown>;
  return schema;
}

function responseOf({ says, body, media = "application/json" }: AnswerForm): unknown {
  const schema = body === null ? {} : { schema: schemaOf(body) };
  return { description: says, content: { [media]: schema } };
}

function parametersOf({ path, headers = {} }: Route): unknown[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  }));
  return [...inPath, ...inHeader];
}

/** What a route reads of the body; nothing where it ignores it. */
const bodyOf = ({ body }: Route): object =>
  body === undefined
    ? {}
    : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body) } } } };

/** Describes every route with every answer. */
export function openApi(routes: readonly Route[], description: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const answers = Object.entries(route.answers).map(([status, answer]) => [status, responseOf(answer)]);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = {
      operationId: route.id,
      summary: route.says,
      parameters: parametersOf(route),
      ...bodyOf(route),
      responses: Object.fromEntries(answers),
      security: route.open === true ? [] : [{ bearer: [] }],
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Handrail", version: "1", description },
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}
