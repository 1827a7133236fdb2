#include "http/router.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "http/text.hpp"
#include "text/utf8.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::size_t method_count = static_cast<std::size_t>(Method::other);
std::size_t index(Method method) {
  return static_cast<std::size_t>(method);
}

/// "/a/b/" → a, b; an empty segment in the middle stays, and matches nothing.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (path.empty()) segments.emplace_back();
  }
  return segments;
}

std::optional<std::string_view> capture_name(std::string_view segment) {
  if (segment.size() < 3 || !segment.starts_with('{') || !segment.ends_with('}')) return std::nullopt;
  return segment.substr(1, segment.size() - 2);
}

}  // namespace

struct Router::Node {
  struct Leaf {
    const Route* route{nullptr};
    std::vector<std::string> names{};  // of the captures on the way here
  };

  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals{};
  std::unique_ptr<Node> capture{};
  std::array<Leaf, method_count> leaves{};

  const Leaf* leaf(Method method) const {
    if (method == Method::other) return nullptr;
    const Leaf& own = leaves[index(method)];
    if (own.route != nullptr) return &own;
    if (method == Method::head && leaves[index(Method::get)].route != nullptr)
      return &leaves[index(Method::get)];
    return nullptr;
  }

  /// The first node in order of precedence that has the method; `methods` collects what all others have.
  const Leaf* find(std::span<const std::string> segments, Method method,
                   std::vector<const std::string*>& captured, std::array<bool, method_count>& methods) const {
    if (segments.empty()) {
      for (std::size_t i = 0; i < method_count; ++i) methods[i] = methods[i] || leaves[i].route != nullptr;
      return leaf(method);
    }
    if (const auto literal = literals.find(segments.front()); literal != literals.end())
      if (const Leaf* found = literal->second->find(segments.subspan(1), method, captured, methods))
        return found;
    if (!capture || segments.front().empty()) return nullptr;
    captured.push_back(&segments.front());
    if (const Leaf* found = capture->find(segments.subspan(1), method, captured, methods)) return found;
    captured.pop_back();
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(Route route) {
  if (!route.pattern.starts_with('/') || route.method == Method::other)
    throw std::logic_error("bad route " + route.pattern);
  Node* node = root_.get();
  std::vector<std::string> names;
  for (const auto segment : split(route.pattern)) {
    if (const auto name = capture_name(segment)) {
      if (!node->capture) node->capture = std::make_unique<Node>();
      node = node->capture.get();
      names.emplace_back(*name);
    } else {
      if (segment.empty() || segment.find_first_of("{}%?") != std::string_view::npos)
        throw std::logic_error("bad route " + route.pattern);
      auto& child = node->literals[std::string(segment)];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
  }
  auto& leaf = node->leaves[index(route.method)];
  if (leaf.route != nullptr) throw std::logic_error("route taken twice: " + route.pattern);
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  leaf = {routes_.back().get(), std::move(names)};
}

Match Router::match(Method method, std::string_view path) const {
  if (!path.starts_with('/')) return BadPath{"the path must begin with '/'"};
  std::vector<std::string> segments;
  for (const auto raw : split(path)) {
    if (raw.find('%') == std::string_view::npos && text::is_utf8(raw)) {
      segments.emplace_back(raw);
      continue;
    }
    auto decoded = percent_decode(raw);
    if (!decoded) return BadPath{"the path is not valid percent-encoded UTF-8"};
    segments.push_back(std::move(*decoded));
  }

  std::vector<const std::string*> captured;
  std::array<bool, method_count> methods{};
  const Node::Leaf* leaf = root_->find(segments, method, captured, methods);
  if (leaf != nullptr) {
    Matched matched{leaf->route, {}};
    for (std::size_t i = 0; i < captured.size(); ++i)
      matched.params.emplace_back(leaf->names[i], *captured[i]);
    return matched;
  }

  std::string allow;
  for (std::size_t i = 0; i < method_count; ++i) {
    const auto known = static_cast<Method>(i);
    const bool implied = known == Method::head && methods[index(Method::get)];
    if (methods[i] || implied) allow.append(to_string(known)).append(", ");
  }
  if (allow.empty()) return NotFound{};
  if (!methods[index(Method::options)]) allow.append("OPTIONS");
  return WrongMethod{std::move(allow)};
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> result;
  for (const auto& route : routes_) result.push_back(route.get());
  return result;
}

}  // namespace understudy::daemon::http
