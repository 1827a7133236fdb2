#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <string>

#include "api/world.hpp"
#include "config/document.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

/// The configuration file as it is now; without one an empty document. Or the 500 to answer.
[[nodiscard]] boost::asio::awaitable<std::expected<config::File, http::Response>> read_config(World& world);

/// Saves a document that is valid as `next` in place of the file that has this ETag, and has the fleet follow
/// it; the file is as before when the fleet refuses. Returns the new ETag, or the answer that says why not.
[[nodiscard]] boost::asio::awaitable<std::expected<std::string, http::Response>> change_config(
    World& world, std::string etag, boost::json::value document, config::Config next);

[[nodiscard]] http::Response changed_meanwhile(std::string_view etag);

[[nodiscard]] std::vector<http::FieldProblem> field_problems(const std::vector<config::Problem>& problems);

}  // namespace understudy::daemon::api
