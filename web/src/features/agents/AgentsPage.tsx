import { Title } from '@mantine/core';

export default function AgentsPage() {
  return <Title order={1}>AgentsPage</Title>;
}
