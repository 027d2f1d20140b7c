import type { Member } from '@sydx/contract';
import { Box, Text, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { RowList } from '../../ui/RowList.tsx';
import { MemberRow } from './MemberRow.tsx';

/** Fewer are found faster by looking. */
const SEARCHED_FROM = 10;

export function MemberList({ members }: { members: readonly Member[] }) {
  const [search, setSearch] = useState('');
  const { person } = useSession();
  const admins = members.filter(({ role }) => role === 'admin');
  const found = members.filter((member) => matches(member, search)).toSorted(adminsFirst);
  return (
    <Box>
      {members.length >= SEARCHED_FROM && (
        <TextInput
          type="search"
          mb="md"
          maw={320}
          placeholder="Search by name or email"
          aria-label="Search members"
          leftSection={<Search size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {found.length > 0 ? (
        <RowList label="Members">
          {found.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              isYou={member.id === person?.id}
              isLastAdmin={member.role === 'admin' && admins.length === 1}
            />
          ))}
        </RowList>
      ) : (
        <Text c="dimmed" role="status">
          Nobody’s name or email has “{search}” in it.
        </Text>
      )}
    </Box>
  );
}

function matches({ name, email }: Member, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [name, email].some((text) => text.toLowerCase().includes(wanted));
}

function adminsFirst(left: Member, right: Member): number {
  if (left.role !== right.role) return left.role === 'admin' ? -1 : 1;
  return left.name.localeCompare(right.name);
}
