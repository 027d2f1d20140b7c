import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { z } from 'zod';

type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

/**
 * Turns the zod schemas of routes into the JSON Schemas of one OpenAPI 3.1 document. A schema with an
 * id becomes a component of exactly this name, and everybody refers to it.
 *
 * fastify-type-provider-zod's own transform describes each schema twice and appends `Input` to the
 * names of requests, which neither reads well nor stays free of collisions.
 */
export function createSchemaTransforms(): {
  transform: SwaggerTransform;
  transformObject: SwaggerTransformObject;
} {
  const components: Record<string, Json> = {};

  function describe(schema: z.ZodType, io: Direction): Json {
    // Inside of something else, a schema with an id is a reference; alone it would not be.
    const wrapped = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: 'any' });
    const { $defs = {}, properties } = JSON.parse(
      JSON.stringify(wrapped).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as { $defs?: Record<string, Json>; properties: { it: Json } };
    for (const [id, { id: _id, ...definition }] of Object.entries($defs)) keep(id, definition);
    return properties.it;
  }

  function keep(id: string, definition: Json): void {
    const known = components[id];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`Two different schemas are called ${id}: requests and answers need two ids.`);
    }
    components[id] = definition;
  }

  function describeAnswer(answer: unknown): unknown {
    if (answer instanceof z.ZodType) return describe(answer, 'output');
    const { content, ...rest } = answer as { content: Record<string, { schema: z.ZodType }> };
    return {
      ...rest,
      content: Object.fromEntries(
        Object.entries(content).map(([type, { schema }]) => [
          type,
          { schema: describe(schema, 'output') },
        ]),
      ),
    };
  }

  return {
    transform: ({ schema, url }) => {
      const described: Json = { ...schema };
      for (const part of ['body', 'querystring', 'params', 'headers']) {
        if (described[part] instanceof z.ZodType) {
          described[part] = describe(described[part], 'input');
        }
      }
      if (schema?.response !== undefined) {
        described['response'] = Object.fromEntries(
          Object.entries(schema.response as Json).map(([status, answer]) => [
            status,
            describeAnswer(answer),
          ]),
        );
      }
      return { schema: described, url };
    },
    transformObject: (document) => {
      const { openapiObject } = document as { openapiObject: Json };
      const { components: given } = openapiObject as { components?: Json };
      return { ...openapiObject, components: { ...given, schemas: components } };
    },
  };
}
