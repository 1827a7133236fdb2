#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "config/document.hpp"
#include "fleet/fleet.hpp"
#include "http/respond.hpp"
#include "offload/disk.hpp"

namespace understudy::daemon::api {

/// The configuration's file, on any mount.
struct ConfigFile {
  std::string path;  ///< if missing, the document is empty
  offload::Disk& disk;
  /// Awaited before the fleet follows a configuration that was saved.
  std::function<boost::asio::awaitable<void>(const config::Config&)> before_change{};
  /// Called once a new configuration is saved and the fleet follows it.
  std::function<void(std::shared_ptr<const config::Config>, const boost::json::value& document)> on_change{};
};

/// The current file; or a 500.
[[nodiscard]] boost::asio::awaitable<std::expected<config::File, http::Response>> read_config(
    ConfigFile& file);

/// Replaces the file with this ETag by a document that was parsed as `next`, and has the fleet follow it;
/// restores the file if the fleet refuses. Returns the new ETag, or the error response.
[[nodiscard]] boost::asio::awaitable<std::expected<std::string, http::Response>> change_config(
    ConfigFile& file, fleet::Fleet& fleet, std::string etag, boost::json::value document,
    config::Config next);

[[nodiscard]] http::Response changed_meanwhile(std::string_view etag);

[[nodiscard]] std::vector<http::FieldProblem> field_problems(const std::vector<config::Problem>& problems);

}  // namespace understudy::daemon::api
