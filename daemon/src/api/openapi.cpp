// GET /openapi.json
#include "api/openapi.hpp"

#include "api/handlers.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

http::Response get_openapi(http::Request&) {
  return http::json(200, std::string(openapi_document));
}

}  // namespace understudy::daemon::api
