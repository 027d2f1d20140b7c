import { verify } from '@node-rs/argon2';
import { ProblemError } from '../base/problem.ts';
import { hashPassword } from './password.ts';

/** Hashes at a time: each takes a thread of the pool that name look-ups of deliveries need as well. */
const AT_ONCE = 2;
const LONGEST_QUEUE = 100;

/** Passwords, a few at a time: a flood of sign-ins must not slow the deliveries down. */
export class Passwords {
  /** What a stranger's password is compared with, so that it takes as long as anybody's. */
  readonly #nobody: Promise<string> = hashPassword('nobody has this password');
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor() {
    // Whoever compares with it hears of a failure.
    this.#nobody.catch(() => undefined);
  }

  /** @throws ProblemError overloaded */
  async hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password));
  }

  /**
   * @param hash null for a person who doesn't exist: takes the same time, and is never right
   * @throws ProblemError overloaded
   */
  async isRight(hash: string | null, password: string): Promise<boolean> {
    const nobody = await this.#nobody;
    const isSame = await this.#inTurn(() => verify(hash ?? nobody, password));
    return hash !== null && isSame;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < AT_ONCE) {
      this.#running += 1;
    } else {
      if (this.#waiting.length >= LONGEST_QUEUE) {
        throw new ProblemError('overloaded', { headers: { 'retry-after': '5' } });
      }
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
