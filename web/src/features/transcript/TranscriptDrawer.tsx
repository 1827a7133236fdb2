export default function TranscriptDrawer({ rolloutId, attemptId }: { rolloutId: string; attemptId: string | null }) {
  return (
    <p>
      {rolloutId} {attemptId}
    </p>
  );
}
