import { useGetFleetQuery } from '../api/fleetApi';
import { Banner } from '../shared/Banner';
import { RelativeTime } from '../shared/RelativeTime';
import { useUi } from '../shared/state';

/** Old figures must not pass for new ones. */
export function OfflineNotice() {
  const isOffline = useUi((state) => state.connection.status === 'offline');
  const address = useUi((state) => state.backend.address);
  const { at } = useGetFleetQuery(undefined, {
    selectFromResult: ({ data, fulfilledTimeStamp }) => ({ at: data === undefined ? undefined : fulfilledTimeStamp }),
  });
  if (!isOffline) return null;
  return (
    <Banner tone="danger">
      Offline: no answer from {address === '' ? location.host : address}.
      {at !== undefined && (
        <>
          {' '}
          What you see is from <RelativeTime at={at} />.
        </>
      )}{' '}
      Retrying automatically.
    </Banner>
  );
}
