import type { PatchSource } from '@sydx/contract';
import { useChangeSource } from '../../../api/sources.ts';
import { EditDialogForm } from '../../../ui/DialogForm.tsx';
import { filled } from '../filled.ts';
import type { EditFormProps } from '../kind-view.ts';
import { MetaLeadsFields } from './MetaLeadsFields.tsx';
import {
  metaLeadsProblems,
  type MetaLeadsSource,
  type MetaLeadsValues,
  useMetaLeadsForm,
} from './useMetaLeadsForm.ts';

export function MetaLeadsEditForm({ source, onSaved, onCancel }: EditFormProps<'meta-leads'>) {
  const { name, settings } = source;
  const { pageIds = [] } = settings;
  const stored = { name, appSecret: '', verifyToken: '', pageAccessToken: '', pageIds };
  const form = useMetaLeadsForm(stored, true);
  const change = useChangeSource(source.id);
  const submit = form.onSubmit((values) =>
    change.mutate(patchOf(values, source), {
      onSuccess: () => onSaved(values.verifyToken.trim()),
      onError: (error) => form.setErrors(metaLeadsProblems(error)),
    }),
  );
  return (
    <EditDialogForm
      form={form}
      request={change}
      onSubmit={submit}
      onCancel={onCancel}
      note="Secrets are kept encrypted and never shown again."
    >
      <MetaLeadsFields form={form} isExisting />
    </EditDialogForm>
  );
}

/** Only what the form says anew. An emptied list is taken away, and every page counts again. */
function patchOf(values: MetaLeadsValues, { settings }: MetaLeadsSource): PatchSource {
  const { name, appSecret, verifyToken, pageAccessToken, pageIds } = values;
  const had = settings.pageIds !== undefined;
  const changed = {
    ...filled({ appSecret, verifyToken, pageAccessToken }),
    ...(pageIds.length > 0 ? { pageIds } : {}),
    ...(pageIds.length === 0 && had ? { pageIds: null } : {}),
  };
  return {
    name: name.trim(),
    ...(Object.keys(changed).length === 0 ? {} : { settings: changed }),
  };
}
