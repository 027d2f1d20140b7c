import {
  Code,
  Collapse,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronRight } from 'lucide-react';
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
      <TagsInput
        label="Phone number IDs"
        description={`Meta app dashboard → WhatsApp → API Setup. ${
          isExisting
            ? 'Where there is a list, other numbers publish nothing.'
            : 'Leave it empty to take every number of the app.'
        }`}
        placeholder={form.values.phoneNumberIds.length === 0 ? '106540352242922' : ''}
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        clearable={false}
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

/** Few need it, so it is folded away. */
function LeadFields({ form }: { form: WhatsappForm }) {
  const isUsed = LEAD_FIELDS.some(([field]) => form.values[field] !== '');
  const [isOpen, { toggle }] = useDisclosure(isUsed);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} fz="sm" fw={500}>
        <Chevron size={14} aria-hidden style={{ verticalAlign: -2 }} /> Leads from WhatsApp Flows
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <Text size="xs" c="dimmed" mt={6} mb="sm">
          Where a Flow asks for contact details, name its answers here: each completed Flow then
          becomes a <Code>lead.captured</Code> event as well.
        </Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          {LEAD_FIELDS.map(([field, label, example]) => (
            <TextInput
              key={field}
              label={`${label} is the answer`}
              placeholder={example}
              spellCheck={false}
              autoComplete="off"
              {...form.getInputProps(field)}
            />
          ))}
        </SimpleGrid>
      </Collapse>
    </div>
  );
}
