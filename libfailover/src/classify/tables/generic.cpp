// Names that say only whose fault it was; they decide when nothing else did.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

// clang-format off
constexpr Rule generic_rows[] = {
    {"invalid-request", Kind::invalid_request, Border::fixed, statuses::none | statuses::s4xx | statuses::s5xx,
     "invalid_request_error; invalid_request; invalid request; the request is invalid; unable to submit request because; BadRequestError; bad_request; "
     "ValidationException; validation error; validation_error; unsupported_value; unsupported value; "
     "unsupported_parameter; unsupported parameter; invalid_argument; invalid argument; "
     "invalid parameter; invalid_parameter; invalid params; invalid_params; InvalidParameter; unprocessable; unexpected value; "
     "extra inputs are not permitted; invalid format; streaming is strongly recommended; invalid schema; invalid json schema; "
     "malformed input request; "
     "invalid value; invalid_value; invalid type; missing required; required field; field required; "
     "unrecognized request; no tool call found; unknown parameter; unsupported content; should match pattern; "
     "could not process image; unable to process ~ image; image dimension; image width; image height; "
     "image was too large; image exceeds; exceed the maximum allowed size; "
     "exceeds the maximum allowed size; thinking block; toolresult blocks; tool_result block; "
     "tool_use ~ without|ids were found; function call turn; immediately after; must alternate; "
     "=bad_request_error; is mandatory for this endpoint; 参数非法; 参数错误",
     "https://platform.claude.com/docs/en/api/errors"},
    {"upstream-failed", Kind::server_error, Border::fixed, statuses::none | statuses::s5xx | statuses::s408,
     "provider returned error; upstream error; bad_response_status_code; do_request_failed; upstream request failed; "
     "provider request failed; provider api request failed",
     "https://openrouter.ai/docs/api-reference/errors"},
    {"no-answer", Kind::server_error, Border::fixed, statuses::none | statuses::s5xx,
     "failed to get response; failed to get a response; stream was invalid; without valid content; "
     "empty or unparsable; did not provide any assistant; did not return any; no assistant messages; "
     "unknown error occurred; error when talking to",
     "wording of agents whose model call came to nothing"},
};
// clang-format on

}  // namespace

std::span<const Rule> generic_rules() {
  return generic_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
