import { HONEYPOT_FIELD } from '@sydx/contract';
import { Code, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { Folded } from '../Folded.tsx';
import { LeadFieldInputs } from '../LeadFieldInputs.tsx';
import { ListInput } from '../ListInput.tsx';
import { originsOf } from './origins.ts';
import { type FormSourceForm, USUAL_LIMITS } from './useFormSourceForm.ts';

const MAPPING = [
  ['fieldName', 'Name', 'name'],
  ['fieldPhone', 'Phone', 'phone'],
  ['fieldEmail', 'Email', 'email'],
  ['fieldCampaign', 'Campaign', 'campaign'],
] as const;

export function FormFields({ form }: { form: FormSourceForm }) {
  return (
    <Stack>
      <TextInput
        label="Name"
        description="Receivers see it: it says which form the lead comes from."
        placeholder="Contact form"
        data-autofocus
        maxLength={100}
        {...form.getInputProps('name')}
      />
      <ListInput
        label="Sites"
        description="Only pages of these sites may send the form. Press Enter after each."
        example="https://www.example.com"
        inputMode="url"
        {...form.getInputProps('allowedOrigins')}
        onChange={(entries) => form.setFieldValue('allowedOrigins', originsOf(entries))}
      />
      <div>
        <Text size="sm" fw={500}>
          Fields of the form
        </Text>
        <Text size="xs" c="dimmed" mb="sm">
          The <Code>name</Code> that each input has in the form. Leave empty what the form does not
          ask. All its other fields go along as answers.
        </Text>
        <LeadFieldInputs
          fields={MAPPING}
          part="field"
          inputOf={(field) => form.getInputProps(field)}
        />
      </div>
      <TextInput
        label="Page after sending"
        description="Where a plain form leads to. Left empty, a short thank-you page is shown."
        placeholder="https://www.example.com/thanks"
        inputMode="url"
        spellCheck={false}
        {...form.getInputProps('redirectUrl')}
      />
      <Protection form={form} />
    </Stack>
  );
}

/** The usual suits most, so it is folded away. */
function Protection({ form }: { form: FormSourceForm }) {
  const { honeypot, perMinute, perNetworkPerMinute } = form.values;
  return (
    <Folded
      title="Protection against robots"
      isUsed={`${honeypot}${perMinute}${perNetworkPerMinute}` !== ''}
    >
      <Stack gap="sm" mt="sm">
        <TextInput
          label="Trap field"
          description="A field that people don’t see. Who fills it is thanked and ignored."
          placeholder={HONEYPOT_FIELD}
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps('honeypot')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          <NumberInput
            label="A minute from one network"
            placeholder={String(USUAL_LIMITS.perNetworkPerMinute)}
            min={1}
            max={10_000}
            allowDecimal={false}
            {...form.getInputProps('perNetworkPerMinute')}
          />
          <NumberInput
            label="A minute in all"
            placeholder={String(USUAL_LIMITS.perMinute)}
            min={1}
            max={10_000}
            allowDecimal={false}
            {...form.getInputProps('perMinute')}
          />
        </SimpleGrid>
      </Stack>
    </Folded>
  );
}
