#pragma once
#include <expected>
#include <string_view>

#include "fleet/fleet.hpp"
#include "http/types.hpp"

/// The instance that a request is about.
namespace understudy::daemon::api {

struct Subject {
  const fleet::Agent& agent;
  const config::AgentType& type;
};

/// The instance named in the path, or a 404. References are valid until the next co_await.
[[nodiscard]] std::expected<Subject, http::Response> subject_of(const fleet::Fleet& fleet,
                                                                const http::Request& request);
[[nodiscard]] const config::AgentType& type_of(const fleet::Fleet& fleet, const fleet::Agent& agent);

/// `?name=1`; false when absent. Or a 400.
[[nodiscard]] std::expected<bool, http::Response> query_flag(const http::Request& request,
                                                             std::string_view name);
/// An integer from 0: the id of a row, or Unix milliseconds. Or a 400.
[[nodiscard]] std::expected<std::int64_t, http::Response> query_non_negative(const http::Request& request,
                                                                             std::string_view name,
                                                                             std::int64_t fallback);

[[nodiscard]] std::int64_t now_ms(const fleet::Fleet& fleet);

}  // namespace understudy::daemon::api
