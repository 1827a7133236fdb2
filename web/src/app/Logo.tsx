/** Half lit: the understudy waits in the wings. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <circle cx="16" cy="16" r="13" fill="none" stroke="#0ca678" strokeWidth="4" />
      <path d="M16 3a13 13 0 0 1 0 26z" fill="#0ca678" />
    </svg>
  );
}
