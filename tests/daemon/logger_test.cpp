// One line an entry, whatever is in it, and no secret.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "environment/redact.hpp"
#include "log/line_writer.hpp"
#include "log/logger.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::ports;
using namespace understudy::daemon::log;
using namespace std::chrono_literals;

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
  explicit Logged(Format format) : log{::fileno(file_), format, clock_} { REQUIRE(file_); }
  ~Logged() { std::fclose(file_); }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;

  std::string text() {
    REQUIRE(log.flush(20s));
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

/// A pipe, which holds 64 KiB that nobody reads.
class Pipe {
 public:
  Pipe() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~Pipe() {
    close_reader();
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }
  /// Lines up to the one that holds this.
  std::vector<std::string> read_to(std::string_view last) {
    std::vector<std::string> lines{""};
    char c = 0;
    while (::read(ends_[0], &c, 1) == 1) {
      lines.back() += c;
      if (c != '\n') continue;
      if (lines.back().find(last) != std::string::npos) break;
      lines.emplace_back();
    }
    return lines;
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("a text line is time, level, message and fields", "[logger]") {
  Logged it(Format::text);
  it.log.info("started",
              {{"instance", "reviewer-default"}, {"took", "12 ms"}, {"empty", ""}, {"equals", "a=b"}});
  it.log.warning("odd");
  CHECK(it.text() ==
        "2023-11-14T22:13:20.042Z info    started instance=reviewer-default took=\"12 ms\" empty=\"\" "
        "equals=a=b\n"
        "2023-11-14T22:13:20.042Z warning odd\n");
}

TEST_CASE("a JSON line is one object with the same", "[logger]") {
  Logged it(Format::json);
  it.log.error("said \"no\"\n", {{"instance", "a"}, {"bytes", "\xff"}});
  CHECK(it.text() ==
        "{\"time\":\"2023-11-14T22:13:20.042Z\",\"level\":\"error\",\"message\":\"said \\\"no\\\"\\n\","
        "\"instance\":\"a\",\"bytes\":\"\xEF\xBF\xBD\"}\n");
}

TEST_CASE("lines below the least level are not written", "[logger]") {
  Logged out(Format::text);
  out.log.set_least(LogLevel::warning);
  out.log.info("calm");
  out.log.warning("look here");
  out.log.error("and here");
  const auto text = out.text();
  CHECK(text.find("calm") == text.npos);
  CHECK(text.find("look here") != text.npos);
  CHECK(text.find("and here") != text.npos);
}

TEST_CASE("nothing that is logged can begin another line or command the terminal", "[logger]") {
  Logged it(Format::text);
  it.log.info("one\n2023-11-14T22:13:20.042Z error   forged \"x\"",
              {{"a", "b\nc"}, {"d", "\x1b[2J"}, {"e", "f\rg"}});
  CHECK(
      it.text() ==
      "2023-11-14T22:13:20.042Z info    one\\n2023-11-14T22:13:20.042Z error   forged \\\"x\\\" a=\"b\\nc\" "
      "d=\"\\u001b[2J\" e=\"f\\u000dg\"\n");
}

TEST_CASE("a secret reaches no line, and no word of the format is taken for one", "[logger]") {
  for (const auto format : {Format::text, Format::json}) {
    Logged it(format);
    it.log.set_redact(environment::Redactor({"pa\"ss\nword", "warning", "message"}));
    it.log.warning("key pa\"ss\nword!", {{"value", "pa\"ss\nword"}, {"json", R"({"k":"pa\"ss\nword"})"}});
    const auto text = it.text();
    CHECK(text.find("word") == std::string::npos);
    CHECK(text.find("warning") != std::string::npos);
    if (format == Format::json) {
      const auto line = boost::json::parse(text);
      CHECK(line.at("message") == "key •••!");
      CHECK(line.at("value") == "•••");
      CHECK(line.at("json") == R"({"k":"•••"})");
    }
  }
}

TEST_CASE("logging does not wait for a reader that stands still, and says what was lost", "[logger]") {
  constexpr std::size_t entries = 20'000;
  Pipe pipe;
  const auto notice = [](std::string_view sentence) { return "notice: " + std::string(sentence) + "\n"; };
  LineWriter writer(pipe.writer(), notice, 0ms);
  for (std::size_t i = 0; i < entries; ++i)
    writer.post("a line of the usual length, number " + std::to_string(i) + "\n");
  const auto dropped = writer.dropped();
  CHECK(dropped > 0);

  auto lines = pipe.read_to("number " + std::to_string(entries - 1) + "\n");
  std::size_t told = 0;
  std::erase_if(lines, [&told](const std::string& line) {
    if (!line.starts_with("notice: ")) return false;
    CHECK(line.ends_with(" lines were dropped because nobody read them\n"));
    told += std::stoul(line.substr(std::string_view("notice: ").size()));
    return true;
  });
  CHECK(told == dropped);
  CHECK(lines.size() == entries - dropped);
}

TEST_CASE("a logger that nobody reads ends all the same", "[logger]") {
  const FixedClock clock;
  static auto& pipe = *new Pipe;  // the thread that was left in write() keeps its end
  {
    Logger log(pipe.writer(), Format::text, clock);
    for (int i = 0; i < 3'000; ++i) log.info("a line of the usual length, number " + std::to_string(i));
    CHECK_FALSE(log.flush(0ms));
  }
  pipe.close_reader();
}

TEST_CASE("a reader that went away costs its lines and nothing else", "[logger]") {
  const FixedClock clock;
  Pipe pipe;
  Logger log(pipe.writer(), Format::text, clock);
  pipe.close_reader();
  for (int i = 0; i < 100; ++i) log.info("anybody there?");
  CHECK(log.flush(20s));
  CHECK(log.dropped() == 100);
}

TEST_CASE("a full disk costs lines, and the log says so when it has room again", "[logger]") {
  const FixedClock clock;
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  Logger log(full, Format::text, clock);
  log.info("one");
  log.info("two");
  REQUIRE(log.flush(20s));
  Pipe pipe;
  REQUIRE(::dup2(pipe.writer(), full) == full);
  log.info("three");
  const auto lines = pipe.read_to("three");
  CHECK(lines ==
        std::vector<std::string>{"2023-11-14T22:13:20.042Z warning 2 lines could not be written: No space "
                                 "left on device\n",
                                 "2023-11-14T22:13:20.042Z info    three\n"});
  ::close(full);
}

TEST_CASE("a descriptor that somebody made non-blocking loses no line", "[logger]") {
  const FixedClock clock;
  Pipe pipe;
  REQUIRE(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK) == 0);
  Logger log(pipe.writer(), Format::text, clock);
  for (int i = 0; i < 3'000; ++i) log.info("a line of the usual length, number " + std::to_string(i));
  CHECK(pipe.read_to("number 2999").size() == 3'000);
  CHECK(log.dropped() == 0);
}

TEST_CASE("a very long text is cut, whole characters or not", "[logger]") {
  Logged it(Format::json);
  it.log.info("x", {{"error", std::string(100'000, '\xC3')}});
  CHECK(it.text().size() < 100'000);
  CHECK(it.text().ends_with("…\"}\n"));
}
