/** The idempotency key of one event was used before with another content. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
  /** Place of the event among those given. */
  readonly index: number;

  constructor(index: number) {
    super('The idempotency key was used before with another content.');
    this.index = index;
  }
}

/** More is waiting to be committed than memory should hold. Nothing of this request was stored. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';

  constructor() {
    super('More events are waiting to be stored than this node takes at once.');
  }
}

/** The node is stopping and takes nothing new. Nothing of this request was stored. */
export class ShuttingDown extends Error {
  override readonly name = 'ShuttingDown';

  constructor() {
    super('This node is stopping.');
  }
}
