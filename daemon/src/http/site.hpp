#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/static_files.hpp"
#include "http/types.hpp"

namespace understudy::daemon::http {

/// Renders a refusal of this layer (not of a handler); /v1 has its own format.
using RenderRefusal = std::function<Response(const Request&, int status, std::string_view detail)>;

/// What a request's head led to: an answer at once, or a route to run when the body is here.
struct Admission {
  std::optional<Response> answer{};
  const Route* route{nullptr};
};

/// The routes of one origin: Host and Origin, preflight, pages, routing, access, media type. No sockets.
class Site {
 public:
  /// All must outlive the site; `files` may be null.
  Site(const Router& router, Gate& gate, StaticFiles* files) : router_(router), gate_(gate), files_(files) {}

  /// Renders refusals under that path prefix ("/v1/") instead of problem+json.
  void render_refusals(std::string prefix, RenderRefusal render);

  /// Fills the request's path, query, route, params and identity from target and headers.
  [[nodiscard]] Admission admit(Request& request);
  /// Runs the handler; an exception becomes a 500 and a line for `on_failure`.
  [[nodiscard]] boost::asio::awaitable<Response> serve(Request& request, const Route& route);
  /// For refusals the session makes itself (408, 413, 431…).
  [[nodiscard]] Response refuse(const Request& request, int status, std::string_view detail) const;
  /// Adds the fields that every answer has: CORS, nosniff, Vary, no-store by default.
  void finish(const Request& request, Response& response) const;

  std::function<void(std::string_view)> on_failure{};
  /// Called for every answer before it is sent.
  std::function<void(const Request&, int status)> on_answer{};

 private:
  [[nodiscard]] Admission route(Request& request);

  const Router& router_;
  Gate& gate_;
  StaticFiles* files_;
  std::vector<std::pair<std::string, RenderRefusal>> refusals_;
};

}  // namespace understudy::daemon::http
