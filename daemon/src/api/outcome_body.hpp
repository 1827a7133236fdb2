#pragma once
#include <boost/json/value.hpp>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "http/respond.hpp"
#include "understudy/failover/outcome.hpp"

namespace understudy::daemon::api {

/// An Outcome and the other members of its report.
struct OutcomeBody {
  failover::Outcome outcome{};
  std::optional<std::string> task_id{};
  std::optional<std::string> model{};
  std::optional<int> tier{};
};

/// Ignores unknown members; null counts as absent. The error lists every problem with its path.
[[nodiscard]] std::expected<OutcomeBody, std::vector<http::FieldProblem>> parse_outcome(
    const boost::json::value& body);

}  // namespace understudy::daemon::api
