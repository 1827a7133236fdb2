export default function AgentDrawer({ name, tab }: { name: string; tab: string | null }) {
  return (
    <p>
      {name} {tab}
    </p>
  );
}
