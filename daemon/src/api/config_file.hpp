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

/// The configuration's file, which an operator may have put on any mount.
struct ConfigFile {
  std::string path;  ///< may not exist yet: an empty document
  offload::Disk& disk;
  /// After a new configuration was saved and the fleet follows it: what else depends on it.
  std::function<void(std::shared_ptr<const config::Config>, const boost::json::value& document)> on_change{};
};

/// As it is now. Or the 500 to answer.
[[nodiscard]] boost::asio::awaitable<std::expected<config::File, http::Response>> read_config(
    ConfigFile& file);

/// Saves a document that is valid as `next` in place of the file that has this ETag, and has the fleet follow
/// it; the file is as before when the fleet refuses. Returns the new ETag, or the answer that says why not.
[[nodiscard]] boost::asio::awaitable<std::expected<std::string, http::Response>> change_config(
    ConfigFile& file, fleet::Fleet& fleet, std::string etag, boost::json::value document,
    config::Config next);

[[nodiscard]] http::Response changed_meanwhile(std::string_view etag);

[[nodiscard]] std::vector<http::FieldProblem> field_problems(const std::vector<config::Problem>& problems);

}  // namespace understudy::daemon::api
