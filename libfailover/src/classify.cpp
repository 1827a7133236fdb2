#include "understudy/failover/classify.hpp"

namespace understudy::failover {
namespace {

Kind by_status(int status) {
  if (status >= 200 && status < 300) return Kind::success;
  if (status == 401 || status == 403) return Kind::auth_error;
  if (status == 402) return Kind::quota;
  if (status == 408 || status == 504) return Kind::timeout;
  if (status == 413) return Kind::context_length;
  if (status == 429) return Kind::rate_limit;
  if (status >= 500) return Kind::server_error;
  return status >= 400 ? Kind::invalid_request : Kind::task_error;
}

}  // namespace

Verdict classify(const Outcome& outcome, Instant, std::span<const OperatorRule>, const ZoneLookup*) {
  Verdict verdict;
  if (outcome.status) {
    verdict.kind = by_status(*outcome.status);
    verdict.rule = "status";
  }
  verdict.failover = is_provider_fault(verdict.kind);
  return verdict;
}

}  // namespace understudy::failover
