#include "http/tls.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <fstream>

#include "config/tls_files.hpp"
#include "daemon/http_world.hpp"
#include "daemon/runtime_fixture.hpp"
#include "daemon/tls_fixture.hpp"

using namespace world;
using namespace std::chrono_literals;
using http::Method;

namespace {

struct Files {
  understudy::daemon::testing::Scratch scratch{};
  std::string cert{scratch / "cert.pem"};
  std::string key{scratch / "key.pem"};
  explicit Files(long serial = 1, long days = 1) { tls_fixture::make_certificate(cert, key, serial, days); }
};

/// A client that takes any certificate, and remembers which.
class TlsClient {
 public:
  explicit TlsClient(asio::io_context& io, int version = 0)
      : context_(asio::ssl::context::tls_client), stream_(io, context_) {
    if (version != 0) SSL_set_max_proto_version(stream_.native_handle(), version);
    SSL_set_cipher_list(stream_.native_handle(), "ALL:@SECLEVEL=0");
  }
  awaitable<bool> connect(std::uint16_t port) {
    co_await stream_.next_layer().async_connect({asio::ip::address_v4::loopback(), port},
                                                asio::use_awaitable);
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, as_values);
    co_return !error;
  }
  [[nodiscard]] long serial() {
    const auto* certificate = SSL_get0_peer_certificate(stream_.native_handle());
    return certificate ? ASN1_INTEGER_get(X509_get0_serialNumber(certificate)) : 0;
  }
  awaitable<void> send(std::string text) {
    const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(text), as_values);
    static_cast<void>(error);
    static_cast<void>(count);
  }
  /// What came until the text did, or until the end.
  awaitable<std::string> until(std::string text) {
    std::string got;
    std::string piece(16384, '\0');
    while (got.find(text) == std::string::npos) {
      const auto [error, count] = co_await stream_.async_read_some(asio::buffer(piece), as_values);
      got.append(piece, 0, count);
      if (error) break;
    }
    co_return got;
  }
  awaitable<std::string> ask(std::string text, std::string end) {
    co_await send(std::move(text));
    auto answer = co_await until(std::move(end));
    co_return answer;
  }
  /// As programs leave: with TLS's last word, or without.
  awaitable<void> leave(bool politely) {
    if (politely) static_cast<void>(SSL_shutdown(stream_.native_handle()));
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
    co_return;
  }

 private:
  asio::ssl::context context_;
  asio::ssl::stream<tcp::socket> stream_;
};

void serve_over_tls(World& world, const Files& files) {
  auto loaded = http::load_tls(files.cert, files.key);
  REQUIRE(loaded);
  CHECK(loaded->warnings.empty());
  world.server.use_tls(loaded->context);
}

}  // namespace

TEST_CASE("the same answers come over TLS", "[http][tls]") {
  const Files files;
  World world;
  bool was_encrypted = false;
  world.add(Method::get, "/how", [&](http::Request& request) {
    was_encrypted = request.is_encrypted;
    return http::json(200, "1");
  });
  world.add(Method::get, "/large",
            [](http::Request&) { return http::text(200, std::string(3'000'000, 'x') + "END"); });
  serve_over_tls(world, files);
  world.run([&](World& w) -> awaitable<void> {
    TlsClient client(w.io);
    const bool connected = co_await client.connect(w.port);
    CHECK(connected);
    const auto first = co_await client.ask(get("/hello"), "world\"}");
    CHECK_THAT(first, Catch::StartsWith("HTTP/1.1 200 OK"));
    const auto echoed = co_await client.ask(post("/echo", std::string(500'000, ' ') + "\"end\""), "\"end\"");
    CHECK(echoed.size() > 500'000);
    const auto large = co_await client.ask(get("/large"), "END");
    CHECK(large.size() > 3'000'000);
    static_cast<void>(co_await client.ask(get("/how"), "\r\n\r\n1"));
    CHECK(was_encrypted);
    co_await client.leave(true);
    co_await w.soon([&] { return w.server.connections() == 0; });
  });
}

TEST_CASE("a new certificate is for new connections, and ends no old one", "[http][tls]") {
  const Files first(1), second(2);
  World world;
  serve_over_tls(world, first);
  world.run([&](World& w) -> awaitable<void> {
    TlsClient old(w.io);
    static_cast<void>(co_await old.connect(w.port));
    CHECK(old.serial() == 1);
    serve_over_tls(w, second);
    TlsClient fresh(w.io);
    static_cast<void>(co_await fresh.connect(w.port));
    CHECK(fresh.serial() == 2);
    const auto answer = co_await old.ask(get("/hello"), "world\"}");
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK"));
  });
}

TEST_CASE("old versions of TLS, and no TLS, get nothing", "[http][tls]") {
  const Files files;
  World world;
  serve_over_tls(world, files);
  world.run([&](World& w) -> awaitable<void> {
    TlsClient old(w.io, TLS1_1_VERSION);
    const bool connected = co_await old.connect(w.port);
    CHECK_FALSE(connected);
    auto plain = co_await w.client();
    co_await plain.send(get("/hello"));
    const auto said = co_await plain.until_closed();
    CHECK_THAT(said, !Catch::Contains("HTTP"));
    TlsClient current(w.io, TLS1_2_VERSION);
    const bool well = co_await current.connect(w.port);
    CHECK(well);
  });
}

TEST_CASE("a handshake that is never finished is let go", "[http][tls]") {
  const Files files;
  auto options = quick();
  options.first_timeout = 40ms;
  World world(options);
  serve_over_tls(world, files);
  world.run([](World& w) -> awaitable<void> {
    auto silent = co_await w.client();
    co_await silent.send("\x16\x03\x01");
    static_cast<void>(co_await silent.until_closed());
    co_await w.soon([&] { return w.server.connections() == 0; });
  });
}

TEST_CASE("a stream over TLS notices that its reader left", "[http][tls]") {
  const bool politely = GENERATE(true, false);
  const Files files;
  World world;
  bool ended = false;
  world.router.add(
      {Method::get, "/stream", http::Access::read, [&](http::Request& request) -> awaitable<http::Response> {
         http::Response response;
         response.body =
             http::StreamBody{[&, gone = request.abandoned](http::BodyWriter& writer) -> awaitable<void> {
               asio::steady_timer timer(world.io);
               static_cast<void>(co_await writer.write("begun\n"));
               while (!gone()) {
                 timer.expires_after(2ms);
                 co_await timer.async_wait(as_values);
               }
               ended = true;
             }};
         co_return response;
       }});
  serve_over_tls(world, files);
  world.run([&](World& w) -> awaitable<void> {
    TlsClient client(w.io);
    static_cast<void>(co_await client.connect(w.port));
    static_cast<void>(co_await client.ask(get("/stream"), "begun"));
    co_await client.leave(politely);
    co_await w.soon([&] { return ended || w.server.connections() == 0; });
  });
}

TEST_CASE("problems with a certificate or its key are sentences", "[http][tls]") {
  const Files files, other;
  const auto sentence = [](const std::string& cert, const std::string& key) {
    const auto loaded = http::load_tls(cert, key);
    return loaded ? "" : (loaded.error().of_key ? "key: " : "cert: ") + loaded.error().sentence;
  };
  const std::string empty = files.scratch / "empty";
  std::ofstream(empty) << "";
  CHECK(sentence(files.cert, files.key).empty());
  CHECK(sentence("/none", files.key) == "cert: cannot use /none: No such file or directory");
  CHECK(sentence(files.cert, "/none") == "key: cannot use /none: No such file or directory");
  CHECK(sentence("/tmp", files.key) == "cert: cannot use /tmp: it is not a file");
  CHECK(sentence(empty, files.key) == "cert: cannot use " + empty + ": it holds no certificate in PEM form");
  CHECK(sentence(files.cert, empty) ==
        "key: cannot use " + empty + ": it holds no private key in PEM form without a passphrase");
  CHECK(sentence(files.cert, other.key) ==
        "key: cannot use " + other.key + ": it is not the certificate's key");
}

TEST_CASE("a key that others can read, and a certificate past its day, are warned of", "[http][tls]") {
  const Files files(1, -1);
  ::chmod(files.key.c_str(), 0644);
  const auto loaded = http::load_tls(files.cert, files.key);
  REQUIRE(loaded);
  REQUIRE(loaded->warnings.size() == 2);
  CHECK_THAT(loaded->warnings[0], Catch::Contains("open to other users"));
  CHECK_THAT(loaded->warnings[1], Catch::Contains("has expired"));
}

TEST_CASE("the files of service.tls are checked by their keys", "[http][tls][config]") {
  const Files files;
  const auto parsed = [](const std::string& tls) {
    auto result = understudy::daemon::config::parse_config(R"({"service": {"tls": )" + tls + "}}");
    understudy::daemon::config::check_tls_files(result);
    return result;
  };
  const auto good = parsed(R"({"cert_file": ")" + files.cert + R"(", "key_file": ")" + files.key + "\"}");
  CHECK(good.errors.empty());
  REQUIRE(good.config);
  CHECK(good.config->service.tls->cert_file == files.cert);
  CHECK(parsed(R"({"cert_file": ")" + files.cert + R"(", "key_file": "/none"})").errors.at(0).path ==
        "/service/tls/key_file");
  CHECK(parsed(R"({"cert_file": "/none", "key_file": "/none"})").errors.at(0).path ==
        "/service/tls/cert_file");
  CHECK(parsed("{}").errors.size() == 2);
  CHECK(parsed(R"({"cert_file": "", "key_file": "x", "ca": 1})").errors.size() == 2);
}
