import type { Socket } from 'node:net';
import { INBOX_PATH, inboxUrl, isInboxToken } from '../base/inbox-url.ts';
import { dial } from './dial.ts';
import { unless } from './unless.ts';

/** An address of this machine and the port on it. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/**
 * The one exception to the HTTPS rule and the address guard that everybody has: inboxes of our own. What is
 * sent to one goes to the listener of this very process, past DNS, TLS and the egress proxy, since PUBLIC_URL
 * may lead to a proxy that only the outside reaches (docs/adr/0011).
 */
export class OwnInboxes {
  readonly #publicUrl: () => string;
  readonly #listening: Promise<Listening>;
  #known: { publicUrl: string | null; prefix: string } = { publicUrl: null, prefix: '' };
  #tell: (listening: Listening) => void = () => undefined;

  /** @param publicUrl PUBLIC_URL without a trailing slash; with PORT=0 it is known only after listening */
  constructor(publicUrl: () => string) {
    this.#publicUrl = publicUrl;
    this.#listening = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** This process listens: what waited for it is dialled. */
  listens({ address, port }: Listening): void {
    const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
    this.#tell({ address: everywhere[address] ?? address, port });
  }

  /**
   * Compares texts: what a URL parser makes of another spelling never comes to be one of ours.
   *
   * @param href normalised, as URLs are stored
   * @returns the token, null for everything that is not exactly the URL of an inbox
   */
  tokenOf(href: string): string | null {
    const prefix = this.#prefixNow();
    const token = href.startsWith(prefix) ? href.slice(prefix.length) : '';
    return isInboxToken(token) ? token : null;
  }

  /** Kept, because every delivery asks. */
  #prefixNow(): string {
    const publicUrl = this.#publicUrl();
    if (publicUrl !== this.#known.publicUrl) {
      this.#known = { publicUrl, prefix: inboxUrl(publicUrl, '') };
    }
    return this.#known.prefix;
  }

  /** The host that the URL of an inbox names, for the header. */
  get host(): string {
    return URL.parse(this.#publicUrl())?.host ?? 'localhost';
  }

  pathOf(token: string): string {
    return `${INBOX_PATH}${token}`;
  }

  /** Opens a connection to this process's own listener. Throws what dial throws, or the signal's reason. */
  async dial(signal: AbortSignal): Promise<Socket> {
    const { address, port } = await unless(signal, this.#listening);
    return await dial([address], port, signal);
  }
}
