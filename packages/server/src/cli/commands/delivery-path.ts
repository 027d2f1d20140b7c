/** @param id as somebody typed it */
export function pathOfDelivery(id: string): string {
  return `/v1/deliveries/${encodeURIComponent(id)}`;
}
