#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

/// As JSON.
[[nodiscard]] boost::json::array words(const std::vector<std::string>& list);
/// Into the HostConfig of a creation: what the container may take, do and write.
void contain(boost::json::object& host, const Containment& containment);
/// The engine's own rotation, in two files that together stay below the limit.
[[nodiscard]] boost::json::object log_config(std::int64_t max_bytes);

/// Which key of the configuration an engine's refusal of a creation or start is about, as the end of a
/// sentence; empty when none is known to be. `words` are in lower case.
[[nodiscard]] std::string_view key_behind(std::string_view words);

}  // namespace understudy::daemon::runtime
