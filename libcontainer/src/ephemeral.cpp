#include "machine.hpp"

namespace understudy::container {

/// The mark is made with the grant and kept on disk with it: whatever happens to the task, to the container
/// or to the daemon, only a removal takes it away.
bool Machine::spent() const {
  return policy_.ephemeral && protections_.single_use && it_.used && it_.leases.empty();
}

std::size_t Machine::leases_to_give() const {
  if (!policy_.ephemeral || !protections_.single_use) return it_.waiters.size();
  return it_.used || it_.waiters.empty() ? 0 : 1;
}

}  // namespace understudy::container
