import type { InboxRequest } from '@sydx/contract';

/** The first header of this name. @param name in lower case */
export function headerOf({ headers }: Pick<InboxRequest, 'headers'>, name: string): string | null {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? null;
}

const DELIVERY_ID = /^dlv_[0-9a-z]{13}$/;

/** The delivery that the request says to be; what is no id leads nowhere. */
export function deliveryIdOf(request: Pick<InboxRequest, 'headers'>): string | null {
  const id = headerOf(request, 'x-sydx-delivery');
  return id !== null && DELIVERY_ID.test(id) ? id : null;
}

/** All of them as they would stand in a request, to copy. */
export function headersAsText({ headers }: Pick<InboxRequest, 'headers'>): string {
  return headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
}
