import { Skeleton, VisuallyHidden } from '@mantine/core';

/** While the page's own code is on its way. */
export function PageSkeleton() {
  return (
    <div aria-busy="true">
      <VisuallyHidden>Loading the page</VisuallyHidden>
      <Skeleton h={32} w={160} mb="md" />
      <Skeleton h={360} />
    </div>
  );
}
