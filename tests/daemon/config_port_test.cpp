#include "config_fixture.hpp"

using namespace config_world;

namespace {

/// Warnings about two instances with this container.
Lines warned(const std::string& container) {
  auto document = with("/agent_types/reviewer/instances", R"(["one", "two"])");
  document = with(document, "/agent_types/reviewer/container", json::parse(container));
  return warnings(document);
}

}  // namespace

TEST_CASE("two instances with one port of the machine cause a warning", "[config][port]") {
  const std::string ready = R"("readiness": {"kind": "tcp", "port": 8080}})";
  const Lines one{
      "/agent_types/reviewer/container/readiness/port: 2 instances share the machine's port 8080: only "
      "the first to take it gets ready"};
  CHECK(warned(R"({"mode": "process", )" + ready) == one);
  CHECK(warned(R"({"mode": "docker", "image": "i", "network": "host", )" + ready) == one);
  CHECK(warned(R"({"mode": "docker", "image": "i", )" + ready).empty());
  CHECK(warned(R"({"mode": "process", "readiness": {"kind": "log", "pattern": "up"}})").empty());
}
