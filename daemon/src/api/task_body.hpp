#pragma once
#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/respond.hpp"

namespace understudy::daemon::api {

/// A new task; every part keeps the client's text.
struct TaskBody {
  std::string input{};
  std::string metadata{"{}"};
  std::string config{};  ///< complete, with defaults
};

/// From `{"input", "metadata"?, "config"?}`, parsed and as text. The error lists every problem.
[[nodiscard]] std::expected<TaskBody, std::vector<http::FieldProblem>> parse_task(
    const boost::json::object& body, std::string_view text);

}  // namespace understudy::daemon::api
