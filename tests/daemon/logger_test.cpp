// One line an entry, whatever is in it, and no secret.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "environment/redact.hpp"
#include "log/logger.hpp"

using namespace understudy::daemon;

namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> wall() const override {
    return std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{1'700'000'000'042}};
  }
  [[nodiscard]] std::chrono::milliseconds steady() const override { return {}; }
};

/// A logger into a file that nobody else sees.
class Logged {
 public:
  explicit Logged(LogFormat format) : log{file_, format, clock_} { REQUIRE(file_); }
  ~Logged() { std::fclose(file_); }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;

  std::string text() {
    std::rewind(file_);
    std::string out;
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) out += static_cast<char>(c);
    return out;
  }

 private:
  FixedClock clock_;
  std::FILE* file_{std::tmpfile()};

 public:
  Logger log;
};

}  // namespace

TEST_CASE("a text line is time, level, message and fields", "[logger]") {
  Logged it(LogFormat::text);
  it.log.info("started",
              {{"instance", "reviewer-default"}, {"took", "12 ms"}, {"empty", ""}, {"equals", "a=b"}});
  it.log.warning("odd");
  CHECK(it.text() ==
        "2023-11-14T22:13:20.042Z info    started instance=reviewer-default took=\"12 ms\" empty=\"\" "
        "equals=a=b\n"
        "2023-11-14T22:13:20.042Z warning odd\n");
}

TEST_CASE("a JSON line is one object with the same", "[logger]") {
  Logged it(LogFormat::json);
  it.log.error("said \"no\"\n", {{"instance", "a"}, {"bytes", "\xff"}});
  CHECK(it.text() ==
        "{\"time\":\"2023-11-14T22:13:20.042Z\",\"level\":\"error\",\"message\":\"said \\\"no\\\"\\n\","
        "\"instance\":\"a\",\"bytes\":\"\xEF\xBF\xBD\"}\n");
}

TEST_CASE("nothing that is logged can begin another line or command the terminal", "[logger]") {
  Logged it(LogFormat::text);
  it.log.info("one\n2023-11-14T22:13:20.042Z error   forged \"x\"",
              {{"a", "b\nc"}, {"d", "\x1b[2J"}, {"e", "f\rg"}});
  CHECK(
      it.text() ==
      "2023-11-14T22:13:20.042Z info    one\\n2023-11-14T22:13:20.042Z error   forged \\\"x\\\" a=\"b\\nc\" "
      "d=\"\\u001b[2J\" e=\"f\\u000dg\"\n");
}

TEST_CASE("a secret reaches no line, and no word of the format is taken for one", "[logger]") {
  for (const auto format : {LogFormat::text, LogFormat::json}) {
    Logged it(format);
    it.log.set_redact(environment::Redactor({"pa\"ss\nword", "warning", "message"}));
    it.log.warning("key pa\"ss\nword!", {{"value", "pa\"ss\nword"}, {"json", R"({"k":"pa\"ss\nword"})"}});
    const auto text = it.text();
    CHECK(text.find("word") == std::string::npos);
    CHECK(text.find("warning") != std::string::npos);
    if (format == LogFormat::json) {
      const auto line = boost::json::parse(text);
      CHECK(line.at("message") == "key •••!");
      CHECK(line.at("value") == "•••");
      CHECK(line.at("json") == R"({"k":"•••"})");
    }
  }
}
