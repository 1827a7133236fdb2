#pragma once
#include <string>

#include "agl/body.hpp"

namespace understudy::daemon::agl {

/// A map from names to resources, with the defaults of each `resource_type` filled in and unknown members
/// dropped.
[[nodiscard]] Result<std::string> read_resources(const RequestBody& body);

}  // namespace understudy::daemon::agl
