import { useGetHealthQuery } from '../api/fleetApi';
import { Banner } from '../shared/Banner';

/** Shown as long as the daemon listens beyond this machine without encryption. */
export function ExposedNotice() {
  const { exposed } = useGetHealthQuery(undefined, { selectFromResult: ({ data }) => ({ exposed: data?.exposed_without_tls === true }) });
  if (!exposed) return null;
  return (
    <Banner tone="warning">
      This daemon listens beyond its own machine without TLS: anyone on the network path can read tokens and what agents say. Set
      service.tls, or let it listen on 127.0.0.1 behind a proxy with a certificate.
    </Banner>
  );
}
