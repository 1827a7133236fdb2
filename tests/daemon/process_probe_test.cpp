// Whether an instance is ready: ports, commands, words in its log.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "daemon/process_world.hpp"
#include "runtime/net_probe.hpp"
#include "runtime/process/listeners.hpp"

using namespace process_world;

TEST_CASE("an instance is ready when its readiness says so", "[process]") {
  World world;
  const auto id = world.started("echo serving on 80; sleep 300");
  SECTION("log") {
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "no such words"}).verdict ==
          ProbeVerdict::not_yet);
    REQUIRE(eventually(world.io, [&] { return !world.log().empty(); }));
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "serving on"}).verdict ==
          ProbeVerdict::ready);
  }
  SECTION("exec") {
    CHECK(world.probe(id, {.kind = ReadinessKind::exec, .command = {"test", "$HOME"}}).verdict ==
          ProbeVerdict::ready);
    const auto failing = world.probe(id, {.kind = ReadinessKind::exec, .command = {"sh", "-c", "exit 5"}});
    CHECK(failing.verdict == ProbeVerdict::not_yet);
    CHECK(failing.detail == "sh exits with 5");
    CHECK(world.probe(id, {.kind = ReadinessKind::exec, .command = {"nonono"}}).verdict ==
          ProbeVerdict::failed);
    const auto hanging = world.probe(id, {.kind = ReadinessKind::exec, .command = {"sleep", "300"}});
    CHECK(hanging.verdict == ProbeVerdict::not_yet);
    CHECK(hanging.detail == "sleep does not end within 1 s");
  }
}

TEST_CASE("ports are probed over loopback", "[process]") {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  const int port = acceptor.local_endpoint().port();
  std::string answer;
  asio::ip::tcp::socket peer(io);
  const auto answer_with = [&](std::string text) {
    answer = std::move(text);
    acceptor.async_accept(peer, [&](boost::system::error_code) {
      if (!answer.empty())
        asio::async_write(peer, asio::buffer(answer), [&](boost::system::error_code, std::size_t) {});
    });
  };
  const auto http = [&] { return run(io, probe_http("127.0.0.1", port, "/healthz")); };
  SECTION("an open port") {
    CHECK(run(io, probe_tcp("127.0.0.1", port)).verdict == ProbeVerdict::ready);
  }
  SECTION("a closed port") {
    acceptor.close();
    CHECK(run(io, probe_tcp("127.0.0.1", port)).verdict == ProbeVerdict::not_yet);
    CHECK(http().detail.ends_with("Connection refused"));
  }
  SECTION("a good answer") {
    answer_with("HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(http().verdict == ProbeVerdict::ready);
  }
  SECTION("a bad answer") {
    answer_with("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    const auto probe = http();
    CHECK(probe.verdict == ProbeVerdict::not_yet);
    CHECK(probe.detail.ends_with("/healthz answers HTTP/1.1 503 Service Unavailable"));
  }
  SECTION("no answer") {
    answer_with("");
    CHECK(http().detail.ends_with("does not answer within 1 s"));
  }
}

TEST_CASE("the words that mean ready are found wherever they are in this life's log", "[process][log]") {
  World world(false);
  const Readiness ready{.kind = ReadinessKind::log, .pattern = "I AM UP"};
  auto spec = world.spec();
  spec.readiness = ready;
  spec.log_max_bytes = 1 << 20;
  SECTION("after megabytes, and before more than is kept") {
    spec.command = {
        "sh", "-c",
        "yes | head -c 3000000; printf 'I AM '; sleep 0.05; echo UP; yes | head -c 9000000; sleep 300"};
    const auto id = world.started(spec);
    CHECK(world.in_time([&] { return world.probe(id, ready).verdict == ProbeVerdict::ready; }));
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "never said"}).verdict ==
          ProbeVerdict::not_yet);
  }
  SECTION("not those of a former life") {
    spec.command = {"sh", "-c", "test -e again || echo I AM UP; touch again; sleep 300"};
    const auto id = world.started(spec);
    CHECK(world.in_time([&] { return world.probe(id, ready).verdict == ProbeVerdict::ready; }));
    REQUIRE(run(world.io, world.runtime->stop(id, 5s)));
    REQUIRE(run(world.io, world.runtime->start(id)));
    CHECK(world.probe(id, ready).verdict == ProbeVerdict::not_yet);
  }
}

TEST_CASE("a port that another process holds makes no instance ready", "[process][port]") {
  World world(false);
  asio::ip::tcp::acceptor stranger(world.io, {asio::ip::make_address("127.0.0.1"), 0});
  const int port = stranger.local_endpoint().port();
  const Readiness tcp{.kind = ReadinessKind::tcp, .port = port};
  const auto serve = "python3 -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", " +
                     std::to_string(port) + ")); time.sleep(300)'";
  SECTION("a stranger's") {
    const auto id = world.started(world.spec());
    const auto probe = world.probe(id, tcp);
    CHECK(probe.verdict == ProbeVerdict::not_yet);
    CHECK(probe.detail.starts_with("port " + std::to_string(port) + " is held by another process (" +
                                   std::to_string(::getpid())));
  }
  SECTION("its own, also of a child that left its group") {
    stranger.close();
    const auto id = world.started("setsid " + serve + " & wait");
    CHECK(world.in_time([&] { return world.probe(id, tcp).verdict == ProbeVerdict::ready; }));
  }
}

TEST_CASE("the listener is the socket that answers on 127.0.0.1", "[port]") {
  const std::string head =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  const auto row = [](const std::string& local, const std::string& state, int inode) {
    return "   0: " + local + " 00000000:0000 " + state +
           " 00000000:00000000 00:00000000 00000000     0        0 " + std::to_string(inode) +
           " 1 0000000000000000 100 0 0 10 0\n";
  };
  const std::string any6 = std::string(32, '0');
  using Inodes = std::vector<std::uint64_t>;
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "0A", 11), head) == Inodes{11});
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "01", 11), head).empty());
  CHECK(listeners_on(8080, head + row("0100007F:1F91", "0A", 11), head).empty());
  CHECK(listeners_on(8080, head + row("0500A8C0:1F90", "0A", 11), head).empty());
  CHECK(listeners_on(8080, head + row("00000000:1F90", "0A", 11) + row("0100007F:1F90", "0A", 12), head) ==
        Inodes{12});
  CHECK(listeners_on(8080, head + row("00000000:1F90", "0A", 11), head + row(any6 + ":1F90", "0A", 12)) ==
        Inodes{11});
  CHECK(listeners_on(8080, head, head + row(any6 + ":1F90", "0A", 12)) == Inodes{12});
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "0A", 11) + row("0100007F:1F90", "0A", 12), head) ==
        (Inodes{11, 12}));
}
