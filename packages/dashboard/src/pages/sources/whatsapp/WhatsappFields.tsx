import { Code, Stack, Text, TextInput } from '@mantine/core';
import { Folded } from '../Folded.tsx';
import { LeadFieldInputs } from '../LeadFieldInputs.tsx';
import { ListInput } from '../ListInput.tsx';
import { AppSecretInput, separateIds, VerifyTokenInput } from '../MetaAppInputs.tsx';
import type { WhatsappForm } from './useWhatsappForm.ts';

interface WhatsappFieldsProps {
  form: WhatsappForm;
  /** Its secrets are kept and never shown: an empty field leaves them. */
  isExisting: boolean;
}

export function WhatsappFields({ form, isExisting }: WhatsappFieldsProps) {
  return (
    <Stack>
      <TextInput
        label="Name"
        placeholder="Main WhatsApp number"
        data-autofocus
        maxLength={100}
        {...form.getInputProps('name')}
      />
      <AppSecretInput isExisting={isExisting} input={form.getInputProps('appSecret')} />
      <VerifyTokenInput
        isExisting={isExisting}
        input={form.getInputProps('verifyToken')}
        onGenerated={(token) => form.setFieldValue('verifyToken', token)}
      />
      <ListInput
        label="Phone number IDs"
        description={`Meta app dashboard → WhatsApp → API Setup. ${
          isExisting
            ? 'Where there is a list, other numbers publish nothing.'
            : 'Leave it empty to take every number of the app.'
        }`}
        example="106540352242922"
        inputMode="numeric"
        {...form.getInputProps('phoneNumberIds')}
        onChange={(ids) => form.setFieldValue('phoneNumberIds', separateIds(ids))}
      />
      <LeadFields form={form} />
    </Stack>
  );
}

const LEAD_FIELDS = [
  ['leadName', 'Name', 'full_name'],
  ['leadPhone', 'Phone', 'phone'],
  ['leadEmail', 'Email', 'email'],
  ['leadCampaign', 'Campaign', 'campaign'],
] as const;

function LeadFields({ form }: { form: WhatsappForm }) {
  return (
    <Folded
      title="Leads from WhatsApp Flows"
      isUsed={LEAD_FIELDS.some(([field]) => form.values[field] !== '')}
    >
      <Text size="xs" c="dimmed" mt={6} mb="sm">
        Where a Flow asks for contact details, name its answers here: each completed Flow then
        becomes a <Code>lead.captured</Code> event as well.
      </Text>
      <LeadFieldInputs
        fields={LEAD_FIELDS}
        part="answer"
        inputOf={(field) => form.getInputProps(field)}
      />
    </Folded>
  );
}
