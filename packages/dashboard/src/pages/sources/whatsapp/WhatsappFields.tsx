import {
  Anchor,
  Button,
  Code,
  Collapse,
  PasswordInput,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronRight, RefreshCw } from 'lucide-react';
import { generateVerifyToken } from '../verify-token.ts';
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
      <PasswordInput
        label="App secret"
        description={
          <>
            <Anchor
              href="https://developers.facebook.com/apps"
              target="_blank"
              underline="always"
              inherit
            >
              Meta app dashboard
            </Anchor>{' '}
            → App settings → Basic. It proves that what arrives comes from Meta.
          </>
        }
        placeholder={isExisting ? 'Unchanged. Paste a new one to replace it.' : ''}
        autoComplete="off"
        {...form.getInputProps('appSecret')}
      />
      <TextInput
        label="Verify token"
        description={
          isExisting
            ? 'A new one is shown once after saving. What is connected stays connected.'
            : 'A word that you and Meta agree on: you enter it there in the next step.'
        }
        placeholder={isExisting ? 'Unchanged. Enter a new one to replace it.' : ''}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        rightSectionWidth={112}
        rightSection={
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<RefreshCw size={12} aria-hidden />}
            onClick={() => form.setFieldValue('verifyToken', generateVerifyToken())}
          >
            Generate
          </Button>
        }
        {...form.getInputProps('verifyToken')}
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
        onChange={(ids) => form.setFieldValue('phoneNumberIds', separate(ids))}
      />
      <LeadFields form={form} />
    </Stack>
  );
}

/** A pasted list is many entries, however it is separated. */
function separate(entries: readonly string[]): string[] {
  const ids = entries.flatMap((entry) => entry.split(/[\s,;]+/));
  return [...new Set(ids)].filter((id) => id !== '');
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
