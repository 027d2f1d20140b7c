import { Box } from '@mantine/core';
import { GuideText } from './GuideText.tsx';
import classes from './Outcomes.module.css';

/** What one may see, and what it means: a table that stacks on a phone. */
export function Outcomes({
  rows,
}: {
  rows: readonly { readonly term: string; readonly text: string }[];
}) {
  return (
    <Box component="dl" className={classes.table}>
      {rows.map(({ term, text }) => (
        <div key={term} className={classes.row}>
          <dt className={classes.sign}>{term}</dt>
          <dd className={classes.remedy}>
            <GuideText>{text}</GuideText>
          </dd>
        </div>
      ))}
    </Box>
  );
}
