import type { PatchSource } from '@sydx/contract';
import { useChangeSource } from '../../../api/sources.ts';
import { EditDialogForm } from '../../../ui/DialogForm.tsx';
import { filled } from '../filled.ts';
import type { EditFormProps } from '../kind-view.ts';
import { WhatsappFields } from './WhatsappFields.tsx';
import {
  leadFieldsOf,
  useWhatsappForm,
  whatsappProblems,
  type WhatsappSource,
  type WhatsappValues,
} from './useWhatsappForm.ts';

export function WhatsappEditForm({ source, onSaved, onCancel }: EditFormProps<'whatsapp'>) {
  const form = useWhatsappForm(valuesOf(source), true);
  const change = useChangeSource(source.id);
  const submit = form.onSubmit((values) =>
    change.mutate(patchOf(values, source), {
      onSuccess: () => onSaved(values.verifyToken.trim()),
      onError: (error) => form.setErrors(whatsappProblems(error)),
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
      <WhatsappFields form={form} isExisting />
    </EditDialogForm>
  );
}

function valuesOf({ name, settings }: WhatsappSource): WhatsappValues {
  const { phoneNumberIds = [], leadFields = {} } = settings;
  return {
    name,
    appSecret: '',
    verifyToken: '',
    phoneNumberIds,
    leadName: leadFields.name ?? '',
    leadPhone: leadFields.phone ?? '',
    leadEmail: leadFields.email ?? '',
    leadCampaign: leadFields.campaign ?? '',
  };
}

/** Only what the form says anew: what is left out stays as it is. */
function patchOf(values: WhatsappValues, source: WhatsappSource): PatchSource {
  const leadFields = leadFieldsOf(values);
  const hasLeads = Object.keys(leadFields).length > 0 || source.settings.leadFields !== undefined;
  const settings = {
    ...filled({ appSecret: values.appSecret, verifyToken: values.verifyToken }),
    ...numbersOf(values, source),
    ...(hasLeads ? { leadFields } : {}),
  };
  return {
    name: values.name.trim(),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** An emptied list is taken away, and every number of the app counts again. */
function numbersOf({ phoneNumberIds }: WhatsappValues, { settings }: WhatsappSource) {
  if (phoneNumberIds.length > 0) return { phoneNumberIds };
  return settings.phoneNumberIds === undefined ? {} : { phoneNumberIds: null };
}
