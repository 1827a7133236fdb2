#include "http/static_files.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "http/respond.hpp"
#include "http/router.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> types{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".mjs", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".json", "application/json"},
     {".map", "application/json"},
     {".webmanifest", "application/manifest+json"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".jpg", "image/jpeg"},
     {".webp", "image/webp"},
     {".ico", "image/x-icon"},
     {".woff", "font/woff"},
     {".woff2", "font/woff2"},
     {".wasm", "application/wasm"},
     {".txt", "text/plain; charset=utf-8"}}};

constexpr std::string_view not_built =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Understudy</title>"
    "<h1>The dashboard is not built</h1>"
    "<p>The daemon runs, without its dashboard.</p>"
    "<p>The API is here: <a href=\"/health\">/health</a>, <code>GET /agents</code>, <code>GET "
    "/events</code>.</p></html>";

std::string_view type_of(const fs::path& path) {
  const auto extension = path.extension().string();
  for (const auto& [suffix, type] : types)
    if (extension == suffix) return type;
  return "application/octet-stream";
}

/// " 'sha256-…'" for each inline script, so that the policy need not allow them all.
std::string inline_script_hashes(std::string_view html) {
  std::string sources;
  for (auto at = html.find("<script"); at != std::string_view::npos; at = html.find("<script", at + 1)) {
    const auto open_end = html.find('>', at);
    const auto close = html.find("</script>", at);
    if (open_end == std::string_view::npos || close == std::string_view::npos || close < open_end) break;
    const auto script = html.substr(open_end + 1, close - open_end - 1);
    if (script.empty() || html.substr(at, open_end - at).find(" src=") != std::string_view::npos) continue;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(script.data(), script.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    sources += " 'sha256-" + std::string(base64.begin(), base64.begin() + length) + "'";
  }
  return sources;
}

/// connect-src is wide because the dashboard may be pointed at another daemon.
std::string policy_for(std::string_view html) {
  return "default-src 'self'; script-src 'self'" + inline_script_hashes(html) +
         "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
         "connect-src 'self' http: https:; object-src 'none'; base-uri 'none'; form-action 'self'; "
         "frame-ancestors 'none'";
}

void add_page_headers(Response& response, std::string_view policy) {
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("Cache-Control", "no-cache");
  response.headers.merge("Vary", "Accept");
}

}  // namespace

struct StaticFiles::Impl {
  StaticOptions options{};
  Router pages{};
  std::map<std::string, fs::path, std::less<>> files{};  // "/assets/app-1a2b.js" → where it is
  fs::file_time_type listed_at{};
  std::string policy{policy_for(not_built)};

  bool built() const { return files.contains("/index.html"); }

  void refresh() {
    std::error_code error;
    const auto changed = fs::last_write_time(options.dist / "index.html", error);
    if (error) {
      files.clear();
      return;
    }
    if (built() && changed == listed_at) return;
    listed_at = changed;
    files.clear();
    for (auto it = fs::recursive_directory_iterator(options.dist, error); !error && it != fs::end(it);
         it.increment(error)) {
      if (!it->is_regular_file(error)) continue;
      std::string name = it->path().lexically_relative(options.dist).generic_string();
      files[name.insert(0, 1, '/')] = it->path();
    }
    std::stringstream html;
    html << std::ifstream(options.dist / "index.html").rdbuf();
    policy = policy_for(html.str());
  }

  Response compressed(const Request& request, const std::string& name, const fs::path& path) const {
    const auto encodings = request.headers.get("Accept-Encoding").value_or("");
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> variants{
        {{"br", ".br"}, {"gzip", ".gz"}}};
    bool has_variant = false;
    for (const auto& [coding, suffix] : variants) {
      const auto variant = files.find(name + std::string(suffix));
      if (variant == files.end()) continue;
      has_variant = true;
      if (!accepts(encodings, coding) || request.headers.get("Range")) continue;
      auto response = file(request, variant->second, type_of(path));
      response.headers.set("Content-Encoding", coding);
      response.headers.merge("Vary", "Accept-Encoding");
      return response;
    }
    auto response = file(request, path, type_of(path));
    if (has_variant) response.headers.merge("Vary", "Accept-Encoding");
    return response;
  }
};

StaticFiles::StaticFiles(StaticOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  for (const auto& pattern : impl_->options.pages) impl_->pages.add({Method::get, pattern, Access::open});
  impl_->refresh();
}

StaticFiles::~StaticFiles() = default;

bool StaticFiles::is_page(std::string_view path) const {
  return std::holds_alternative<Matched>(impl_->pages.match(Method::get, path));
}

std::optional<Response> StaticFiles::page(const Request& request) {
  if (request.method != Method::get && request.method != Method::head) return std::nullopt;
  if (!accepts(request.headers.get("Accept").value_or(""), "text/html") || !is_page(request.path))
    return std::nullopt;
  impl_->refresh();
  auto response = impl_->built() ? impl_->compressed(request, "/index.html", impl_->files.at("/index.html"))
                                 : text(200, std::string(not_built), "text/html; charset=utf-8");
  add_page_headers(response, impl_->policy);
  return response;
}

std::optional<Response> StaticFiles::asset(const Request& request) {
  if (request.method != Method::get && request.method != Method::head) return std::nullopt;
  const auto name = percent_decode(request.path);
  if (!name) return std::nullopt;
  auto found = impl_->files.find(*name);
  if (found == impl_->files.end()) {
    impl_->refresh();
    found = impl_->files.find(*name);
    if (found == impl_->files.end()) return std::nullopt;
  }
  auto response = impl_->compressed(request, *name, found->second);
  if (*name == "/index.html") {
    add_page_headers(response, impl_->policy);
  } else {
    response.headers.set("Cache-Control",
                         name->starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  }
  return response;
}

}  // namespace understudy::daemon::http
