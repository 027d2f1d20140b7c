import { useState } from 'react';
import { useCreateSource } from '../../../api/sources.ts';
import { CreateDialogForm } from '../../../ui/DialogForm.tsx';
import type { CreateFormProps } from '../kind-view.ts';
import { generateVerifyToken } from '../verify-token.ts';
import { WhatsappFields } from './WhatsappFields.tsx';
import {
  leadFieldsOf,
  useWhatsappForm,
  whatsappProblems,
  type WhatsappSource,
  type WhatsappValues,
} from './useWhatsappForm.ts';

const EMPTY = {
  name: '',
  appSecret: '',
  phoneNumberIds: [],
  leadName: '',
  leadPhone: '',
  leadEmail: '',
  leadCampaign: '',
};

export function WhatsappCreateForm({
  onCreated,
  onCancel,
  cancelLabel,
}: CreateFormProps<'whatsapp'>) {
  const [generated] = useState(generateVerifyToken);
  const form = useWhatsappForm({ ...EMPTY, verifyToken: generated }, false);
  const create = useCreateSource();
  const submit = form.onSubmit((values) => {
    const { verifyToken } = values;
    create.mutate(bodyOf(values), {
      onSuccess: (source) => onCreated(source as WhatsappSource, verifyToken.trim()),
      onError: (error) => form.setErrors(whatsappProblems(error)),
    });
  });
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onCancel}
      submitLabel="Add source"
      cancelLabel={cancelLabel}
    >
      <WhatsappFields form={form} isExisting={false} />
    </CreateDialogForm>
  );
}

function bodyOf(values: WhatsappValues) {
  const leadFields = leadFieldsOf(values);
  return {
    kind: 'whatsapp' as const,
    name: values.name.trim(),
    settings: {
      appSecret: values.appSecret.trim(),
      verifyToken: values.verifyToken.trim(),
      ...(values.phoneNumberIds.length === 0 ? {} : { phoneNumberIds: values.phoneNumberIds }),
      ...(Object.keys(leadFields).length === 0 ? {} : { leadFields }),
    },
  };
}
