#pragma once
#include <boost/json/parse_options.hpp>
#include <string_view>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Keys that occur more than once in an object, each reported once. The text must already be a valid
/// document; its parser keeps only the last value, which would lose part of what was written.
[[nodiscard]] std::vector<Problem> duplicate_keys(std::string_view text,
                                                  const boost::json::parse_options& options);

}  // namespace understudy::daemon::config
