#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/types.hpp"

namespace understudy::daemon::http {

struct StaticOptions {
  std::filesystem::path dist{};  // web/dist; may be missing: then a plain page says so
  /// Paths the dashboard's own router owns, as patterns. A GET of one that accepts text/html gets the app.
  std::vector<std::string> pages{"/",
                                 "/agents",
                                 "/agents/{name}",
                                 "/providers",
                                 "/rollouts",
                                 "/rollouts/{id}",
                                 "/resources",
                                 "/resources/{id}",
                                 "/traces",
                                 "/runners",
                                 "/config",
                                 "/settings",
                                 "/settings/{part}"};
};

/// The dashboard. Only files found by listing `dist` are ever served, so no path can escape it; the listing
/// is refreshed when index.html changes.
class StaticFiles {
 public:
  explicit StaticFiles(StaticOptions options);
  ~StaticFiles();

  /// The app, when this GET or HEAD asks for text/html on one of its pages.
  [[nodiscard]] std::optional<Response> page(const Request& request);
  /// Whether the path is a page, so that its JSON answer depends on Accept too.
  [[nodiscard]] bool is_page(std::string_view path) const;
  /// A file of dist by its path.
  [[nodiscard]] std::optional<Response> asset(const Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::daemon::http
