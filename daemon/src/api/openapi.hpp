#pragma once
#include <string_view>

namespace understudy::daemon::api {

/// docs/openapi.yaml as JSON, with the version of this build. Made by daemon/openapi_document.py.
extern const std::string_view openapi_document;

}  // namespace understudy::daemon::api
