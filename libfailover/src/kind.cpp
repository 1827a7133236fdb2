#include "understudy/failover/kind.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::success: return "success";
    case Kind::auth_error: return "auth_error";
    case Kind::quota: return "quota";
    case Kind::rate_limit: return "rate_limit";
    case Kind::model_not_found: return "model_not_found";
    case Kind::server_error: return "server_error";
    case Kind::network: return "network";
    case Kind::timeout: return "timeout";
    case Kind::token_budget: return "token_budget";
    case Kind::context_length: return "context_length";
    case Kind::invalid_request: return "invalid_request";
    case Kind::content_policy: return "content_policy";
    case Kind::task_error: return "task_error";
  }
  return "?";  // unreachable for a value made by the language
}

std::optional<Kind> parse_kind(std::string_view text) {
  for (const Kind kind : all_kinds)
    if (to_string(kind) == text) return kind;
  return std::nullopt;
}

bool is_provider_fault(Kind kind) {
  switch (kind) {
    case Kind::auth_error:
    case Kind::quota:
    case Kind::rate_limit:
    case Kind::model_not_found:
    case Kind::server_error:
    case Kind::network:
    case Kind::timeout:
    case Kind::token_budget: return true;
    case Kind::success:
    case Kind::context_length:
    case Kind::invalid_request:
    case Kind::content_policy:
    case Kind::task_error: return false;
  }
  return false;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
