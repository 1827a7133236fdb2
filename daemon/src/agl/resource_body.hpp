#pragma once
#include <string>

#include "agl/body.hpp"

namespace understudy::daemon::agl {

/// A map from names to resources, each by its `resource_type` with its defaults filled in; members that its
/// type does not have are dropped.
[[nodiscard]] Result<std::string> read_resources(const RequestBody& said);

}  // namespace understudy::daemon::agl
