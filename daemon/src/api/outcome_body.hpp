#pragma once
#include <boost/json/value.hpp>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "http/respond.hpp"
#include "understudy/failover/outcome.hpp"

namespace understudy::daemon::api {

/// An Outcome as the contract writes it, with what only its report needs.
struct OutcomeBody {
  failover::Outcome outcome{};
  std::optional<std::string> task_id{};
  std::optional<std::string> model{};
  std::optional<int> tier{};
};

/// Unknown members are ignored; null is the same as absent. Or all that is wrong, with paths.
[[nodiscard]] std::expected<OutcomeBody, std::vector<http::FieldProblem>> parse_outcome(
    const boost::json::value& body);

}  // namespace understudy::daemon::api
