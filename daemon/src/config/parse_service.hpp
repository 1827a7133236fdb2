#pragma once
#include <boost/json/value.hpp>
#include <string_view>

#include "config/parse.hpp"

namespace understudy::daemon::config {

void read_service(const boost::json::value& value, Parsed& out, Service& service);
[[nodiscard]] Provider read_provider(std::string_view name, const boost::json::value& value, Parsed& out);

}  // namespace understudy::daemon::config
