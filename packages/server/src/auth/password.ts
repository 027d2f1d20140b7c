import { hash } from '@node-rs/argon2';

/** OWASP's recommendation for argon2id (2024): 19 MiB, two passes, one lane; about 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @returns the hash in PHC form, `$argon2id$…`: what is stored of a password */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password, COST);
}
