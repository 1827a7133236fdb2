#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// Who may call a route. `read` and `store` are open on loopback unless the configuration asks for a token.
enum class Access {
  open,       // anybody: /health, POST /session
  read,       // service.auth.reads
  store,      // service.auth.store; the store token or the operator's
  operator_,  // always the operator; a viewer where nothing is changed
};

/// Which bodies a route takes; anything else is a 415. A body-less request is always fine.
enum class Accepts { json, any };

inline constexpr std::size_t default_max_body = 8 * 1024 * 1024;

struct Route {
  Method method{Method::get};
  std::string pattern{};  // "/agents/{name}/pause"; a segment is a literal or one {capture}
  Access access{Access::operator_};
  Handler handler{};
  std::size_t max_body{default_max_body};  // bytes; more is a 413
  Accepts accepts{Accepts::json};
  bool only_reads{false};  // a query sent by POST

  [[nodiscard]] bool changes() const { return !only_reads && !is_safe(method); }
};

struct Matched {
  const Route* route{nullptr};
  Pairs params{};
};
struct NotFound {};
struct WrongMethod {
  std::string allow{};  // for the Allow header
};
struct BadPath {
  std::string reason{};
};
using Match = std::variant<Matched, NotFound, WrongMethod, BadPath>;

/// The table of routes. A literal segment wins over a capture, segment by segment; GET answers HEAD; one
/// trailing slash is ignored; %2F inside a segment stays in it. Routes are added before serving begins.
class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  ~Router();

  /// Throws std::logic_error for a pattern that is malformed or already taken: a bug, found at start.
  void add(Route route);

  /// `path` is percent-encoded and without the query.
  [[nodiscard]] Match match(Method method, std::string_view path) const;

  /// In the order they were added; the OpenAPI test compares this with the document.
  [[nodiscard]] std::vector<const Route*> routes() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace understudy::daemon::http
