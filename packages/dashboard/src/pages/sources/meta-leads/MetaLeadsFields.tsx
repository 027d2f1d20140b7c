import { PasswordInput, Stack, TextInput } from '@mantine/core';
import { ListInput } from '../ListInput.tsx';
import { AppSecretInput, separateIds, VerifyTokenInput } from '../MetaAppInputs.tsx';
import type { MetaLeadsForm } from './useMetaLeadsForm.ts';

interface MetaLeadsFieldsProps {
  form: MetaLeadsForm;
  /** Its secrets are kept and never shown: an empty field leaves them. */
  isExisting: boolean;
}

export function MetaLeadsFields({ form, isExisting }: MetaLeadsFieldsProps) {
  return (
    <Stack>
      <TextInput
        label="Name"
        placeholder="Lead ads of our page"
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
      <PasswordInput
        label="Page access token"
        description="Of a system user or a page admin, with leads_retrieval and pages_manage_metadata. Leads are fetched with it; one that never expires spares you renewing it."
        placeholder={isExisting ? 'Unchanged. Paste a new one to replace it.' : ''}
        autoComplete="off"
        {...form.getInputProps('pageAccessToken')}
      />
      <ListInput
        label="Page IDs"
        description={`Your page → About → Page transparency. ${
          isExisting
            ? 'Where there is a list, leads of other pages publish nothing.'
            : 'Leave it empty to take the leads of every page.'
        }`}
        example="138124712925158"
        inputMode="numeric"
        {...form.getInputProps('pageIds')}
        onChange={(ids) => form.setFieldValue('pageIds', separateIds(ids))}
      />
    </Stack>
  );
}
