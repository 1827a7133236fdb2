#include "http/static_files.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "http/range.hpp"
#include "http/respond.hpp"
#include "support/scratch.hpp"

namespace http = understudy::daemon::http;
namespace fs = std::filesystem;

namespace {

struct Dist {
  understudy::support::Scratch scratch{};
  fs::path folder{scratch / "dist"};
  Dist() {
    write("index.html", "<html><script>boot()</script><script src=\"/assets/app-1.js\"></script></html>");
    write("assets/app-1.js", "let x = 1;");
    write("assets/app-1.js.gz", "gzipped");
    write("assets/app-1.js.br", "brotli");
    write("favicon.svg", "<svg/>");
  }
  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << content;
  }
};

http::Request get(std::string path, http::Pairs headers = {}) {
  http::Request request;
  request.path = std::move(path);
  request.headers = http::Headers(std::move(headers));
  return request;
}

const http::Pairs browser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};

std::string name_of(const http::Response& response) {
  const auto file = std::get<http::FileRange>(response.body).file->get();
  return fs::read_symlink("/proc/self/fd/" + std::to_string(file)).filename().string();
}

}  // namespace

TEST_CASE("a browser gets the app on a page, a client gets nothing here", "[static]") {
  const Dist dist;
  http::StaticFiles files({dist.folder});
  for (const auto* path : {"/", "/agents", "/agents/reviewer-default", "/providers", "/config"}) {
    const auto page = files.page(get(path, browser));
    REQUIRE(page);
    CHECK(name_of(*page) == "index.html");
    CHECK(page->headers.get("Vary") == "Accept");
    CHECK(page->headers.get("Cache-Control") == "no-cache");
  }
  CHECK_FALSE(files.page(get("/agents", {{"Accept", "application/json"}})));
  CHECK_FALSE(files.page(get("/agents", {{"Accept", "*/*"}})));
  CHECK_FALSE(files.page(get("/agents/a/why", browser)));
  CHECK_FALSE(files.page(get("/health", browser)));
}

TEST_CASE("only the app's own inline scripts may run", "[static]") {
  const Dist dist;
  http::StaticFiles files({dist.folder});
  const auto page = files.page(get("/", browser));
  const std::string policy(page->headers.get("Content-Security-Policy").value_or(""));
  CHECK_THAT(policy,
             Catch::Contains("script-src 'self' 'sha256-") && Catch::Contains("frame-ancestors 'none'"));
  CHECK_THAT(policy, !Catch::Contains("script-src 'self' 'unsafe-inline'"));
}

TEST_CASE("hashed assets are kept for ever, in the best encoding", "[static]") {
  const Dist dist;
  http::StaticFiles files({dist.folder});
  const auto plain = files.asset(get("/assets/app-1.js"));
  REQUIRE(plain);
  CHECK(name_of(*plain) == "app-1.js");
  CHECK(plain->headers.get("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(plain->headers.get("Vary") == "Accept-Encoding");
  const auto best = files.asset(get("/assets/app-1.js", {{"Accept-Encoding", "gzip, br"}}));
  CHECK(name_of(*best) == "app-1.js.br");
  CHECK(best->headers.get("Content-Encoding") == "br");
  CHECK(best->headers.get("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(name_of(*files.asset(get("/assets/app-1.js", {{"Accept-Encoding", "gzip, br;q=0"}}))) ==
        "app-1.js.gz");
  CHECK(files.asset(get("/favicon.svg"))->headers.get("Cache-Control") == "no-cache");
}

TEST_CASE("no path escapes the folder", "[static]") {
  const Dist dist;
  std::ofstream(dist.folder.parent_path() / "understudy-secret") << "x";
  http::StaticFiles files({dist.folder});
  for (const auto* path :
       {"/../understudy-secret", "/%2e%2e/understudy-secret", "/assets/../../understudy-secret", "/assets",
        "/assets/", "//etc/passwd", "/assets/app-1.js%00"})
    CHECK_FALSE(files.asset(get(path)));
  fs::remove(dist.folder.parent_path() / "understudy-secret");
}

TEST_CASE("a new build is noticed", "[static]") {
  const Dist dist;
  http::StaticFiles files({dist.folder});
  dist.write("assets/app-2.js", "new");
  dist.write("index.html", "<html>2</html>");
  fs::last_write_time(dist.folder / "index.html", fs::file_time_type::clock::now() + std::chrono::seconds{5});
  CHECK(files.asset(get("/assets/app-2.js")));
}

TEST_CASE("without a build a page says so and where the API is", "[static]") {
  http::StaticFiles files({"/nonexistent/dist"});
  const auto page = files.page(get("/", browser));
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK_THAT(std::get<std::string>(page->body), Catch::Contains("not built") && Catch::Contains("/health"));
  CHECK_FALSE(files.asset(get("/assets/app-1.js")));
}

TEST_CASE("ranges are read as the standard says", "[static]") {
  using http::parse_range;
  CHECK(parse_range("bytes=0-4", 10) == http::RangeAnswer{http::PartOfFile{0, 5}});
  CHECK(parse_range("bytes=5-", 10) == http::RangeAnswer{http::PartOfFile{5, 5}});
  CHECK(parse_range("bytes=-3", 10) == http::RangeAnswer{http::PartOfFile{7, 3}});
  CHECK(parse_range("bytes=-30", 10) == http::RangeAnswer{http::PartOfFile{0, 10}});
  CHECK(parse_range("bytes=0-99999999999999999999", 10) == http::RangeAnswer{http::PartOfFile{0, 10}});
  for (const auto* none : {"bytes=10-", "bytes=99999999999999999999-", "bytes=-0"})
    CHECK(parse_range(none, 10) == http::RangeAnswer{http::Unsatisfiable{}});
  for (const char* of_nothing : {"bytes=0-", "bytes=-10", "bytes=-0"})
    CHECK(parse_range(of_nothing, 0) == http::RangeAnswer{http::WholeFile{}});
  for (const auto* ignored :
       {"bytes=4-2", "bytes=a-b", "bytes=-", "bytes=", "lines=0-4", "bytes=0-1,3-4", "", "bytes=+1-2"})
    CHECK(parse_range(ignored, 10) == http::RangeAnswer{http::WholeFile{}});
}

TEST_CASE("a file is sent whole, in part, or not again", "[static]") {
  const Dist dist;
  const auto path = dist.folder / "favicon.svg";
  const auto whole = http::file(get("/f"), path, "image/svg+xml");
  CHECK(whole.status == 200);
  const std::string etag(*whole.headers.get("ETag"));
  CHECK(http::file(get("/f", {{"If-None-Match", "\"x\", " + etag}}), path, "t").status == 304);
  const auto part = http::file(get("/f", {{"Range", "bytes=1-3"}}), path, "t");
  CHECK(part.status == 206);
  CHECK(part.headers.get("Content-Range") == "bytes 1-3/6");
  CHECK(http::file(get("/f", {{"Range", "bytes=1-3"}, {"If-Range", "\"old\""}}), path, "t").status == 200);
  const auto beyond = http::file(get("/f", {{"Range", "bytes=6-"}}), path, "t");
  CHECK(beyond.status == 416);
  CHECK(beyond.headers.get("Content-Range") == "bytes */6");
  CHECK(http::file(get("/f"), dist.folder / "none", "t").status == 404);
  CHECK(http::file(get("/f"), dist.folder, "t").status == 404);
}
