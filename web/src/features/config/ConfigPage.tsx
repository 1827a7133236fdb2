import { Title } from '@mantine/core';

export default function ConfigPage() {
  return <Title order={1}>ConfigPage</Title>;
}
