import type { SourceKind } from '@sydx/contract';
import { formView } from './form/view.ts';
import type { KindView } from './kind-view.ts';
import { metaLeadsView } from './meta-leads/view.ts';
import { whatsappView } from './whatsapp/view.ts';

/** Every kind of source, in the order in which one is offered. */
const VIEWS: { readonly [K in SourceKind]: KindView<K> } = {
  whatsapp: whatsappView,
  'meta-leads': metaLeadsView,
  form: formView,
};

export const KINDS = Object.keys(VIEWS) as readonly SourceKind[];

/** The view of a source's own kind: nobody hands it a source of another. */
export function viewOf(kind: SourceKind): KindView<SourceKind> {
  return VIEWS[kind] as unknown as KindView<SourceKind>;
}
