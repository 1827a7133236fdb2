#pragma once
#include <boost/json/parse_options.hpp>
#include <string_view>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Keys that stand twice in one object, once each. The text must already be a valid document: a parser keeps
/// only the last of them, which would lose half of what was written.
[[nodiscard]] std::vector<Problem> duplicate_keys(std::string_view text,
                                                  const boost::json::parse_options& options);

}  // namespace understudy::daemon::config
